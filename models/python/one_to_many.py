"""The one sender and two receivers of a tutorial: the receivers are started first, or when the sender has ended.
Prints how many items of ten are received each time."""

import contextlib
import io
import multiprocessing
import sys


def put(items, data):
    for item in data:
        try:
            items.put_nowait(item)
            print("put")
        except:
            print("the queue is full")


def get(items, received):
    while items.qsize():
        try:
            item = items.get_nowait()
            received.send(item)
        except:
            print("the queue is empty")


def run(processes):
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def received(context, receivers_first):
    items = context.Queue(5)
    parents_end, receivers_end = context.Pipe(duplex=False)
    sender = context.Process(target=quiet, args=(put, items, list(range(10))))
    receivers = [context.Process(target=quiet, args=(get, items, receivers_end)) for _ in range(2)]
    groups = [receivers, [sender]] if receivers_first else [[sender], receivers]
    for group in groups:
        run(group)
    receivers_end.close()
    count = 0
    with contextlib.suppress(EOFError):
        while True:
            parents_end.recv()
            count += 1
    return count


def quiet(target, *arguments):
    with contextlib.redirect_stdout(io.StringIO()):
        target(*arguments)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(f"{received(context, True)}, {received(context, False)}")
