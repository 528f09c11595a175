"""The locked example of tutorial 002 after the unlocked one, whose function has another name. Prints what is raised."""

import threading

balance = 0


def deposit(n):
    global balance
    balance += n
    balance -= n


lock = threading.Lock()


def run_thread(n):
    for i in range(100000):
        lock.acquire()
        try:
            change_it(n)
        finally:
            lock.release()


raised = []
threading.excepthook = lambda arguments: raised.append(arguments.exc_type.__name__)
threads = [threading.Thread(target=run_thread, args=(n,)) for n in (5, 8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(", ".join(raised) or "nothing")
