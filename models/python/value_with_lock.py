"""Two processes add to a shared value, and hold its lock meanwhile. Prints whether nothing was lost."""

import multiprocessing

context = multiprocessing.get_context("fork")
value = context.Value("i", 0)


def add():
    for _ in range(50_000):
        with value.get_lock():
            value.value += 1


processes = [context.Process(target=add) for _ in range(2)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print("right" if value.value == 100_000 else "wrong")
