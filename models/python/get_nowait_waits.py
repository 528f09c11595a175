"""A process is stopped while its feeder writes a long item; another one calls `get_nowait`. Prints whether that
waits."""

import multiprocessing
import os
import signal
import sys
import threading


def put_much(items):
    items.put(b"x" * 10_000_000)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    items = context.Queue()
    child = context.Process(target=put_much, args=(items,))
    child.start()
    # The pipe holds the beginning: nobody reads the rest before the child is stopped.
    items._reader.poll(None)
    os.kill(child.pid, signal.SIGSTOP)
    getter = threading.Thread(target=items.get_nowait)
    getter.start()
    getter.join(timeout=1)
    print("waits" if getter.is_alive() else "returns")
    os.kill(child.pid, signal.SIGCONT)
    getter.join()
    child.join()
