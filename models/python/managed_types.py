"""A child changes what a manager shares: a `Value`, an `Array`, a `dict`, a `list`, a `Lock`, a `Semaphore`, an object of a class
that is registered, and a list that is not managed. Prints what the parent sees, and which process has the managed list."""

import multiprocessing
import os
import sys
from multiprocessing.managers import SyncManager


class Account:
    def __init__(self):
        self.balance = 0

    def deposit(self, amount):
        self.balance += amount

    def get_balance(self):
        return self.balance


class OwnManager(SyncManager):
    pass


OwnManager.register("Account", Account)
OwnManager.register("process", callable=os.getpid)


def change(value, array, entries, items, lock, semaphore, account, plain):
    value.value = 7
    array[0] = 7
    entries["key"] = 7
    items.append(7)
    lock.acquire()
    semaphore.acquire()
    account.deposit(7)
    plain.append(7)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with OwnManager(ctx=context) as manager:
        shared = [manager.Value("i", 0), manager.Array("i", [0]), manager.dict(), manager.list(), manager.Lock()]
        shared += [manager.Semaphore(1), manager.Account()]
        plain = []
        child = context.Process(target=change, args=(*shared, plain))
        child.start()
        child.join()
        value, array, entries, items, lock, semaphore, account = shared
        sees = [value.value == 7, array[0] == 7, entries["key"] == 7, items[0] == 7]
        sees += [not lock.acquire(False), not semaphore.acquire(False), account.get_balance() == 7]
        kept = "another process" if manager.process()._getvalue() not in (os.getpid(), child.pid) else "one of them"
        print(f"{sum(sees)} of {len(sees)} seen, {len(plain)} plain, {kept}")
