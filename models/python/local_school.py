"""The example of the tutorials with `threading.local`. Prints whether each thread greets its own student."""

import threading

lines = []
local_school = threading.local()
both_have_bound = threading.Barrier(2)


def process_student():
    std = local_school.student
    lines.append("Hello, %s (in %s)" % (std, threading.current_thread().name))


def process_thread(name):
    local_school.student = name
    both_have_bound.wait()
    process_student()


t1 = threading.Thread(target=process_thread, args=("Alice",), name="Thread-A")
t2 = threading.Thread(target=process_thread, args=("Bob",), name="Thread-B")
t1.start()
t2.start()
t1.join()
t2.join()
printed = ["Hello, Alice (in Thread-A)", "Hello, Bob (in Thread-B)"]
print("each its own" if sorted(lines) == printed else f"wrong: {lines}")
