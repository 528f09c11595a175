"""A program puts a task into its own queue and looks at the one that is served, and the other way round: after `start()`, and
when it serves the queue itself. Prints what is found."""

import multiprocessing
import queue
import sys
import threading
from multiprocessing.managers import BaseManager

task_queue = queue.Queue()


def return_task_queue():
    return task_queue


class QueueManager(BaseManager):
    pass


QueueManager.register("get_task_queue", callable=return_task_queue)


def found(put_into, look_into):
    put_into.put("task")
    answer = "nothing" if look_into.empty() else look_into.get()
    if not put_into.empty():
        put_into.get()
    return answer


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with QueueManager(address=("127.0.0.1", 0), authkey=b"abc", ctx=context) as manager:
        proxy = manager.get_task_queue()
        started = [found(task_queue, proxy), found(proxy, task_queue), found(proxy, proxy)]
    server = QueueManager(address=("127.0.0.1", 0), authkey=b"abc", ctx=context).get_server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = QueueManager(address=server.address, authkey=b"abc", ctx=context)
    client.connect()
    print(", ".join([*started, found(task_queue, client.get_task_queue())]))
