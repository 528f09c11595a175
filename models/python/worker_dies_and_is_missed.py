"""The worker of a `ProcessPoolExecutor` is killed in the middle of a task. Prints what becomes of the task."""

import concurrent.futures
import concurrent.futures.process
import multiprocessing
import os
import signal
import sys


def die():
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        try:
            pool.submit(die).result(timeout=30)
            print("done")
        except concurrent.futures.process.BrokenProcessPool:
            print("known")
        except concurrent.futures.TimeoutError:
            print("waits")
