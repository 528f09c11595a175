"""The tutorials' worker as 000 and 001 print it, with `except Queue.Empty`, and as 002 does, with `except queue.Empty`: each
makes one round, and there is no task. Prints how they end."""

import queue
import subprocess
import sys
import threading
from multiprocessing.managers import BaseManager

WORKER = """
import time, sys, queue
from multiprocessing.managers import BaseManager

class QueueManager(BaseManager):
    pass

QueueManager.register('get_task_queue')
QueueManager.register('get_result_queue')
m = QueueManager(address=('127.0.0.1', PORT), authkey=b'abc')
m.connect()
task = m.get_task_queue()
result = m.get_result_queue()
for i in range(1):
    try:
        n = task.get(timeout=1)
        r = '%d * %d = %d' % (n, n, n*n)
        time.sleep(1)
        result.put(r)
    except MODULE.Empty:
        print('task queue is empty.')
print('worker exit.')
"""


class QueueManager(BaseManager):
    pass


def ended(module, port):
    worker = WORKER.replace("MODULE", module).replace("PORT", str(port))
    process = subprocess.run([sys.executable, "-c", worker], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return (process.stderr or process.stdout).strip().splitlines()[-1].split(":")[0]


if __name__ == "__main__":
    QueueManager.register("get_task_queue", callable=queue.Queue)
    QueueManager.register("get_result_queue", callable=queue.Queue)
    server = QueueManager(address=("127.0.0.1", 0), authkey=b"abc").get_server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"{ended('Queue', server.address[1])}, {ended('queue', server.address[1])}")
