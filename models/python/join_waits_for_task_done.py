"""All tasks are taken from a queue, and `join` is called; then they are called done. Prints what `join` does each
time."""

import multiprocessing
import queue
import sys
import threading


def answers(tasks):
    for task in range(2):
        tasks.put(task)
    for task in range(2):
        tasks.get()
    joiner = threading.Thread(target=tasks.join, daemon=True)
    joiner.start()
    said = []
    for _ in range(2):
        joiner.join(timeout=0.5)
        said.append("empty and waits" if tasks.empty() and joiner.is_alive() else "returns")
        tasks.task_done()
    joiner.join(timeout=30)
    said.append("waits" if joiner.is_alive() else "returns")
    return ", ".join(said)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(" or ".join(sorted({answers(queue.Queue()), answers(context.JoinableQueue())})))
