"""Two threads each hold a lock and want the other's. Prints whether they wait, and whether the program can end that."""

import os
import signal
import threading

TIME = 0.3


def take_both(mine, other, both_hold, ended, timeout):
    mine.acquire()
    both_hold.wait()
    got_it = other.acquire(timeout=timeout)
    ended.append(got_it)
    for lock in (other, mine) if got_it else (mine,):
        if lock.locked():
            lock.release()


def deadlock(timeout):
    """Two threads that take two locks in opposite orders, the locks, and who has come to an end."""
    locks, both_hold, ended = [threading.Lock(), threading.Lock()], threading.Barrier(2), []
    orders = (locks, locks[::-1])
    threads = [threading.Thread(target=take_both, args=(*order, both_hold, ended, timeout)) for order in orders]
    for thread in threads:
        thread.daemon = True
        thread.start()
    for thread in threads:
        thread.join(TIME)
    return locks, threads, ended


def lock_released_by_another():
    """Whether they wait, and whether they go on when another thread releases one of the locks."""
    locks, threads, ended = deadlock(-1)
    waited = not ended
    locks[0].release()
    for thread in threads:
        thread.join(4)
    return waited, len(ended) == 2


def given_up_in_time():
    _, threads, ended = deadlock(TIME)
    for thread in threads:
        thread.join(4)
    return len(ended) == 2


def interrupted():
    """Whether Ctrl-C ends the wait of the main thread."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    held = threading.Lock()
    held.acquire()
    interrupt = threading.Timer(TIME, os.kill, (os.getpid(), signal.SIGINT))
    interrupt.start()
    try:
        held.acquire(timeout=4)
    except KeyboardInterrupt:
        return True
    return False


waited, was_released = lock_released_by_another()
print(f"{'wait' if waited else 'end'}, released {was_released}, timeout {given_up_in_time()}, Ctrl-C {interrupted()}")
