"""Computes the Adler-32 sum of a megabyte in Python, and in C by `zlib.adler32`. Prints which is faster."""

import time
import zlib

DATA = bytes(range(256)) * 4096


def in_python():
    low, high = 1, 0
    for byte in DATA:
        low = (low + byte) % 65521
        high = (high + low) % 65521
    return high << 16 | low


def in_c():
    return zlib.adler32(DATA)


def seconds(compute):
    begin = time.perf_counter()
    assert compute() == zlib.adler32(DATA)
    return time.perf_counter() - begin


if __name__ == "__main__":
    ratio = min(seconds(in_python) for _ in range(3)) / min(seconds(in_c) / 2 for _ in range(3))
    print(f"{'C, called from Python' if ratio > 20 else 'alike'}: {ratio:.0f} times as fast as Python")
