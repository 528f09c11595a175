"""Two threads of one process run an interpreter each. Prints whether both are in their loops at the same time."""

import mmap
import os
import sys
import threading

try:
    import _interpreters as interpreters

    run = interpreters.exec
except ImportError:
    print("not yet")
    sys.exit()

LOOP = """
import mmap, os, time
memory = mmap.mmap({file}, 4)
memory[{me}] = 1
deadline = time.monotonic() + 4
while not memory[{other}] and time.monotonic() < deadline:
    pass
memory[2 + {me}] = memory[{other}]
"""
file = os.memfd_create("flags")
os.ftruncate(file, 4)
sys.setswitchinterval(1000)
threads = []
for me in (0, 1):
    loop = LOOP.format(file=file, me=me, other=1 - me)
    threads.append(threading.Thread(target=run, args=(interpreters.create(), loop)))
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
memory = mmap.mmap(file, 4)
print("meet" if memory[2] and memory[3] else "do not meet")
