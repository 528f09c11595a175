"""Two each loop until they see the other one in its loop: processes, then threads. Prints whether they meet."""

import multiprocessing
import sys
import threading
import time


def loop(me, start, in_loop, met, patience):
    """Loops, and gives up the interpreter lock to nobody; says whether the other one was in its loop meanwhile."""
    sys.setswitchinterval(1000)
    start.wait()
    in_loop[me] = 1
    deadline = time.monotonic() + patience
    while not in_loop[1 - me] and time.monotonic() < deadline:
        pass
    met[me] = in_loop[1 - me]
    if not met[me]:
        in_loop[me] = 0


def meet(kind, start, in_loop, met, patience):
    loopers = [kind(target=loop, args=(me, start, in_loop, met, patience)) for me in (0, 1)]
    for looper in loopers:
        looper.start()
    for looper in loopers:
        looper.join()
    return "meet" if all(met) else "do not meet"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    in_loop, met = context.RawArray("b", 2), context.RawArray("b", 2)
    processes = meet(context.Process, context.Barrier(2), in_loop, met, 4)
    threads = meet(threading.Thread, threading.Barrier(2), [0, 0], [0, 0], 0.5)
    print(f"processes {processes}, threads {threads}")
