"""A task that waits is given to a pool in four ways. Prints which of them return before it is done."""

import multiprocessing
import sys
import threading


def keep(may_end):
    keep.may_end = may_end


def task(number):
    keep.may_end.wait()
    return number


def waits(way, arguments):
    may_end = context.Event()
    with context.Pool(1, keep, (may_end,)) as pool:
        caller = threading.Thread(target=getattr(pool, way), args=(task, arguments))
        caller.start()
        # Only how long is waited depends on what is expected.
        caller.join(0.5 if way in ("apply", "map") else 30)
        is_waiting = caller.is_alive()
        may_end.set()
        caller.join()
        pool.close()
        pool.join()
    return f"{way} waits" if is_waiting else f"{way} does not wait"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    print(", ".join(waits(way, (1,)) for way in ("apply", "apply_async", "map", "map_async")))
