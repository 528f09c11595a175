"""A process forks while a thread of it holds a lock. Prints whether the child can take the lock."""

import multiprocessing
import threading

lock = threading.Lock()
is_held, release = threading.Event(), threading.Event()


def hold():
    with lock:
        is_held.set()
        release.wait()


thread = threading.Thread(target=hold)
thread.start()
is_held.wait()
child = multiprocessing.get_context("fork").Process(target=lock.acquire)
child.start()
release.set()
thread.join()
child.join(timeout=2)
print("waits" if child.is_alive() else "takes it")
child.kill()
child.join()
