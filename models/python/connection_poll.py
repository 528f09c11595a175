"""`poll` is called without a timeout, with one, and with `None`, before anything is sent, after, and at the end.
Prints its answers."""

import multiprocessing
import sys
import threading
import time

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    here, there = context.Pipe()
    answers = [here.poll()]
    begin = time.monotonic()
    answers.append(here.poll(0.2))
    answers.append("after the time" if time.monotonic() - begin >= 0.2 else "too early")
    poller = threading.Thread(target=lambda: answers.append(here.poll(None)))
    poller.start()
    poller.join(timeout=0.5)
    answers.append("waits" if poller.is_alive() else "returns")
    there.send("message")
    poller.join()
    answers.append(here.poll())
    here.recv()
    there.close()
    answers.append(f"at the end {here.poll()}")
    print(", ".join(map(str, answers)))
