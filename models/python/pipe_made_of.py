"""Looks at what an end of a pipe is for the system, with `duplex=True` and with `duplex=False`. Prints it."""

import multiprocessing
import os
import stat
import sys


def kind(connection):
    mode = os.fstat(connection.fileno()).st_mode
    return "socket" if stat.S_ISSOCK(mode) else "pipe" if stat.S_ISFIFO(mode) else "another"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(", ".join(kind(context.Pipe(duplex=duplex)[0]) for duplex in [True, False]))
