"""A child puts into a `multiprocessing.Queue` and into a `queue.Queue` of its parent. Prints what the parent finds in each, and in
which order a `queue.Queue` hands out what it has."""

import multiprocessing
import queue
import sys


def put(target):
    target.put("item")


def found(context, target):
    try:
        child = context.Process(target=put, args=(target,))
        child.start()
    except TypeError:
        return "cannot be pickled"
    child.join()
    try:
        return target.get(timeout=0.5)
    except queue.Empty:
        return "nothing"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    ordered = queue.Queue()
    for number in range(3):
        ordered.put(number)
    is_first_in_first_out = [ordered.get() for _ in range(3)] == [0, 1, 2]
    order = "first in first out" if is_first_in_first_out else "another order"
    print(f"{found(context, context.Queue())}, {found(context, queue.Queue())}, {order}")
