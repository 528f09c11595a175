"""Threads append to one list and set keys of one dict, without a lock. Prints whether nothing is lost."""

import sys
import threading

items, keys = [], {}


def add(me):
    for number in range(50_000):
        items.append(number)
        keys[me, number] = number


sys.setswitchinterval(1e-5)
threads = [threading.Thread(target=add, args=(me,)) for me in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("nothing lost" if len(items) == len(keys) == 200_000 else "lost")
