"""Calls `subprocess.call` and `subprocess.Popen`. Prints whether they return when the program has ended, what they
return, and whether there is a `subprocess.Call`."""

import subprocess
import sys
import time

PROGRAM = "import sys, time; time.sleep(0.2); sys.exit(3)"
begin = time.monotonic()
code = subprocess.call([sys.executable, "-c", PROGRAM])
has_waited = time.monotonic() - begin >= 0.2
child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read(); sys.exit(3)"], stdin=subprocess.PIPE)
goes_on = child.poll() is None
child.communicate()
print(f"call waits and returns {code}" if has_waited else "call does not wait", end=", ")
print("Popen does not wait" if goes_on else "Popen waits", end=", ")
print(*(name if hasattr(subprocess, name) else f"no {name}" for name in ("Call", "PopenPopen")), sep=", ")
