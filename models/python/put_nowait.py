"""Something is put into a full queue without waiting, or for some time. Prints what is raised."""

import multiprocessing
import queue
import sys

PUTS = [lambda items: items.put_nowait(2), lambda items: items.put(2, False), lambda items: items.put(2, timeout=0.1)]


def raised(call):
    try:
        call()
        return "nothing"
    except Exception as error:
        return type(error).__name__


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    answers = set()
    for full in [queue.Queue(1), context.Queue(1)]:
        full.put(1)
        for put in PUTS:
            answers.add(raised(lambda: put(full)))
    print(" or ".join(sorted(answers)))
