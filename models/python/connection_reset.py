"""The other end of a pipe is closed when there is something that was sent to it and not received. Prints what `recv`
raises."""

import multiprocessing
import sys


def raised(duplex):
    context = multiprocessing.get_context(sys.argv[1])
    here, there = context.Pipe(duplex)
    if duplex:
        here.send("not received")
    there.close()
    try:
        here.recv()
    except Exception as error:
        return type(error).__name__


if __name__ == "__main__":
    print(f"{raised(True)}, {raised(False)}")
