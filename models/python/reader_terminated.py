"""A reader that is slower than the writer is terminated when the writer has ended, or reads until a sentinel. Prints
what it handles."""

import multiprocessing
import sys


def write(items, last):
    for value in ["A", "B", "C"] + last:
        items.put(value)


def read(items, handled, may_go_on):
    while True:
        value = items.get(True)
        if value is None:
            break
        handled.send(value)
        may_go_on.wait()


def received(connection):
    values = ""
    try:
        while True:
            values += connection.recv()
    except EOFError:
        return values


def handled(context, last, end):
    items = context.Queue()
    parents_end, readers_end = context.Pipe(duplex=False)
    may_go_on = context.Event()
    writer = context.Process(target=write, args=(items, last))
    reader = context.Process(target=read, args=(items, readers_end, may_go_on))
    writer.start()
    reader.start()
    readers_end.close()
    first = parents_end.recv()
    writer.join()
    end(reader, may_go_on)
    reader.join()
    return first + received(parents_end)


def terminate(reader, may_go_on):
    reader.terminate()


def wait(reader, may_go_on):
    may_go_on.set()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(f"{handled(context, [], terminate)}, {handled(context, [None], wait)}")
