"""The second example of 003: `multiprocessing.Queue`s are served by a manager, and a worker makes rounds while the one of tasks
is not empty. It is started before the tasks are put, and after. Prints how many tasks it does."""

import multiprocessing
import sys
from multiprocessing.managers import BaseManager

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])

task_number = 10
task_queue = multiprocessing.Queue(task_number)
result_queue = multiprocessing.Queue(task_number)


def get_task():
    return task_queue


def get_result():
    return result_queue


class QueueManager(BaseManager):
    pass


QueueManager.register("get_task_queue", callable=get_task)
QueueManager.register("get_result_queue", callable=get_result)


def work(address, done):
    manager = QueueManager(address=address, authkey=b"qiye")
    manager.connect()
    task, result = manager.get_task_queue(), manager.get_result_queue()
    count = 0
    while not task.empty():
        result.put("%s--->success" % task.get(True, timeout=5))
        count += 1
    done.put(count)


def worker(address):
    done = multiprocessing.Queue()
    process = multiprocessing.Process(target=work, args=(address, done))
    process.start()
    count = done.get()
    process.join()
    return count


if __name__ == "__main__":
    manager = QueueManager(address=("127.0.0.1", 0), authkey=b"qiye")
    manager.start()
    task, result = manager.get_task_queue(), manager.get_result_queue()
    early = worker(manager.address)
    for number in range(task_number):
        task.put("ImageUrl_" + str(number))
    while task.empty():
        pass  # the queue's feeder has not written yet
    late = worker(manager.address)
    results = [result.get(timeout=5) for _ in range(late)]
    assert results == ["ImageUrl_%d--->success" % number for number in range(late)]
    manager.shutdown()
    print(f"{early}, {late}")
