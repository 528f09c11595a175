"""A process takes a lock and releases it, and another one is terminated while it has it. Prints whether the lock can
be taken."""

import multiprocessing
import sys
import time


def hold(lock, has_it, releases):
    lock.acquire()
    if releases:
        lock.release()
    has_it.set()
    time.sleep(60)


def after(releases):
    lock, has_it = context.Lock(), context.Event()
    process = context.Process(target=hold, args=(lock, has_it, releases))
    process.start()
    has_it.wait()
    process.terminate()
    process.join()
    return "can be taken" if lock.acquire(timeout=1) else "stays held"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(f"{after(True)}, {after(False)}")
