"""Starts and joins processes and threads that do nothing. Prints which costs more, and how many times."""

import multiprocessing
import sys
import threading
import time


def nothing():
    pass


def seconds(make):
    begin = time.perf_counter()
    one = make(target=nothing)
    one.start()
    one.join()
    return time.perf_counter() - begin


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    # The least is what it costs if nobody comes between.
    process, thread = (min(seconds(make) for _ in range(20)) for make in (context.Process, threading.Thread))
    answer = "process" if process > 3 * thread else "thread" if thread > process else "alike"
    print(f"{answer}: {1e3 * process:.2f} ms for a process, {1e3 * thread:.2f} ms for a thread")
