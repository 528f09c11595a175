"""Queues are made without a size. Prints for a queue of threads and one of processes whether it has a bound."""

import multiprocessing
import queue
import sys


def bound(size):
    return f"holds {size}" if size > 0 else "no bound"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    of_threads, of_processes = queue.Queue(), context.Queue()
    is_bounded = "bound" if of_processes._maxsize > 0 else "no bound"
    print(f"{bound(of_threads.maxsize)}, {is_bounded}: {of_processes._maxsize}")
