"""A parent closes both ends of a pipe, terminates a consumer that is slow, and joins it; or does not terminate it.
Prints how many of three items the consumer handles."""

import contextlib
import multiprocessing
import sys


def consume(reader, handled, may_go_on):
    with contextlib.suppress(EOFError):
        while True:
            handled.send(reader.recv())
            may_go_on.wait()


def handled(context, terminates):
    reader, writer = context.Pipe(duplex=False)
    parents_end, childs_end = context.Pipe(duplex=False)
    may_go_on = context.Event()
    # Under fork it would have a copy of the writing end of its own.
    consumer = context.Process(target=without, args=(writer, consume, reader, childs_end, may_go_on))
    consumer.start()
    childs_end.close()
    for number in range(3):
        writer.send(number)
    parents_end.recv()
    reader.close()
    writer.close()
    if terminates:
        consumer.terminate()
    else:
        may_go_on.set()
    consumer.join()
    count = 1
    with contextlib.suppress(EOFError):
        while True:
            parents_end.recv()
            count += 1
    return count


def without(unused, target, *arguments):
    unused.close()
    target(*arguments)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(f"{handled(context, True)}, {handled(context, False)}")
