"""Reads from a peer that takes its time, and from a file that the system has in memory. Prints which one computes."""

import os
import socket
import tempfile
import threading
import time


def computing(read):
    wall, used = time.perf_counter(), time.thread_time()
    read()
    return (time.thread_time() - used) / (time.perf_counter() - wall)


def read_from_a_peer():
    here, there = socket.socketpair()
    for _ in range(5):
        threading.Timer(0.1, there.sendall, (b"x",)).start()
        here.recv(1)


def read_from_a_file():
    for _ in range(2000):
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        os.read(file.fileno(), len(content))


if __name__ == "__main__":
    content = bytes(1 << 20)
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        peer, disk = computing(read_from_a_peer), computing(read_from_a_file)
    says = f"{'waits' if peer < 0.1 else 'computes'}, {'waits' if disk < 0.1 else 'computes'}"
    print(f"{says}: the processor is used for {peer:.1%} of the time, and for {disk:.1%}")
