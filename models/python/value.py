"""Two processes add 1 to a shared value: holding its lock, with each access of it locked, and without a lock; where nothing keeps
them from it, each reads before the other writes. Prints what is there in the end: 2 if nothing was lost."""

import contextlib
import multiprocessing
import sys


def add(value, holds_lock, barrier):
    with value.get_lock() if holds_lock else contextlib.nullcontext():
        # `value.value += 1` is these two accesses.
        number = value.value
        if barrier is not None:
            barrier.wait()
        value.value = number + 1


def added(context, value, holds_lock):
    # Who holds the lock cannot wait for the other one between the accesses.
    barrier = None if holds_lock else context.Barrier(2)
    processes = [context.Process(target=add, args=(value, holds_lock, barrier)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return value.value


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    held = added(context, context.Value("i", 0), True)
    each_access = added(context, context.Value("i", 0), False)
    none = added(context, context.Value("i", 0, lock=False), False)
    print(f"{held}, {each_access}, {none}")
