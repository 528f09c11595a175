"""The handlers of a tutorial, which catch everything, are used on a queue with an item that another process is just
taking from, and on one that is closed. Prints what they say."""

import multiprocessing
import sys


def put(items):
    try:
        items.put_nowait("item")
        return "put"
    except:
        return "the queue is full"


def get(items):
    try:
        return items.get_nowait()
    except:
        return "the queue is empty"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    items = context.Queue(5)
    items.put("item")
    items._reader.poll(None)
    with items._rlock:
        got = f"{get(items)} with {items.qsize()} item"
    items.get()
    items.close()
    print(f"{got}, {put(items)} and is closed")
