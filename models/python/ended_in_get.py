"""A process that takes from a queue is asked to stop, and then ends; or it is killed while it waits. Prints for each
whether another one then gets what is put."""

import multiprocessing
import queue
import sys
import time


def until_none(tasks, begins):
    begins.set()
    while tasks.get() is not None:
        pass


def started(tasks):
    begins = context.Event()
    worker = context.Process(target=until_none, args=(tasks, begins))
    worker.start()
    begins.wait()
    return worker


def answer(tasks, seconds):
    tasks.put(1)
    try:
        tasks.get(timeout=seconds)
        return "got it"
    except queue.Empty:
        tasks.cancel_join_thread()
        return "waits"


def asked_to_stop():
    tasks = context.Queue()
    worker = started(tasks)
    tasks.put(None)
    worker.join()
    return answer(tasks, 30)


def killed():
    tasks = context.Queue()
    victim = started(tasks)
    # From outside it can be seen that it holds the lock for reading: nobody else can take it.
    while tasks._rlock.acquire(block=False):
        tasks._rlock.release()
        time.sleep(0.001)
    victim.kill()
    victim.join()
    return answer(tasks, 1)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(f"{asked_to_stop()}, {killed()}")
