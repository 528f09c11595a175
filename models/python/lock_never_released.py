"""A thread ends with a lock that it has acquired. Prints whether another one gets it, and who can release it."""

import threading

lock, got_it = threading.Lock(), threading.Event()


def wait_for_it():
    lock.acquire()
    got_it.set()


holder = threading.Thread(target=lock.acquire)
holder.start()
holder.join()
waiter = threading.Thread(target=wait_for_it)
waiter.start()
before = got_it.wait(timeout=0.3)
lock.release()
after = got_it.wait(timeout=4)
waiter.join()
print(f"{'gets it' if before else 'waits'}, {'released by another thread' if after else 'waits for ever'}")
