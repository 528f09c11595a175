"""`task_done` is called more often than items were taken, and more often than items were put. Prints what is raised
each time."""

import multiprocessing
import queue
import sys


def raised(tasks):
    try:
        tasks.task_done()
        return "nothing"
    except Exception as error:
        return type(error).__name__


def answers(tasks):
    tasks.put(1)
    tasks.put(2)
    tasks.get()
    tasks.task_done()
    twice = raised(tasks)
    tasks.get()
    return f"{twice}, {raised(tasks)}"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(" or ".join(sorted({answers(queue.Queue()), answers(context.JoinableQueue())})))
