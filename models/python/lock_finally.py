"""A thread fails while it holds a lock: with `finally`, `with`, and neither. Prints whether the lock is free after."""

import threading

lock = threading.Lock()


def fail():
    raise ValueError("something goes wrong")


def with_finally():
    lock.acquire()
    try:
        fail()
    finally:
        lock.release()


def with_statement():
    with lock:
        fail()


def with_neither():
    lock.acquire()
    fail()
    lock.release()


def is_free_after(target):
    thread = threading.Thread(target=target)
    thread.start()
    thread.join()
    return "free" if lock.acquire(blocking=False) and lock.release() is None else "held"


threading.excepthook = lambda _: None
print(", ".join(is_free_after(target) for target in (with_finally, with_statement, with_neither)))
