"""Threads acquire one `threading.Lock`. Prints how many hold it at a time, and whether the others wait and get it."""

import threading

THREADS = 20

lock = threading.Lock()
holders, most, served = 0, 0, 0
all_there = threading.Barrier(THREADS)


def use():
    global holders, most, served
    all_there.wait()
    lock.acquire()
    holders += 1
    most = max(most, holders)
    served += 1
    # Whoever comes meanwhile is refused.
    if lock.acquire(blocking=False) or lock.acquire(timeout=0.001) or not lock.locked():
        most = THREADS
    holders -= 1
    lock.release()


threads = [threading.Thread(target=use) for _ in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"{most} at a time, {'all' if served == THREADS else served} served")
