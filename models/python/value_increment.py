"""Two processes add to a shared value, each access of which is locked. Prints whether nothing was lost."""

import multiprocessing

context = multiprocessing.get_context("fork")


def add(value):
    for _ in range(50_000):
        value.value += 1


def is_exact():
    value = context.Value("i", 0)
    processes = [context.Process(target=add, args=(value,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return value.value == 100_000


print("right" if all(is_exact() for _ in range(20)) else "wrong")
