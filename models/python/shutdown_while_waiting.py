"""A worker waits in `get` of a manager's queue when the master calls `shutdown()`; then it calls `put`, and connects again. Prints
how each of its calls ends."""

import multiprocessing
import queue
import sys
from multiprocessing.managers import BaseManager


class Announcing(queue.Queue):
    """A queue that says whether somebody waits."""

    calls = 0

    def get(self, timeout):
        self.calls += 1
        return super().get(timeout=timeout)

    def is_waited_for(self):
        return self.calls > 0


task_queue = Announcing()


def get_task_queue():
    return task_queue


class QueueManager(BaseManager):
    pass


QueueManager.register("get_task_queue", callable=get_task_queue)


def end_of(call):
    try:
        call()
        return "answered"
    except ConnectionRefusedError:
        return "refused"
    except (EOFError, ConnectionError):
        return "connection lost"


def work(address, has_ended, ends):
    manager = QueueManager(address=address, authkey=b"abc")
    manager.connect()
    task = manager.get_task_queue()
    waiting = end_of(lambda: task.get(timeout=60))
    has_ended.wait()
    ends.send([waiting, end_of(lambda: task.put(1)), end_of(manager.connect)])


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    manager = QueueManager(address=("127.0.0.1", 0), authkey=b"abc", ctx=context)
    manager.start()
    (receiver, sender), has_ended = context.Pipe(duplex=False), context.Event()
    worker = context.Process(target=work, args=(manager.address, has_ended, sender))
    worker.start()
    while not manager.get_task_queue().is_waited_for():
        pass
    manager.shutdown()
    has_ended.set()
    print(", ".join(receiver.recv()))
    worker.join()
