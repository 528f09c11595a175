"""CPython's client: puts an item, which is an expression, and gets one, so many times; prints how many seconds that takes."""

import sys
import time
from multiprocessing.managers import BaseManager


class QueueManager(BaseManager):
    pass


QueueManager.register("get_task_queue")
manager = QueueManager(address=("127.0.0.1", int(sys.argv[1])), authkey=b"abc")
manager.connect()
tasks = manager.get_task_queue()
item = eval(sys.argv[3])
tasks.put(item)
assert tasks.get() == item
print("ready", flush=True)
sys.stdin.readline()
begun = time.perf_counter()
for _ in range(int(sys.argv[2])):
    tasks.put(item)
    tasks.get()
print(time.perf_counter() - begun, flush=True)
