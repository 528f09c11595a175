"""A line is written and not yet flushed when the process forks. Prints how often it comes out."""

import os
import tempfile

with tempfile.TemporaryFile("w+") as screen:
    screen.write("one program\n")
    child = os.fork()
    if child == 0:
        screen.flush()
        os._exit(0)
    os.waitpid(child, 0)
    screen.flush()
    screen.seek(0)
    print("once" if screen.read().count("one program") == 1 else "twice")
