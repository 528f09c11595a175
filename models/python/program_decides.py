"""A program says where it runs, with which priority, and which of two threads goes first. Prints what it got."""

import os
import threading


def decided():
    processor = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {processor})
    with open("/proc/self/stat") as stat:
        runs_on = int(stat.read().rpartition(")")[2].split()[36])
    if runs_on == processor:
        yield "processor"

    before = os.getpriority(os.PRIO_PROCESS, 0)
    if os.nice(1) == before + 1:
        yield "priority"

    order, first_is_done = [], threading.Event()

    def second():
        first_is_done.wait()
        order.append(2)

    def first():
        order.append(1)
        first_is_done.set()

    # The second is started first.
    threads = [threading.Thread(target=second), threading.Thread(target=first)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if order == [1, 2]:
        yield "order"


if __name__ == "__main__":
    print(", ".join(decided()))
