"""A master ends without `shutdown()`, as one with an exception that it does not catch. Prints with which code, what it says,
and whether its server goes on."""

import multiprocessing
import os
import queue
import subprocess
import sys
from multiprocessing.managers import BaseManager


class QueueManager(BaseManager):
    pass


QueueManager.register("get_task_queue", callable=queue.Queue)


def master(raises):
    context = multiprocessing.get_context(sys.argv[1])
    manager = QueueManager(address=("127.0.0.1", 0), authkey=b"abc", ctx=context)
    manager.start()
    task = manager.get_task_queue()
    print(manager._process.pid, flush=True)
    if raises:
        task.get(timeout=0.1)
    task.put(1)


def ended(kind):
    command = [sys.executable, __file__, sys.argv[1], kind]
    process = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        os.kill(int(process.stdout), 0)
        server = "server goes on"
    except ProcessLookupError:
        server = "server ended"
    said = process.stderr.strip().splitlines()[-1] if process.stderr else "nothing said"
    return f"code {process.returncode}, {said}, {server}"


if __name__ == "__main__":
    if len(sys.argv) > 2:
        master(sys.argv[2] == "raises")
    else:
        print(f"{ended('returns')}; {ended('raises')}")
