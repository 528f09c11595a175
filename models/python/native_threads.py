"""Three threads say what the system calls them. Prints how many there were at first, and what they are."""

import os
import threading


def look(barrier, found):
    tasks = os.listdir("/proc/self/task") if os.path.isdir("/proc/self/task") else None
    found.append((threading.get_native_id(), os.getpid(), tasks))
    barrier.wait()


at_first = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else threading.active_count()
barrier, found = threading.Barrier(4), []
threads = [threading.Thread(target=look, args=(barrier, found)) for _ in range(3)]
for thread in threads:
    thread.start()
look(barrier, found)
for thread in threads:
    thread.join()
have_own_ids = len({native_id for native_id, _, _ in found}) == 4
are_tasks = all(tasks is None or str(native_id) in tasks for native_id, _, tasks in found)
in_one_process = len({process for _, process, _ in found}) == 1
are_of_the_system = have_own_ids and are_tasks and in_one_process
print(f"{at_first} at first, {'each of the system, in one process' if are_of_the_system else 'otherwise'}")
