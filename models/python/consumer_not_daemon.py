"""A program starts a consumer that loops for ever, joins the queue and ends; the consumer is a daemon or not. Prints
what the program does."""

import multiprocessing
import os
import signal
import sys


def work(tasks):
    while True:
        tasks.get()
        tasks.task_done()


def program(context, is_daemon, result):
    tasks = context.JoinableQueue()
    consumer = context.Process(target=work, args=(tasks,), daemon=is_daemon)
    consumer.start()
    for task in range(3):
        tasks.put(task)
    tasks.join()
    result.send(consumer.pid)


def ending(context, is_daemon):
    parents_end, childs_end = context.Pipe(duplex=False)
    main = context.Process(target=program, args=(context, is_daemon, childs_end))
    main.start()
    consumer = parents_end.recv()
    main.join(timeout=30 if is_daemon else 1)
    if not main.is_alive():
        return "ends"
    main.terminate()
    main.join()
    os.kill(consumer, signal.SIGKILL)
    return "waits"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(f"{ending(context, False)}, {ending(context, True)}")
