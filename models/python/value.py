"""Two processes add to a shared value: holding its lock, with each access of it locked, and without a lock. Prints for each
whether nothing was lost."""

import contextlib
import multiprocessing

context = multiprocessing.get_context("fork")


def add(value, lock):
    for _ in range(50_000):
        with lock:
            value.value += 1


def is_exact(value, lock):
    processes = [context.Process(target=add, args=(value, lock)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return value.value == 100_000


def held():
    value = context.Value("i", 0)
    return is_exact(value, value.get_lock())


def each_access():
    return is_exact(context.Value("i", 0), contextlib.nullcontext())


def none():
    return is_exact(context.Value("i", 0, lock=False), contextlib.nullcontext())


# What may be lost is not lost every time.
answers = [all(kind() for _ in range(times)) for kind, times in [(held, 1), (each_access, 20), (none, 20)]]
print(", ".join("right" if answer else "wrong" for answer in answers))
