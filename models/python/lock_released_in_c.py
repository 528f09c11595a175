"""A thread hashes, or adds up: each is one call of C. Prints whether another thread runs meanwhile."""

import hashlib
import sys
import threading


def hash_often():
    hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 1_000_000)


def add_up():
    sum(range(10_000_000))


def runs_meanwhile(work):
    """Whether the main thread runs between the beginning of the work and its end, though nobody asks for the lock."""
    begun, ended = threading.Event(), []

    def worker():
        begun.set()
        work()
        ended.append(True)

    thread = threading.Thread(target=worker)
    thread.start()
    begun.wait()
    runs = not ended
    thread.join()
    return "runs meanwhile" if runs else "waits"


sys.setswitchinterval(1000)
print(f"hashing {runs_meanwhile(hash_often)}, adding up {runs_meanwhile(add_up)}")
