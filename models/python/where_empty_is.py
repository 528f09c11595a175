"""Asks where `Empty` and `Full` are. Prints for the module `Queue`, the class `multiprocessing.Queue` and the module
`queue`."""

import importlib
import multiprocessing
import multiprocessing.queues
import queue


def found(look):
    try:
        look()
        return "found"
    except Exception as error:
        return type(error).__name__


if __name__ == "__main__":
    in_old_module = found(lambda: importlib.import_module("Queue"))
    in_class = found(lambda: multiprocessing.Queue.Empty)
    same = multiprocessing.queues.Empty is queue.Empty and multiprocessing.queues.Full is queue.Full
    print(f"{in_old_module}, {in_class}, {'found' if same else 'another'}")
