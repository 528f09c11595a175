"""CPython's own manager with two queues, as the tutorial's master has it. Prints its port."""

import queue
from multiprocessing.managers import BaseManager

tasks, results = queue.Queue(), queue.Queue()


class QueueManager(BaseManager):
    pass


QueueManager.register("get_task_queue", callable=lambda: tasks)
QueueManager.register("get_result_queue", callable=lambda: results)
server = QueueManager(address=("127.0.0.1", 0), authkey=b"abc").get_server()
print(server.address[1], flush=True)
server.serve_forever()
