"""Sends bytes, all or some of them, and receives them, also into a buffer that is long enough or too short. Prints
what comes."""

import multiprocessing
import sys


def into(connection, buffer, offset):
    try:
        count = connection.recv_bytes_into(buffer, offset)
        return f"{count} in {buffer.decode()}"
    except multiprocessing.BufferTooShort:
        return "BufferTooShort"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    here, there = context.Pipe()
    is_number = here.fileno() >= 0
    there.send_bytes(b"abc")
    there.send_bytes(bytearray(b"abcdef"), 2, 3)
    answers = [here.recv_bytes().decode(), here.recv_bytes().decode()]
    there.send_bytes(b"abc")
    there.send_bytes(b"abc")
    answers += [into(here, bytearray(b"......"), 2), into(here, bytearray(b"...."), 2)]
    print(", ".join(answers + ["a number" if is_number else "no number"]))
