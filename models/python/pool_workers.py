"""Prints when the processes of a pool are started, and whether tasks have new ones, as it is and with
`maxtasksperchild=1`."""

import multiprocessing
import os
import sys


def pid(_):
    return os.getpid()


def pids(**arguments):
    with context.Pool(2, **arguments) as pool:
        at_first = {child.pid for child in multiprocessing.active_children()}
        done_by = [pool.apply(pid, (number,)) for number in range(5)]
    return at_first, done_by


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    at_first, done_by = pids()
    print("start with the pool" if len(at_first) == 2 else "start later", end=", ")
    print("the same do all" if set(done_by) <= at_first and os.getpid() not in at_first else "others do some", end=", ")
    print("a new one for each" if len(set(pids(maxtasksperchild=1)[1])) == 5 else "not a new one for each")
