"""Two tasks run as processes, as threads, and as threads of processes. Prints in how many processes and threads."""

import multiprocessing
import os
import sys
import threading


def task(done):
    done.put((os.getpid(), threading.get_ident()))


def two_threads(done):
    """Two threads, which are there at the same time."""
    both = threading.Barrier(2)

    def wait_and_do():
        both.wait()
        task(done)
        both.wait()

    threads = [threading.Thread(target=wait_and_do) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def count(context, target):
    """How many processes, and how many threads, report when two processes run `target`."""
    done = context.SimpleQueue()
    processes = [context.Process(target=target, args=(done,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    reports = set()
    while not done.empty():
        reports.add(done.get())
    return f"{len({process for process, _ in reports})} of {len(reports)}"


def count_threads(context):
    done = context.SimpleQueue()
    two_threads(done)
    reports = {done.get(), done.get()}
    return f"{len({process for process, _ in reports})} of {len(reports)}"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(f"{count(context, task)}, {count_threads(context)}, {count(context, two_threads)}")
