"""A master waits for a result for a short time, through a proxy, and no worker comes; then one comes. Prints what it gets, and
whether a `get` with a timeout waits that long if there is something to get."""

import multiprocessing
import queue
import sys
import time
from multiprocessing.managers import BaseManager

result_queue = queue.Queue()


def return_result_queue():
    return result_queue


class QueueManager(BaseManager):
    pass


QueueManager.register("get_result_queue", callable=return_result_queue)


def work(address):
    manager = QueueManager(address=address, authkey=b"abc")
    manager.connect()
    manager.get_result_queue().put("2 * 2 = 4")


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with QueueManager(address=("127.0.0.1", 0), authkey=b"abc", ctx=context) as manager:
        result = manager.get_result_queue()
        try:
            answer = result.get(timeout=0.2)
        except queue.Empty:
            answer = "queue.Empty"
        worker = context.Process(target=work, args=(manager.address,))
        worker.start()
        worker.join()
        begun = time.monotonic()
        late = result.get(timeout=10)
        print(f"{answer}, {late}, {'at once' if time.monotonic() - begun < 10 else 'after ten seconds'}")
