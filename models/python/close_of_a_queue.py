"""A process closes its end of a queue, and puts; another one puts meanwhile. Prints what is raised, and what comes
out."""

import multiprocessing
import sys


def put(items, may_put):
    may_put.wait()
    items.put("another's")


def get(items, result):
    result.send(items.get())


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    items, may_put = context.Queue(), context.Event()
    parents_end, childs_end = context.Pipe()
    children = [
        context.Process(target=put, args=(items, may_put)),
        context.Process(target=get, args=(items, childs_end)),
    ]
    for child in children:
        child.start()
    items.close()
    try:
        items.put("own")
        raised = "nothing"
    except ValueError:
        raised = "ValueError"
    may_put.set()
    print(f"{raised}, {parents_end.recv()}")
    for child in children:
        child.join()
