"""A manager is made with `authkey='abc'`, and with `authkey=b'abc'`. Prints how each ends."""

from multiprocessing.managers import BaseManager


def made(key):
    try:
        BaseManager(address=("127.0.0.1", 0), authkey=key)
        return "made"
    except TypeError:
        return "TypeError"


if __name__ == "__main__":
    print(f"{made('abc')}, {made(b'abc')}")
