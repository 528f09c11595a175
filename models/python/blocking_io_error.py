"""A socket that does not block is read before anything was sent, and after. Prints what comes."""

import select
import socket

if __name__ == "__main__":
    here, there = socket.socketpair()
    here.setblocking(False)
    try:
        before = here.recv(1)
    except BlockingIOError:
        before = "BlockingIOError"
    there.sendall(b"x")
    select.select([here], [], [], 30)
    print(f"{before}, {here.recv(1).decode()}")
