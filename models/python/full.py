"""Asks a queue with room for one whether it is full: when it is empty, with an item, and when that was taken. Prints
the answers."""

import multiprocessing
import queue
import sys


def answers(items):
    before = items.full()
    items.put(1)
    filled = items.full()
    items.get()
    return f"{before}, {filled}, {items.full()}"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(" or ".join(sorted({answers(queue.Queue(1)), answers(context.Queue(1))})))
