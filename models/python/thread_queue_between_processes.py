"""A child puts into a `queue.Queue` of its parent's. Prints what the parent gets."""

import multiprocessing
import queue
import sys


def put(items):
    items.put("item")


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    items = queue.Queue()
    child = context.Process(target=put, args=(items,))
    try:
        child.start()
        child.join()
        print(items.get(timeout=0.5))
    except queue.Empty:
        print("Empty")
    except TypeError:
        print("TypeError")
