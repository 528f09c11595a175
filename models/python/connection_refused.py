"""A worker connects to a port at which nobody listens yet, and then to one at which a master has started its server. Prints how
each ends."""

import multiprocessing
import socket
import sys
from multiprocessing.managers import BaseManager


def connected(address):
    try:
        BaseManager(address=address, authkey=b"abc").connect()
        return "connected"
    except ConnectionRefusedError:
        return "ConnectionRefusedError"


if __name__ == "__main__":
    # Bound, so that nobody else gets the port, but nobody listens.
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        first = connected(unused.getsockname())
    with BaseManager(address=("127.0.0.1", 0), authkey=b"abc", ctx=multiprocessing.get_context(sys.argv[1])) as master:
        print(f"{first}, {connected(master.address)}")
