"""A worker that takes tasks on a lease, through proxies that CPython makes of what our master says that its queues can do."""

import sys
from multiprocessing.managers import BaseManager


class QueueManager(BaseManager):
    pass


QueueManager.register("get_task_queue")
QueueManager.register("get_result_queue")
manager = QueueManager(address=("127.0.0.1", int(sys.argv[1])), authkey=b"abc")
try:
    manager.connect()
    tasks, results = manager.get_task_queue(), manager.get_result_queue()
    while True:
        ticket, number, task = tasks.lease(2)
        results.put_once(number, str(task))
        try:
            tasks.acknowledge(ticket)
        except ValueError:
            pass  # It was too late: somebody else has the task by now.
except (EOFError, OSError):
    pass  # The master has ended.
