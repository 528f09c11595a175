"""Prints how many units of execution the system schedules for a process of one thread, and of two."""

import os
import threading


def count():
    return len(os.listdir("/proc/self/task"))


first, release = count(), threading.Event()
thread = threading.Thread(target=release.wait)
thread.start()
print(f"{first} for one thread, {count()} for two")
release.set()
thread.join()
