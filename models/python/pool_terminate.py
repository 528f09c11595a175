"""A pool that is in the middle of a task, and has another one, is terminated. Prints what becomes of its processes
and of the tasks."""

import multiprocessing
import sys


def keep(begun, may_end, ended):
    keep.begun, keep.may_end, keep.ended = begun, may_end, ended


def task():
    keep.begun.release()
    keep.may_end.acquire()
    keep.ended.release()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    begun, may_end, ended = [context.Semaphore(0) for _ in range(3)]
    pool = context.Pool(1, keep, (begun, may_end, ended))
    later = [pool.apply_async(task) for _ in range(2)]
    begun.acquire()
    workers = multiprocessing.active_children()
    pool.terminate()
    pool.join()
    have_ended = not any(worker.is_alive() for worker in workers)
    for _ in later:
        may_end.release()
    is_undone = not begun.acquire(timeout=0.2) and not ended.acquire(timeout=0.2)
    is_undone &= not any(each.ready() for each in later)
    print("the workers have ended" if have_ended else "workers live", end=", ")
    print("nothing is done" if is_undone else "something is done")
