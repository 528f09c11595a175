"""A child puts more than a pipe holds, and is joined after that is taken, and before. Prints whether it ends."""

import multiprocessing

context = multiprocessing.get_context("fork")


def put_much(items):
    items.put(b"x" * 10_000_000)


def started():
    items = context.Queue()
    child = context.Process(target=put_much, args=(items,))
    child.start()
    return child, items


child, items = started()
items.get()
child.join(timeout=30)
first = "waits" if child.is_alive() else "ends"

child, items = started()
child.join(timeout=2)
second = "waits" if child.is_alive() else "ends"
items.get()
child.join()

print(f"{first}, {second}")
