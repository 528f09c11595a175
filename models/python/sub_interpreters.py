"""Two threads of one process run an interpreter each. Prints whether both are in their loops at the same time."""

import mmap
import sys
import tempfile
import threading

if sys.version_info < (3, 12):
    print("not yet")
    sys.exit()
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

LOOP = """
import mmap, sys, time
sys.setswitchinterval(1000)
memory = mmap.mmap({file}, 4)
memory[{me}] = 1
deadline = time.monotonic() + 4
while not memory[{other}] and time.monotonic() < deadline:
    pass
memory[2 + {me}] = memory[{other}]
"""
flags = tempfile.TemporaryFile()
flags.truncate(4)
threads = []
for me in (0, 1):
    loop = LOOP.format(file=flags.fileno(), me=me, other=1 - me)
    threads.append(threading.Thread(target=interpreters.run_string, args=(interpreters.create(), loop)))
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
memory = mmap.mmap(flags.fileno(), 4)
print("meet" if memory[2] and memory[3] else "do not meet")
