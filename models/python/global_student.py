"""Two threads put their student in one global variable. Prints whom the first one finds after the second has come."""

import threading

std = None
found = []
first_has_set, second_has_set = threading.Event(), threading.Event()


def first():
    global std
    std = "Alice"
    first_has_set.set()
    second_has_set.wait()
    found.append(std)


def second():
    global std
    first_has_set.wait()
    std = "Bob"
    second_has_set.set()


threads = [threading.Thread(target=target) for target in (first, second)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(", ".join(found))
