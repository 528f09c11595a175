"""A feeder has more to write than a pipe holds. Prints whether `join_thread` waits, and whether after
`cancel_join_thread`."""

import multiprocessing
import multiprocessing.connection
import os
import sys
import threading


def closed(context):
    items = context.Queue()
    items.put(b"x" * 10_000_000)
    items.close()
    return items


def waits(items):
    thread = threading.Thread(target=items.join_thread, daemon=True)
    thread.start()
    thread.join(timeout=1)
    return "waits" if thread.is_alive() else "returns"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    items = closed(context)
    # Who reads needs an end of its own: the feeder closes that of the queue when it has written all.
    reader = multiprocessing.connection.Connection(os.dup(items._reader.fileno()))
    joined = waits(items)
    reader.recv_bytes()
    items = closed(context)
    items.cancel_join_thread()
    print(f"{joined}, {waits(items)}")
