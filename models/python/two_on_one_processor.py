"""Two processes, on one processor, each go on until the other one has. Prints whether both end."""

import multiprocessing
import os
import sys


def go_on(counters, own, other, processor):
    os.sched_setaffinity(0, {processor})
    # Neither gives up the processor by itself.
    while counters[own] < 1000 or counters[other] < 1000:
        counters[own] += 1


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    processor = min(os.sched_getaffinity(0))
    counters = context.Array("q", 2, lock=False)
    processes = [context.Process(target=go_on, args=(counters, own, 1 - own, processor)) for own in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
    ended = [process.exitcode for process in processes] == [0, 0]
    for process in processes:
        process.kill()
    print("both end" if ended else "one is left waiting")
