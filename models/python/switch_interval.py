"""Two threads each loop a million times, with a long switch interval and a short one. Prints what they see."""

import sys
import threading

LOOPS = 1_000_000


def loop(me, go, progress, seen):
    go.wait()
    for _ in range(LOOPS):
        progress[me] += 1
        if 0 < progress[1 - me] < LOOPS:
            seen.append(me)
            break
    progress[me] = LOOPS


def two_loop(interval):
    """Whether one of two threads was let run while the other one was in its loop."""
    sys.setswitchinterval(interval)
    go, progress, seen = threading.Event(), [0, 0], []
    threads = [threading.Thread(target=loop, args=(me, go, progress, seen)) for me in (0, 1)]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join()
    return "others run meanwhile" if seen else "alone to the end"


print(", ".join(two_loop(interval) for interval in (1000, 1e-6)))
