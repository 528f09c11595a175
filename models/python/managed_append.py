"""Two processes append to a managed list. Prints whether nothing was lost."""

import multiprocessing

context = multiprocessing.get_context("fork")


def append(shared):
    for item in range(300):
        shared.append(item)


with context.Manager() as manager:
    shared = manager.list()
    processes = [context.Process(target=append, args=(shared,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print("right" if len(shared) == 600 else "wrong")
