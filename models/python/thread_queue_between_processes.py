"""A child puts into a `queue.Queue` of its parent's: one that it is passed, and one that a manager serves. Prints what
the parent gets."""

import multiprocessing
import queue
import sys


def put(items):
    items.put("item")


def got(context, items):
    child = context.Process(target=put, args=(items,))
    try:
        child.start()
        child.join()
        return items.get(timeout=0.5)
    except (queue.Empty, TypeError) as error:
        return type(error).__name__


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with context.Manager() as manager:
        print(f"{got(context, queue.Queue())}, {got(context, manager.Queue())}")
