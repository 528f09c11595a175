"""Two processes add to what is in a managed dict. Prints whether nothing was lost."""

import multiprocessing

context = multiprocessing.get_context("fork")


def add(shared):
    for _ in range(300):
        shared["x"] += 1


def is_exact():
    shared["x"] = 0
    processes = [context.Process(target=add, args=(shared,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return shared["x"] == 600


with context.Manager() as manager:
    shared = manager.dict()
    print("right" if all(is_exact() for _ in range(20)) else "wrong")
