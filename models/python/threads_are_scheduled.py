"""One thread of a process waits, and another one runs. Prints the states in which the system has them."""

import threading
import time


def state(thread):
    with open(f"/proc/self/task/{thread}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0]


if __name__ == "__main__":
    never = threading.Event()
    waiting = threading.Thread(target=never.wait, daemon=True)
    waiting.start()
    deadline = time.monotonic() + 4
    while state(waiting.native_id) != "S" and time.monotonic() < deadline:
        time.sleep(0.01)
    print(f"{state(waiting.native_id)}, {state(threading.get_native_id())}")
    never.set()
    waiting.join()
