"""A pool of four is given five tasks, and a pool of five too. Prints how many are begun before one is done, and
whether the last is done by a process that has done another one."""

import multiprocessing
import os
import sys

TASKS = 5


def keep(begun, may_end):
    keep.begun, keep.may_end = begun, may_end


def task(number):
    keep.begun.release()
    keep.may_end.wait()
    return os.getpid()


def outcome(size):
    begun, may_end = context.Semaphore(0), context.Event()
    with context.Pool(size, keep, (begun, may_end)) as pool:
        later = [pool.apply_async(task, (number,)) for number in range(TASKS)]
        count = sum(begun.acquire(timeout=30) for _ in range(size))
        count += begun.acquire(timeout=0.3)
        may_end.set()
        pids = {each.get() for each in later}
    return f"{count} at once by {len(pids)}"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(f"{outcome(4)}, {outcome(5)}")
