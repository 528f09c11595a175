"""A process is asked to stop, and then ends. Prints whether another one gets what is put after."""

import multiprocessing
import queue

context = multiprocessing.get_context("fork")


def until_none(tasks):
    while tasks.get() is not None:
        pass


tasks = context.Queue()
worker = context.Process(target=until_none, args=(tasks,))
worker.start()
tasks.put(None)
worker.join()
tasks.put(1)
try:
    tasks.get(timeout=30)
    print("got it")
except queue.Empty:
    print("waits")
