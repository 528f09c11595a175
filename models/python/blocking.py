"""Calls `put` of much on a queue without a size, `put` on a full queue, and `get` on an empty one. Prints which
wait."""

import multiprocessing
import sys
import threading


def waits(call, let_go_on):
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(timeout=1)
    answer = "waits" if thread.is_alive() else "returns"
    let_go_on()
    thread.join()
    return answer


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    unbounded, full, empty = context.Queue(), context.Queue(1), context.Queue()
    full.put(1)
    answers = [
        waits(lambda: unbounded.put(b"x" * 10_000_000), unbounded.get),
        waits(lambda: full.put(2), full.get),
        waits(empty.get, lambda: empty.put(1)),
    ]
    full.get()
    print(", ".join(answers))
