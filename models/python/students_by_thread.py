"""Threads keep their student in a global dict with `current_thread()` as key, without a lock. Prints who is found."""

import sys
import threading

global_dict, wrong = {}, []


def do_task(name):
    std = global_dict[threading.current_thread()]
    if std != name:
        wrong.append(std)


def std_thread(name):
    for _ in range(1000):
        global_dict[threading.current_thread()] = name
        do_task(name)


sys.setswitchinterval(1e-5)
threads = [threading.Thread(target=std_thread, args=(str(number),)) for number in range(20)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
kept = sum(thread in global_dict for thread in threads)
print(f"{'wrong' if wrong else 'each its own'}, {'all are kept' if kept == 20 else 'some are gone'} after the end")
