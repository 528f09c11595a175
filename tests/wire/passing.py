"""Values that go through a queue as they came. With `calls`: writes the calls that put them, in hexadecimal, one a line. With
`replies`: reads what such a message was made of, and says of each line whether it is the value that was put."""

import collections
import datetime
import decimal
import enum
import fractions
import functools
import pathlib
import pickle
import re
import sys
import uuid

Point = collections.namedtuple("Point", "x y")


class Colour(enum.Enum):
    RED = 1


class Outer:
    class Inner:
        """Found by a name with a dot in it, which only protocol 4 has."""

        def __init__(self, value):
            self.value = value

        def __repr__(self):
            return f"Inner({self.value!r})"


class New:
    """Made with arguments by name."""

    def __new__(cls, *, name):
        self = super().__new__(cls)
        self.name = name
        return self

    def __getnewargs_ex__(self):
        return (), {"name": self.name}

    def __repr__(self):
        return f"New({self.name!r})"


def nested(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


def values():
    yield from [None, True, 7, -1, 2**70, 0.5, float("nan"), "text", "", b"bytes", bytearray(b"array")]
    # Equal to what the call itself has remembered.
    yield from ["put", "put_once", "7f", ["put", "7f", "put"], {"put": ["put"]}]
    yield from [datetime.datetime(2026, 11, 30, 9), datetime.timedelta(3), 1j, decimal.Decimal("1.50")]
    yield from [fractions.Fraction(1, 3), uuid.UUID(int=5), Point(1, Point(2, 3)), Colour.RED, New(name="new")]
    yield from [pathlib.PurePosixPath("/a/b"), functools.partial(int, base=2), re.compile("a+"), int, len, Exception("no", 1)]
    yield from [range(5), slice(1, 2), frozenset({1}), {1, 2}, (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), "\ud800"]
    yield Outer.Inner([1])
    shared = ["shared"]
    yield [shared, shared, {"a": shared}]
    own = []
    own.append(own)
    yield own
    for length in (1, 3, 5):
        inside = []
        pair = (inside,) * length
        inside.append(pair)
        yield pair
    yield nested(150)
    # More than a frame has, and more values than one byte numbers.
    yield "x" * 100_000
    yield b"y" * 70_000
    yield [b"z" * 70_000, "after", b"z" * 70_000, "after"]
    yield {f"key {number}": [number, f"value {number}"] for number in range(5_000)}
    yield [datetime.date(2026, 11, 1 + number % 30) for number in range(3_000)]
    yield tuple(range(20_000))


def cases():
    """Each value with each protocol and in each kind of call."""
    for value in values():
        for protocol in (3, 4, 5):
            calls = [
                ("7f", "put", (value,), {}),
                ("7f", "put", (value, True, 0.5), {}),
                ("7f", "put", (value, True), {"timeout": 3}),
                ("7f", "put", (), {"item": value, "block": False}),
                ("7f", "put_once", (70_000, value), {}),
            ]
            for call in calls:
                try:
                    yield value, pickle.dumps(call, protocol)
                except (pickle.PicklingError, AttributeError):
                    pass


if sys.argv[1] == "calls":
    for _, call in cases():
        print(call.hex())
else:
    for (value, _), line in zip(cases(), sys.stdin):
        found = [pickle.loads(bytes.fromhex(part)) for part in line.split()]
        shown = repr(value)
        if repr(found[3]) == repr(found[0][1]):
            found[3] = value
        expected = [("#RETURN", value), ("#RETURN", (1, 2, value)), [value, value], value]
        print("the same" if repr(found) == repr(expected) else f"{shown[:80]} came as {repr(found)[:200]}")
