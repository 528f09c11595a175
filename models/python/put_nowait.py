"""Something is put into a full queue without waiting. Prints what is raised."""

import queue

full = queue.Queue(1)
full.put_nowait(1)
try:
    full.put_nowait(2)
    print("nothing")
except queue.Full:
    print("Full")
