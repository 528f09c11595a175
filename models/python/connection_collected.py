"""The only copy of an end of a pipe is dropped without being closed. Prints what the other end is told."""

import gc
import multiprocessing
import sys

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    here, there = context.Pipe()
    before = "something" if here.poll() else "nothing"
    del there
    gc.collect()
    try:
        print(before, here.recv(), sep=", ")
    except EOFError:
        print(f"{before}, EOFError")
