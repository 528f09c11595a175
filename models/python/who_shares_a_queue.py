"""A queue is made by a parent and passed on. Prints who puts into the same queue, and what is raised if it is sent
elsewhere."""

import multiprocessing
import pickle
import sys


def put(items, name):
    items.put(name)


def have_a_child(context, items):
    child = context.Process(target=put, args=(items, "grandchild"))
    child.start()
    child.join()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    items = context.Queue()
    children = [context.Process(target=put, args=(items, name)) for name in ["child", "sibling"]]
    children.append(context.Process(target=have_a_child, args=(context, items)))
    answers = []
    for child in children:
        child.start()
        answers.append(items.get())
        child.join()
    try:
        pickle.dumps(items)
    except RuntimeError:
        answers.append("RuntimeError")
    print(", ".join(answers))
