"""A task of twenty megabytes is put into a manager's queue and taken, and a path of a file of that size, which is read then. Prints
how much slower the first is."""

import multiprocessing
import os
import queue
import sys
import tempfile
import time
from multiprocessing.managers import BaseManager


class QueueManager(BaseManager):
    pass


QueueManager.register("get_task_queue", callable=queue.Queue)


def shortest(passed):
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        assert len(passed()) == SIZE
        times.append(time.perf_counter() - begun)
    return min(times)


SIZE = 20_000_000

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with QueueManager(address=("127.0.0.1", 0), authkey=b"abc", ctx=context) as manager, tempfile.TemporaryDirectory() as folder:
        task, path, data = manager.get_task_queue(), os.path.join(folder, "log"), b"x" * SIZE
        with open(path, "wb") as file:
            file.write(data)

        def whole():
            task.put(data)
            return task.get()

        def by_its_path():
            task.put(path)
            with open(task.get(), "rb") as file:
                return file.read()

        ratio = shortest(whole) / shortest(by_its_path)
    print(f"{'slower' if ratio > 1 else 'not slower'}: {ratio:.1f} times")
