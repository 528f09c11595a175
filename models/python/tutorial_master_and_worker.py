"""The tutorials' master and one worker, without the pauses, and with any port. Prints what the master gets, what is left in the
queues, and how the worker ends."""

import multiprocessing
import queue
import random
import sys
from multiprocessing.managers import BaseManager

task_queue = queue.Queue()
result_queue = queue.Queue()


def return_task_queue():
    global task_queue
    return task_queue


def return_result_queue():
    global result_queue
    return result_queue


class QueueManager(BaseManager):
    pass


def work(address):
    QueueManager.register("get_task_queue")
    QueueManager.register("get_result_queue")
    m = QueueManager(address=address, authkey=b"abc")
    m.connect()
    task = m.get_task_queue()
    result = m.get_result_queue()
    for i in range(10):
        try:
            n = task.get(timeout=1)
            r = "%d * %d = %d" % (n, n, n * n)
            result.put(r)
        except queue.Empty:
            print("task queue is empty.")


def master(context):
    QueueManager.register("get_task_queue", callable=return_task_queue)
    QueueManager.register("get_result_queue", callable=return_result_queue)
    manager = QueueManager(address=("127.0.0.1", 0), authkey=b"abc", ctx=context)
    manager.start()
    task = manager.get_task_queue()
    result = manager.get_result_queue()
    tasks = [random.randint(0, 10000) for i in range(10)]
    for n in tasks:
        task.put(n)
    worker = context.Process(target=work, args=(manager.address,))
    worker.start()
    results = [result.get(timeout=10) for i in range(10)]
    # The tutorials' master does not wait for it.
    worker.join()
    is_in_order = results == ["%d * %d = %d" % (n, n, n * n) for n in tasks]
    left = (task.qsize(), result.qsize(), task_queue.qsize(), result_queue.qsize())
    manager.shutdown()
    print(f"{'in order' if is_in_order else results}, {left} left, code {worker.exitcode}")


if __name__ == "__main__":
    master(multiprocessing.get_context(sys.argv[1]))
