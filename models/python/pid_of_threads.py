"""Two threads ask for the pid, and for the number that the system gives a thread. Prints how many there are of
each."""

import os
import threading

numbers = []
meet = threading.Barrier(2)


def ask():
    # Both live at the same time, so that no number is given twice.
    meet.wait()
    numbers.append((os.getpid(), threading.get_native_id()))
    meet.wait()


threads = [threading.Thread(target=ask) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
pids, natives = (len(set(each)) for each in zip(*numbers))
print(f"{pids} pid, {natives} threads")
