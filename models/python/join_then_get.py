"""A child puts more than a pipe holds, and is joined after that is taken, and before. Prints whether it ends."""

import multiprocessing
import sys


def put_much(items):
    items.put(b"x" * 10_000_000)


def started(context):
    items = context.Queue()
    child = context.Process(target=put_much, args=(items,))
    child.start()
    return child, items


def ending(child, seconds):
    child.join(timeout=seconds)
    return "waits" if child.is_alive() else "ends"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    child, items = started(context)
    items.get()
    first = ending(child, 30)
    child, items = started(context)
    second = ending(child, 2)
    items.get()
    child.join()
    print(f"{first}, {second}")
