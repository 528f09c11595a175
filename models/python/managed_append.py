"""Two processes append to a managed list. Prints whether everything is there."""

import multiprocessing
import sys


def append(shared):
    for item in range(300):
        shared.append(item)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with context.Manager() as manager:
        shared = manager.list()
        processes = [context.Process(target=append, args=(shared,)) for _ in range(2)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        print("right" if len(shared) == 600 else "wrong")
