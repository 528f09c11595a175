"""A child process adds to a list of its parent's. Prints whether the parent's list is as it was."""

import multiprocessing

items = [1]
child = multiprocessing.get_context("fork").Process(target=items.append, args=(2,))
child.start()
child.join()
print("as it was" if items == [1] else "changed")
