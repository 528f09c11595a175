"""A child puts more than a pipe holds, and is joined before that is taken. Prints whether it ends."""

import multiprocessing

context = multiprocessing.get_context("fork")


def put_much(items):
    items.put(b"x" * 10_000_000)


items = context.Queue()
child = context.Process(target=put_much, args=(items,))
child.start()
child.join(timeout=2)
print("waits" if child.is_alive() else "ends")
items.get()
child.join()
