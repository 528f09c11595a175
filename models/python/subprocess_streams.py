"""Gives a program streams: pipes, its parent's, a descriptor, and a file. Prints whether each is as the tutorial
says."""

import os
import subprocess
import sys
import tempfile

CHILD = [sys.executable, "-c", "import os; os.write(1, os.fstat(1).st_ino.to_bytes(8, 'big'))"]


def number(stream):
    """What the program says that its standard output is."""
    return int.from_bytes(stream, "big")


piped = subprocess.run(CHILD, stdout=subprocess.PIPE).stdout
child = subprocess.Popen(CHILD, stdout=subprocess.PIPE)
is_pipe = os.fstat(child.stdout.fileno()).st_ino == number(child.communicate()[0]) and len(piped) == 8
with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as inherited:
    subprocess.run(CHILD, stdout=file)
    subprocess.run(CHILD, stdout=file.fileno())
    file.seek(0)
    is_file = file.read() == 2 * os.fstat(file.fileno()).st_ino.to_bytes(8, "big")
    # With None the program has the output of who runs it.
    runs = f"import subprocess; subprocess.run({CHILD!r}, stdout=None)"
    subprocess.run([sys.executable, "-c", runs], stdout=inherited)
    inherited.seek(0)
    is_inherited = number(inherited.read()) == os.fstat(inherited.fileno()).st_ino
print("as said" if is_pipe and is_file and is_inherited else (is_pipe, is_file, is_inherited))
