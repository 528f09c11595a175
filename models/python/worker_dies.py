"""The worker of a `multiprocessing.Pool` is killed in the middle of a task. Prints what becomes of the task."""

import multiprocessing
import os
import signal


def die():
    os.kill(os.getpid(), signal.SIGKILL)


with multiprocessing.get_context("fork").Pool(1) as pool:
    later = pool.apply_async(die)
    try:
        later.get(timeout=3)
        print("done")
    except multiprocessing.TimeoutError:
        print("waits")
