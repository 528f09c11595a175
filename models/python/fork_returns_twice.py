"""Forks. Prints what `os.fork` returns in each of the two, and what the child has of its parent's."""

import os

items = ["from before"]
ours, theirs = os.pipe()
returned = os.fork()
if returned == 0:
    os.write(theirs, f"{returned} {os.getpid()} {os.getppid()} {items[0]}".encode())
    os._exit(0)
words = os.read(ours, 1000).decode().split(maxsplit=3)
os.waitpid(returned, 0)
in_child, child, parent, copied = words
is_right = in_child == "0" and int(child) == returned and int(parent) == os.getpid() and copied == items[0]
print("0 and a copy in the child, its pid in the parent" if is_right else words)
