"""A queue that was put into is dropped without being closed. Prints what becomes of its feeder."""

import gc
import multiprocessing
import sys

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    items = context.Queue()
    items.put(1)
    feeder = items._thread
    feeder.join(timeout=0.5)
    before = "goes on" if feeder.is_alive() else "ends"
    del items
    gc.collect()
    feeder.join(timeout=30)
    print(f"{before}, {'goes on' if feeder.is_alive() else 'ends'}")
