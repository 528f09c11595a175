"""`recv` is called before anything is sent. Prints what it does, and what it returns when something is."""

import multiprocessing
import sys
import threading

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    here, there = context.Pipe()
    received = []
    receiver = threading.Thread(target=lambda: received.append(here.recv()))
    receiver.start()
    receiver.join(timeout=0.5)
    first = "waits" if receiver.is_alive() else "returns"
    there.send("message")
    receiver.join()
    print(f"{first}, {received[0]}")
