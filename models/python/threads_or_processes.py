"""Measures how long it takes to start threads and to wait for them, and how long processes. Prints the ratio."""

import multiprocessing
import sys
import threading
import time

COUNTS = {"fork": 50, "spawn": 5}


def nothing():
    pass


def seconds(kind, count):
    """The shortest of three times."""
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        workers = [kind(target=nothing) for _ in range(count)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        times.append(time.perf_counter() - begin)
    return min(times)


if __name__ == "__main__":
    context, count = multiprocessing.get_context(sys.argv[1]), COUNTS[sys.argv[1]]
    ratio = seconds(context.Process, count) / seconds(threading.Thread, count)
    print(f"{'much faster' if ratio > 3 else 'a little faster' if ratio > 1 else 'slower'}: {ratio:.0f} times")
