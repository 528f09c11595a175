"""The third example of 003, with `BaseManager` itself: its `get_result_queue` returns the queue of tasks. A worker makes five
rounds, and there is one task. Then the master's `put_queue` is called, and interrupted. Prints how often the task is done,
and whether the line after `put_queue` is reached."""

import multiprocessing
import queue
import random
import sys
import time
from multiprocessing.managers import BaseManager

task_queue = queue.Queue()
result_queue = queue.Queue()


def get_task_queue():
    global task_queue
    return task_queue


def get_result_queue():
    global task_queue
    return task_queue


BaseManager.register("get_task_queue", callable=get_task_queue)
BaseManager.register("get_result_queue", callable=get_result_queue)


def put_queue(manager):
    task = manager.get_task_queue()
    while 1:
        n = random.randint(0, 1000)
        task.put(n)
        time.sleep(0.5)


def times_done(manager):
    task, result = manager.get_task_queue(), manager.get_result_queue()
    task.put("task")
    done = 0
    for _ in range(5):
        if task.empty():
            continue
        done += task.get(timeout=1) == "task"
        result.put("task")
    return done


def interrupt_after(rounds):
    def sleep(_, rounds=[rounds]):
        rounds[0] -= 1
        if rounds[0] == 0:
            raise KeyboardInterrupt

    time.sleep = sleep


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with BaseManager(address=("127.0.0.1", 0), authkey=b"abc", ctx=context) as manager:
        done = times_done(manager)
        interrupt_after(100)
        try:
            put_queue(manager)
            reached = "shutdown reached"
        except KeyboardInterrupt:
            reached = "shutdown not reached"
    print(f"{done} times, {reached}")
