"""A manager is started whose callable is a lambda, and one whose callable is a function of the module. Prints how each ends."""

import multiprocessing
import pickle
import queue
import sys
from multiprocessing.managers import BaseManager

task_queue = queue.Queue()


def return_task_queue():
    return task_queue


class WithLambda(BaseManager):
    pass


class WithFunction(BaseManager):
    pass


WithLambda.register("get_task_queue", callable=lambda: task_queue)
WithFunction.register("get_task_queue", callable=return_task_queue)


def started(kind):
    try:
        with kind(address=("127.0.0.1", 0), authkey=b"abc", ctx=multiprocessing.get_context(sys.argv[1])) as manager:
            manager.get_task_queue().put(1)
        return "serves"
    except (pickle.PicklingError, AttributeError):
        return "cannot be pickled"


if __name__ == "__main__":
    print(f"{started(WithLambda)}, {started(WithFunction)}")
