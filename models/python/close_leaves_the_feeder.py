"""A queue is closed while its feeder has much to write. Prints whether that goes on after `close`, and whether all
comes out."""

import multiprocessing
import sys

MUCH = 10_000_000


def get(items, may_get, result):
    may_get.wait()
    result.send(len(items.get()))


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    items, may_get = context.Queue(), context.Event()
    parents_end, childs_end = context.Pipe()
    child = context.Process(target=get, args=(items, may_get, childs_end))
    child.start()
    items.put(b"x" * MUCH)
    items.close()
    goes_on = "goes on" if items._thread.is_alive() else "has ended"
    may_get.set()
    all_came = "all" if parents_end.recv() == MUCH else "not all"
    items.join_thread()
    child.join()
    print(f"{goes_on}, {all_came}, {'goes on' if items._thread.is_alive() else 'has ended'}")
