"""Measures how much longer it takes to start a process and wait for it than a thread."""

import multiprocessing
import sys
import threading
import time


def seconds(kind, count):
    begin = time.perf_counter()
    for _ in range(count):
        one = kind(target=nothing)
        one.start()
        one.join()
    return (time.perf_counter() - begin) / count


def nothing():
    pass


if __name__ == "__main__":
    process = multiprocessing.get_context(sys.argv[1]).Process
    ratio = seconds(process, 20) / seconds(threading.Thread, 200)
    print(f"{'dearer' if ratio > 2 else 'as cheap'}: {ratio:.0f} times, by {sys.argv[1]}")
