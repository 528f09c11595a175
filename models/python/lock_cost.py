"""Measures the loop of the balance with a lock and without, on two threads. Prints how many times as long it takes."""

import threading
import time

balance = 0
lock = threading.Lock()


def change_it(n):
    global balance
    balance = balance + n
    balance = balance - n


def unlocked(n):
    for _ in range(200_000):
        change_it(n)


def locked(n):
    for _ in range(200_000):
        lock.acquire()
        try:
            change_it(n)
        finally:
            lock.release()


def seconds(target):
    """The shortest of three times."""
    times = []
    for _ in range(3):
        threads = [threading.Thread(target=target, args=(n,)) for n in (5, 8)]
        begin = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        times.append(time.perf_counter() - begin)
    return min(times)


ratio = seconds(locked) / seconds(unlocked)
print(f"{'slower' if ratio > 1.05 else 'as fast'}: {ratio:.1f} times as long")
