"""Nobody refers to a pool any more that does nothing, or that is in the middle of a task. Prints what becomes of its
processes."""

import gc
import multiprocessing
import os
import sys
import time
import warnings


def keep(begun, may_end):
    keep.begun, keep.may_end = begun, may_end


def print_nothing(_):
    pass


def task():
    keep.begun.release()
    keep.may_end.acquire()


def outcome(has_task, seconds):
    begun, may_end = context.Semaphore(0), context.Semaphore(0)
    pool = context.Pool(1, keep, (begun, may_end))
    if has_task:
        pool.apply_async(task)
        begun.acquire()
    worker = multiprocessing.active_children()[0]
    deadline = time.monotonic() + seconds
    del pool
    gc.collect()
    while worker.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    is_alive = worker.is_alive()
    worker.kill()
    return "lives" if is_alive else "is terminated"


if __name__ == "__main__":
    warnings.simplefilter("ignore", ResourceWarning)
    # What pools that are in pieces complain of is not asked.
    sys.unraisablehook = print_nothing
    context = multiprocessing.get_context(sys.argv[1])
    print(f"{outcome(False, 10)}, {outcome(True, 0.5)}", flush=True)
    # A pool in pieces may wait for ever for what is left of it when the program ends.
    for child in multiprocessing.active_children():
        child.kill()
    os._exit(0)
