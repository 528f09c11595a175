"""A pool of two processes is made. Prints whether the process that makes it has several threads then."""

import multiprocessing
import sys
import threading

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    before = threading.active_count()
    with context.Pool(2) as pool:
        pool.map(abs, [-1])
        threads = threading.active_count() - before
        processes = len(multiprocessing.active_children())
    answer = "several processes and several threads" if threads > 1 and processes > 1 else "one kind"
    print(f"{answer}: {processes} processes and {threads} threads besides the main one")
