"""The example of the tutorials with `threading.local`, Bob's thread first. Prints in which order the lines can come."""

import threading

local_school = threading.local()


def process_student(lines):
    lines.append("Hello, %s (in %s)" % (local_school.student, threading.current_thread().name))


def process_thread(name, lines, mine_to_wait_for, done):
    mine_to_wait_for.wait()
    local_school.student = name
    process_student(lines)
    done.set()


def order(first):
    """The lines, if something makes the other thread late: here an event, in the example the system."""
    lines, nothing, done = [], threading.Event(), threading.Event()
    nothing.set()
    threads = [
        threading.Thread(target=process_thread, args=(name, lines, *events), name=thread)
        for name, thread, events in (
            ("Alice", "Thread-A", (nothing, done) if first == "Alice" else (done, nothing)),
            ("Bob", "Thread-B", (nothing, done) if first == "Bob" else (done, nothing)),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return " then ".join(line.split()[1] for line in lines)


print(f"{order('Alice')}, {order('Bob')}")
