"""The same with a call inside the update, until threads have been switched often. Prints whether it was always right."""

import sys
import threading
import time

SWITCHES = 20

balance, running, switches = 0, None, 0


def amount_of(amount):
    return amount


def change_often(amount):
    """Pays in and out until the two threads have been switched so often."""
    global balance, running, switches
    while switches < SWITCHES:
        balance = balance + amount_of(amount)
        balance = balance - amount_of(amount)
        if running != amount:
            running, switches = amount, switches + 1


def is_right():
    global balance, switches
    balance, switches = 0, 0
    threads = [threading.Thread(target=change_often, args=(amount,)) for amount in (5, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return balance == 0


sys.setswitchinterval(1e-6)
deadline = time.monotonic() + 4
is_always_right = is_right()
while is_always_right and time.monotonic() < deadline:
    is_always_right = is_right()
print("right" if is_always_right else "wrong")
