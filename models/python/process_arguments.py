"""Prints what becomes of the arguments of `Process`: `group`, `args`, `kwargs` and `name`."""

import multiprocessing
import sys


def run(end, first, second):
    end.send((first, second, multiprocessing.current_process().name))


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    try:
        context.Process(group="workers")
        print("a group is taken", end=", ")
    except AssertionError:
        print("a group is refused", end=", ")
    ours, theirs = context.Pipe()
    child = context.Process(group=None, target=run, args=(theirs, 1), kwargs={"second": 2}, name="mine")
    child.start()
    print("the others arrive" if ours.recv() == (1, 2, "mine") else "the others do not arrive")
    child.join()
