"""Looks into a `multiprocessing.Queue`. Prints what it is made of."""

import multiprocessing
import os
import stat
import sys


def kind(connection):
    mode = os.fstat(connection.fileno()).st_mode
    return "pipe" if stat.S_ISFIFO(mode) else "socket" if stat.S_ISSOCK(mode) else "another"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    items = context.Queue()
    parts = [kind(items._reader), kind(items._writer)]
    parts += [type(part).__name__ for part in (items._rlock, items._wlock, items._sem)]
    print(", ".join(parts))
