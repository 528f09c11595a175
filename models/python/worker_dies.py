"""The worker of a `multiprocessing.Pool` is killed in the middle of a task. Prints what becomes of it and of the
next."""

import multiprocessing
import os
import signal
import sys


def work(dies):
    if dies:
        os.kill(os.getpid(), signal.SIGKILL)


def answer(later, timeout):
    try:
        later.get(timeout)
        return "done"
    except multiprocessing.TimeoutError:
        return "waits"


if __name__ == "__main__":
    with multiprocessing.get_context(sys.argv[1]).Pool(1) as pool:
        first, second = [pool.apply_async(work, (dies,)) for dies in (True, False)]
        second = answer(second, 30)
        print(f"{answer(first, 1)}, {second}")
