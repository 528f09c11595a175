"""A program changes a variable and starts a child. Prints whether the child begins with a copy or with a new
program."""

import multiprocessing
import sys

items = ["as imported"]


def run(end):
    end.send(items[0])


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    items[0] = "as changed"
    ours, theirs = context.Pipe()
    child = context.Process(target=run, args=(theirs,))
    child.start()
    answers = {"as changed": "a copy of its parent", "as imported": "a new program"}
    print(answers[ours.recv()])
    child.join()
