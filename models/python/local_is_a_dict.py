"""Binds attributes of a `threading.local` in two threads. Prints what is in its `__dict__` in each of them."""

import threading

local_school = threading.local()
found = []


def bind():
    local_school.student = "Alice"
    local_school.teacher = "Carol"
    found.append(local_school.__dict__)
    found.append(dict(local_school.__dict__))


thread = threading.Thread(target=bind)
thread.start()
thread.join()
local_school.student = "Bob"
own, items = found
is_dict = isinstance(own, dict) and own is not local_school.__dict__
print("a dict a thread" if is_dict and items == {"student": "Alice", "teacher": "Carol"} else "something else")
