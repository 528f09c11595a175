"""A subclass of `Process` takes two arguments and is given four, then two; another one has no `run`. Prints what
comes of it."""

import multiprocessing
import os
import sys


class MyProcess(multiprocessing.Process):
    """As in the tutorial."""

    def __init__(self, arg1, arg2):
        super().__init__()
        self.arg1 = arg1
        self.arg2 = arg2

    def run(self):
        is_right = self.pid == os.getpid() and self.name.startswith("MyProcess-") and (self.arg1, self.arg2) == (1, 2)
        sys.exit(0 if is_right else 1)


class WithoutRun(multiprocessing.Process):
    """Has only what it inherits."""


def exit_code(process):
    process.start()
    process.join()
    return process.exitcode


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    try:
        MyProcess(1, 2, 3, 4)
        print("four are taken", end=", ")
    except TypeError:
        print("TypeError", end=", ")
    print("two work" if exit_code(MyProcess(1, 2)) == 0 else "two fail", end=", ")
    print("no run works" if exit_code(WithoutRun(target=sys.exit, args=(3,))) == 3 else "no run fails")
