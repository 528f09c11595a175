"""Calls `start` and `run` of a process. Prints where the code runs, and whether `join` can then be called."""

import multiprocessing
import os
import sys


class Worker(multiprocessing.Process):
    """Says where it runs."""

    def __init__(self, end):
        super().__init__()
        self.end = end

    def run(self):
        self.end.send(os.getpid())


def place_and_join(process, call):
    call()
    place = "in the caller" if ours.recv() == os.getpid() else "in a child"
    try:
        process.join()
        return f"{place} and joined"
    except AssertionError:
        return f"{place} and AssertionError"


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    ours, theirs = multiprocessing.Pipe()
    started, run = Worker(theirs), Worker(theirs)
    print(place_and_join(started, started.start), place_and_join(run, run.run), sep=", ")
