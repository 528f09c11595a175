"""A process is killed while it waits in `get`. Prints whether another one then gets what is put."""

import multiprocessing
import queue
import time

context = multiprocessing.get_context("fork")


def wait_for_ever(tasks, begins):
    begins.set()
    tasks.get()


tasks = context.Queue()
begins = context.Event()
victim = context.Process(target=wait_for_ever, args=(tasks, begins))
victim.start()
begins.wait()
# From outside it can be seen that it holds the lock for reading: nobody else can take it.
while tasks._rlock.acquire(block=False):
    tasks._rlock.release()
    time.sleep(0.001)
victim.kill()
victim.join()
tasks.put(1)
try:
    tasks.get(timeout=2)
    print("got it")
except queue.Empty:
    print("waits")
tasks.cancel_join_thread()
