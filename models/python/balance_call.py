"""The same with a call inside the update. Prints whether the balance was always right."""

import sys
import threading

balance = 0


def amount_of(amount):
    return amount


def change_often(amount):
    global balance
    for _ in range(50_000):
        balance = balance + amount_of(amount)
        balance = balance - amount_of(amount)


def is_right():
    global balance
    balance = 0
    threads = [threading.Thread(target=change_often, args=(amount,)) for amount in (5, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return balance == 0


sys.setswitchinterval(1e-6)
print("right" if all(is_right() for _ in range(20)) else "wrong")
