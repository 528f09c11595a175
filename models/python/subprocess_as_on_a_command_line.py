"""Runs a program without a shell and with one. Prints whether its output appears where that of this program does, and
whether what stands for something else is replaced."""

import subprocess
import sys
import tempfile

SHOW = "import sys; print(sys.argv[1])"
PROGRAM = f"""
import subprocess, sys
subprocess.call([sys.executable, "-c", {SHOW!r}, "$HOME"])
subprocess.call(f"'{{sys.executable}}' -c '{SHOW}' $HOME", shell=True)
"""
with tempfile.TemporaryFile("w+") as screen:
    subprocess.call([sys.executable, "-c", PROGRAM], stdout=screen, env={"HOME": "there"})
    screen.seek(0)
    lines = screen.read().split()
appears = "appears" if len(lines) == 2 else "does not appear"
print(appears, *("replaced" if line == "there" else "as it stands" for line in lines), sep=", ")
