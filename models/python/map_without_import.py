"""Runs a task that uses `os` without importing it, as in the tutorial. Prints what `map` raises."""

import multiprocessing
import sys


def task(num):
    print("num:%d; PID:%s" % (num, os.getpid()))
    return num**2


if __name__ == "__main__":
    p = multiprocessing.get_context(sys.argv[1]).Pool()
    try:
        p.map(task, range(20))
        print("nothing")
    except NameError as error:
        print(f"NameError: {error}")
