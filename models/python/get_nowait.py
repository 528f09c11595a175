"""Something is taken from an empty queue without waiting, or for some time. Prints what is raised."""

import multiprocessing
import queue
import sys

GETS = [lambda items: items.get_nowait(), lambda items: items.get(False), lambda items: items.get(timeout=0.1)]


def raised(call):
    try:
        call()
        return "nothing"
    except Exception as error:
        return type(error).__name__


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    answers = {raised(lambda: get(empty)) for empty in [queue.Queue(), context.Queue()] for get in GETS}
    print(" or ".join(sorted(answers)))
