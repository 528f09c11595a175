"""The tutorial's shared string: as it is printed, with the name that it imports, and through a `Value` without a manager. Prints how
each ends, and what a child makes of it."""

import multiprocessing
import sys
from ctypes import c_char_p


def change(shared):
    shared.value += ", world"


def made(make):
    try:
        make()
        return "made"
    except (NameError, TypeError) as error:
        return type(error).__name__


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with context.Manager() as manager:
        answers = [made(lambda: manager.Value(ctypes.c_char_p, "hello")), made(lambda: context.Value(c_char_p, "hello"))]
        shared = manager.Value(c_char_p, "hello")
        child = context.Process(target=change, args=(shared,))
        child.start()
        child.join()
        print("; ".join([*answers, shared.value]))
