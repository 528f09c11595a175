"""A child crashes, then another one raises an exception. Prints their exit codes, and what becomes of a third one."""

import ctypes
import multiprocessing
import os
import sys


def crash():
    ctypes.string_at(0)


def fail():
    os.close(2)
    raise RuntimeError


def work(end):
    end.send(end.recv() + 1)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    ours, theirs = context.Pipe()
    third = context.Process(target=work, args=(theirs,))
    third.start()
    codes = []
    for target in (crash, fail):
        child = context.Process(target=target)
        child.start()
        child.join()
        codes.append(str(child.exitcode))
    ours.send(1)
    print(*codes, "the others go on" if ours.recv() == 2 else "the others do not go on", sep=", ")
    third.join()
