"""A thread opens a pipe, changes the directory and the environment. Prints whether another thread has all that."""

import os
import sys
import threading

opened = []


def open_and_change():
    opened.extend(os.pipe())
    os.environ["OF_A_THREAD"] = "set"
    os.chdir("/")
    sys.path.append("of a thread")


thread = threading.Thread(target=open_and_change)
thread.start()
thread.join()
reader, writer = opened
os.write(writer, b"x")
has_all = os.read(reader, 1) == b"x" and os.environ["OF_A_THREAD"] == "set" and os.getcwd() == "/"
print("shared" if has_all and "of a thread" in sys.path else "not shared")
