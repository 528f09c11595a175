"""A process replaces its program by another one. Prints whether it is still the same process."""

import os
import subprocess
import sys

BEFORE = "import os, sys; print(os.getpid(), flush=True); os.execv(sys.executable, [sys.executable, '-c', sys.argv[1]])"
AFTER = "import os, sys; print(os.getpid(), len(sys.argv))"
lines = subprocess.run([sys.executable, "-c", BEFORE, AFTER], stdout=subprocess.PIPE, text=True).stdout.split()
print("another program in the same process" if lines[0] == lines[1] and lines[2] == "1" else lines)
