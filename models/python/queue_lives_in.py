"""Prints in which process a managed object is: after `start()`, and when `get_server()` serves it."""

import multiprocessing
import os
import sys
import threading
from multiprocessing.managers import BaseManager


class QueueManager(BaseManager):
    pass


QueueManager.register("process", callable=os.getpid)


def where(process):
    return "this process" if process._getvalue() == os.getpid() else "another process"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with QueueManager(address=("127.0.0.1", 0), authkey=b"abc", ctx=context) as manager:
        started = where(manager.process())
    server = QueueManager(address=("127.0.0.1", 0), authkey=b"abc", ctx=context).get_server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = QueueManager(address=server.address, authkey=b"abc", ctx=context)
    client.connect()
    print(f"{started}, {where(client.process())}")
