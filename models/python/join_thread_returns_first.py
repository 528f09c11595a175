"""A process puts, closes and calls `join_thread` before anything is taken. Prints when that returns, and what is
taken after."""

import multiprocessing
import sys


def get(items, may_get, result):
    may_get.wait()
    result.send(items.get())


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    items, may_get = context.Queue(), context.Event()
    parents_end, childs_end = context.Pipe()
    child = context.Process(target=get, args=(items, may_get, childs_end))
    child.start()
    items.put("item")
    items.close()
    items.join_thread()
    taken_before = parents_end.poll()
    may_get.set()
    print(f"{'after' if taken_before else 'before'}, {parents_end.recv()}")
    child.join()
