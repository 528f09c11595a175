"""Calls `map` and `map_async` with a list, a range, an iterator, and a number. Prints for each whether it is
taken."""

import multiprocessing
import sys


def double(number):
    return 2 * number


def outcome(make):
    for call in (pool.map, lambda *arguments: pool.map_async(*arguments).get()):
        try:
            if call(double, make()) != [2, 4]:
                return "wrong"
        except TypeError:
            return "TypeError"
    return "taken"


if __name__ == "__main__":
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        makers = {"list": lambda: [1, 2], "range": lambda: range(1, 3)}
        makers.update({"iterator": lambda: iter([1, 2]), "number": lambda: 2})
        print(", ".join(f"{name} {outcome(make)}" for name, make in makers.items()))
