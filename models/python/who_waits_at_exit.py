"""Processes put more than a pipe holds and end. Prints which waits: one with its parent's queue, one that made the
queue itself, one that has called `cancel_join_thread`, and one that has put nothing."""

import multiprocessing
import sys

MUCH = b"x" * 10_000_000


def put(items):
    items.put(MUCH)


def make_and_put(context):
    global items
    items = context.Queue()
    items.put(MUCH)


def cancel(items):
    items.put(MUCH)
    items.cancel_join_thread()


def put_nothing(items):
    pass


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    arguments = {put: context.Queue(), make_and_put: context, cancel: context.Queue(), put_nothing: context.Queue()}
    children = [context.Process(target=target, args=(argument,)) for target, argument in arguments.items()]
    for child in children:
        child.start()
    for child in children[2:]:
        child.join()
    for child in children[:2]:
        child.join(timeout=0.5)
    print(", ".join("waits" if child.is_alive() else "ends" for child in children))
    for child in children[:2]:
        child.terminate()
        child.join()
