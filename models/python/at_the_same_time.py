"""Two processes wait for each other at a barrier, which opens only if both run. Prints whether it does."""

import multiprocessing
import sys
import threading


def meet(barrier):
    try:
        barrier.wait(timeout=30)
    except threading.BrokenBarrierError:
        sys.exit(1)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    barrier = context.Barrier(2)
    children = [context.Process(target=meet, args=(barrier,)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print("both run" if [child.exitcode for child in children] == [0, 0] else "one at a time")
