"""A pool that has a task is closed and joined while the task waits. Prints what `join` does then, and what it has
done at the end."""

import multiprocessing
import sys
import threading


def keep(may_end):
    keep.may_end = may_end


def task():
    keep.may_end.wait()
    return 1


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    may_end = context.Event()
    with context.Pool(2, keep, (may_end,)) as pool:
        later = pool.apply_async(task)
        pool.close()
        joining = threading.Thread(target=pool.join)
        joining.start()
        joining.join(0.3)
        print("waits" if joining.is_alive() else "does not wait", end=", ")
        may_end.set()
        joining.join()
        is_done = later.ready() and later.get() == 1 and not multiprocessing.active_children()
        print("all is done and all have ended" if is_done else "returns too early")
