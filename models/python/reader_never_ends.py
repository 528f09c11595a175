"""A process reads a queue for ever and is joined, and then terminated; another one reads until a sentinel. Prints how
they end."""

import multiprocessing
import signal
import sys


def read(items):
    while True:
        items.get(True)


def read_until_none(items):
    while items.get(True) is not None:
        pass


def started(context, target):
    items = context.Queue()
    reader = context.Process(target=target, args=(items,))
    reader.start()
    items.put("A")
    return items, reader


def ending(reader):
    return {None: "waits", 0: "ends", -signal.SIGTERM: "is killed"}[reader.exitcode]


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    _, reader = started(context, read)
    reader.join(timeout=1)
    joined = ending(reader)
    reader.terminate()
    reader.join()
    terminated = ending(reader)
    items, reader = started(context, read_until_none)
    items.put(None)
    reader.join()
    print(f"{joined}, {terminated}, {ending(reader)}")
