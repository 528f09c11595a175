"""CPython's client: puts an item and gets one, so many times; prints how many seconds that takes."""

import sys
import time
from multiprocessing.managers import BaseManager


class QueueManager(BaseManager):
    pass


QueueManager.register("get_task_queue")
manager = QueueManager(address=("127.0.0.1", int(sys.argv[1])), authkey=b"abc")
manager.connect()
tasks = manager.get_task_queue()
tasks.put(0)
tasks.get()
print("ready", flush=True)
sys.stdin.readline()
begun = time.perf_counter()
for number in range(int(sys.argv[2])):
    tasks.put(number)
    tasks.get()
print(time.perf_counter() - begun, flush=True)
