"""`put_nowait` and `get(False)` are called on an empty queue, and `put_nowait` without an item. Prints what each
does."""

import multiprocessing
import queue
import sys


def done(call):
    try:
        call()
        return "adds"
    except Exception as error:
        return type(error).__name__


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    answers = set()
    for make in [queue.Queue, context.Queue]:
        put = done(lambda: make().put_nowait("item"))
        got = done(lambda: make().get(False))
        without = done(lambda: make().put_nowait())
        answers.add(f"{put}, {got}, {without}")
    print(" or ".join(sorted(answers)))
