"""A list is put and changed while the feeder still writes what was put before. Prints what comes out."""

import multiprocessing
import sys

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    items = context.Queue()
    items.put(b"x" * 10_000_000)
    item = ["put"]
    items.put(item)
    item[0] = "changed after"
    items.get()
    print(items.get()[0])
