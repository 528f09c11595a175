"""Two threads pay in and out, with nothing to protect the balance. Prints whether it was always right."""

import sys
import threading

balance = 0


def change(amount):
    global balance
    balance = balance + amount
    balance = balance - amount


def change_often(amount):
    for _ in range(200_000):
        change(amount)


sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=change_often, args=(amount,)) for amount in (5, 8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("right" if balance == 0 else "wrong")
