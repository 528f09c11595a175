"""Managers are made at a port that is in use, at an address that is none of this machine's, and a socket is bound to the empty
address. Prints the errors, and which address the last one is."""

import errno
import socket
from multiprocessing.managers import BaseManager


def error_at(address):
    try:
        BaseManager(address=address, authkey=b"abc").get_server()
        return "none"
    except OSError as error:
        return errno.errorcode[error.errno]


if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", 0)) as other:
        in_use = error_at(other.getsockname())
    # For documentation only (RFC 5737): no machine has it.
    not_ours = error_at(("192.0.2.1", 0))
    with socket.socket() as everywhere:
        # It does not listen.
        everywhere.bind(("", 0))
        print(f"{in_use}, {not_ours}, {everywhere.getsockname()[0]}")
