"""Makes a pool of four, and one without a number, where the system is said to have seven processors of which the
program may use three. Prints how many processes the first has, and where the second takes the number from."""

import multiprocessing
import os
import sys

if __name__ == "__main__":
    os.cpu_count, os.process_cpu_count = lambda: 7, lambda: 3
    context = multiprocessing.get_context(sys.argv[1])
    sizes = []
    for arguments in ((4,), ()):
        with context.Pool(*arguments):
            sizes.append(len(multiprocessing.active_children()))
    print(sizes[0], {7: "os.cpu_count", 3: "os.process_cpu_count"}.get(sizes[1]), sep=", ")
