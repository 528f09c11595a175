"""`shutdown()` of a manager that was not started, of one that has connected, and of one that was started. Prints how each ends,
and how long `join` of each waits."""

import multiprocessing
import sys
from multiprocessing.managers import BaseManager


def shut_down(manager):
    try:
        manager.shutdown()
        return "shut down"
    except AttributeError:
        return "AttributeError"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    started = BaseManager(address=("127.0.0.1", 0), authkey=b"abc", ctx=context)
    started.start()
    connected = BaseManager(address=started.address, authkey=b"abc", ctx=context)
    connected.connect()
    answers = [shut_down(BaseManager(address=("127.0.0.1", 0), authkey=b"abc")), shut_down(connected)]
    process = started._process
    started.join(timeout=0.2)
    answers.append("serves" if process.is_alive() else "has ended")
    answers.append(shut_down(started))
    started.join()
    answers.append("serves" if process.is_alive() else "has ended")
    print(", ".join(answers))
