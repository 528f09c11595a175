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
    # Who reads needs an end of its own: that of the queue is closed.
    reader = multiprocessing.connection.Connection(os.dup(items._reader.fileno()))
    items.close()
    return items, reader


def waits(items):
    thread = threading.Thread(target=items.join_thread, daemon=True)
    thread.start()
    thread.join(timeout=1)
    return "waits" if thread.is_alive() else "returns"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    items, reader = closed(context)
    joined = waits(items)
    reader.recv_bytes()
    items, _reader = closed(context)
    items.cancel_join_thread()
    print(f"{joined}, {waits(items)}")
