"""A thread reads what another has bound to a `threading.local`, then binds the same list. Prints what each finds."""

import threading

local_school = threading.local()
students = []
local_school.student, local_school.students = "Alice", students
found = []


def look():
    found.append(getattr(local_school, "student", "AttributeError"))
    local_school.students = students
    local_school.students.append("Bob")


thread = threading.Thread(target=look)
thread.start()
thread.join()
print(f"{found[0]}, {'one list' if local_school.students == ['Bob'] else 'a copy'}")
