"""A process starts a child while no thread of it holds a lock, and while one does. Prints whether the child can take
the lock of that name."""

import multiprocessing
import sys
import threading

lock = threading.Lock()


def hold(is_held, release):
    with lock:
        is_held.set()
        release.wait()


def take():
    lock.acquire()


def child_takes_it(timeout):
    child = multiprocessing.get_context(sys.argv[1]).Process(target=take)
    child.start()
    child.join(timeout)
    answer = "waits" if child.is_alive() else "takes it"
    child.kill()
    child.join()
    return answer


if __name__ == "__main__":
    is_held, release = threading.Event(), threading.Event()
    thread = threading.Thread(target=hold, args=(is_held, release))
    first = child_takes_it(30)
    thread.start()
    is_held.wait()
    second = child_takes_it(1 if sys.argv[1] == "fork" else 30)
    release.set()
    thread.join()
    print(f"{first}, {second}")
