"""The example with a lock, with a call between the read and the write. Prints whether the balance was always 0."""

import sys
import threading

balance = 0
lock = threading.Lock()


def amount_of(n):
    return n


def change_it(n):
    global balance
    balance = balance + amount_of(n)
    balance = balance - amount_of(n)


def run_thread(n):
    for i in range(100000):
        lock.acquire()
        try:
            change_it(n)
        finally:
            lock.release()


sys.setswitchinterval(1e-5)
t1 = threading.Thread(target=run_thread, args=(5,))
t2 = threading.Thread(target=run_thread, args=(8,))
t1.start()
t2.start()
t1.join()
t2.join()
print("right" if balance == 0 else f"wrong: {balance}")
