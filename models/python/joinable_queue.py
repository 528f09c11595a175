"""Compares the methods of `JoinableQueue` with those of `Queue`. Prints those that are missing, and those that are
more."""

import multiprocessing.queues


def methods(of):
    return {name for name in dir(of) if not name.startswith("_")}


if __name__ == "__main__":
    queue, joinable = multiprocessing.queues.Queue, multiprocessing.queues.JoinableQueue
    missing = ", ".join(sorted(methods(queue) - methods(joinable))) or "none"
    print(f"{missing} missing, {', '.join(sorted(methods(joinable) - methods(queue)))}")
