"""Computes alone, while a thousand threads wait, and while eight processes compute. Prints what is slower.

Threads stand for processes here: the system schedules both alike."""

import os
import threading
import time


def compute():
    begin = time.perf_counter()
    sum(number * number for number in range(1_500_000))
    return time.perf_counter() - begin


def while_others_wait():
    end = threading.Event()
    threads = [threading.Thread(target=end.wait) for _ in range(1000)]
    for thread in threads:
        thread.start()
    taken = compute()
    end.set()
    for thread in threads:
        thread.join()
    return taken


def while_others_compute():
    children = []
    for _ in range(4 * os.cpu_count()):
        child = os.fork()
        if child == 0:
            while True:
                pass
        children.append(child)
    taken = compute()
    for child in children:
        os.kill(child, 9)
        os.waitpid(child, 0)
    return taken


if __name__ == "__main__":
    alone = min(compute() for _ in range(3))
    waiting = min(while_others_wait() for _ in range(5)) / alone
    computing = while_others_compute() / alone
    answer = "only those that compute" if 2 * waiting < computing else "other"
    print(f"{answer}: {waiting:.2f} times as long beside those that wait, {computing:.1f} beside those that compute")
