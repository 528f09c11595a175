"""Prints what `Process.authkey` is, whether a child has the same, and whether a connection needs that both have the
same."""

import multiprocessing
import sys
import threading
from multiprocessing.connection import Client, Listener


def run(end):
    end.send(bytes(multiprocessing.current_process().authkey))


def connected(key):
    """Whether a client with this key is let in."""
    with Listener(("127.0.0.1", 0), authkey=bytes(own)) as listener:

        def serve():
            try:
                listener.accept().close()
            except multiprocessing.AuthenticationError:
                pass

        server = threading.Thread(target=serve)
        server.start()
        try:
            Client(listener.address, authkey=key).close()
            return "connects"
        except multiprocessing.AuthenticationError:
            return "AuthenticationError"
        finally:
            server.join()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    own = multiprocessing.current_process().authkey
    ours, theirs = context.Pipe()
    child = context.Process(target=run, args=(theirs,))
    child.start()
    is_same = ours.recv() == bytes(own)
    child.join()
    kind = "bytes" if isinstance(own, bytes) and not isinstance(own, str) else "a string"
    print(f"{len(own)} {kind}", "the same in the child" if is_same else "another in the child", sep=", ", end=", ")
    print(connected(bytes(own)), connected(b"another"), sep=", ")
