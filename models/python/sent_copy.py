"""A child changes what it gets; and something is put that cannot be pickled. Prints what the parent has, and what
comes next."""

import io
import multiprocessing
import sys


def change(items, changed):
    item = items.get()
    item.append("changed")
    changed.send(item)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    items = context.Queue()
    parents_end, childs_end = context.Pipe()
    child = context.Process(target=change, args=(items, childs_end))
    child.start()
    item = []
    items.put(item)
    copy = "a copy" if parents_end.recv() != item else "the same"
    child.join()
    sys.stderr = io.StringIO()
    items.put(lambda: 0)
    items.put("the next")
    print(f"{copy}, {items.get()}")
