"""A process forks while no thread of it holds a lock, and while one does. Prints whether the child can take the lock."""

import multiprocessing
import threading

context = multiprocessing.get_context("fork")
lock = threading.Lock()
is_held, release = threading.Event(), threading.Event()


def hold():
    with lock:
        is_held.set()
        release.wait()


def child_takes_it(timeout):
    child = context.Process(target=lock.acquire)
    child.start()
    if timeout < 10:
        release.set()
        thread.join()
    child.join(timeout)
    answer = "waits" if child.is_alive() else "takes it"
    child.kill()
    child.join()
    return answer


thread = threading.Thread(target=hold)
first = child_takes_it(timeout=30)
thread.start()
is_held.wait()
print(f"{first}, {child_takes_it(timeout=2)}")
