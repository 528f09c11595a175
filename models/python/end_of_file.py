"""An end of a pipe is closed while the other one receives, and there is another copy of it or not. Prints what is
received."""

import multiprocessing
import sys


def answer(connection):
    try:
        return connection.recv() if connection.poll(0.5) else "waits"
    except Exception as error:
        return type(error).__name__


def hold(connection, may_end):
    may_end.wait()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    reader, writer = context.Pipe(duplex=False)
    may_end = context.Event()
    child = context.Process(target=hold, args=(writer, may_end))
    child.start()
    writer.send("message")
    writer.close()
    answers = [answer(reader), answer(reader)]
    may_end.set()
    child.join()
    print(", ".join(answers + [answer(reader)]))
