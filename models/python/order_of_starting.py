"""Two children are started one after the other, and the first is slower. Prints in which order they do their work."""

import multiprocessing
import sys


def work(name, may_begin, answers, has_ended):
    may_begin.wait()
    answers.put(name)
    has_ended.set()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    at_once, later, done = context.Event(), context.Event(), context.Event()
    at_once.set()
    answers = context.SimpleQueue()
    children = [
        context.Process(target=work, args=("started first", later, answers, done)),
        context.Process(target=work, args=("started second", at_once, answers, later)),
    ]
    for child in children:
        child.start()
    print(answers.get(), answers.get(), sep=", ")
    for child in children:
        child.join()
