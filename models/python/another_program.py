"""A process replaces its program by another one. Prints whether it is the same process, and the same program."""

import subprocess
import sys

OTHER = "import os; print('other', os.getpid())"
PROGRAM = f"""
import os, sys
print('first', os.getpid(), flush=True)
os.execv(sys.executable, [sys.executable, '-c', {OTHER!r}])
print('never')
"""

if __name__ == "__main__":
    lines = subprocess.check_output([sys.executable, "-c", PROGRAM]).decode().split()
    names, numbers = lines[::2], set(lines[1::2])
    is_other = names == ["first", "other"]
    print(f"{'same' if len(numbers) == 1 else 'other'} process, {'other' if is_other else 'same'} program")
