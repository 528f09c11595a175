"""A task is called done twice. Prints what is raised."""

import queue

tasks = queue.Queue()
tasks.put(1)
tasks.get()
tasks.task_done()
try:
    tasks.task_done()
    print("nothing")
except ValueError:
    print("ValueError")
