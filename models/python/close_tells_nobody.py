"""A process waits in `get` when the only other one closes the queue and drops it. Prints whether it is told."""

import gc
import multiprocessing
import sys


def get_two(items, result):
    result.send(items.get())
    try:
        items.get()
    except Exception as error:
        result.send(type(error).__name__)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    items = context.Queue()
    parents_end, childs_end = context.Pipe()
    child = context.Process(target=get_two, args=(items, childs_end))
    child.start()
    items.put("item")
    parents_end.recv()
    items.close()
    items.join_thread()
    del items
    gc.collect()
    print(parents_end.recv() if parents_end.poll(1) else "waits")
    child.terminate()
    child.join()
