"""Looks who sees a local variable: other threads that call the function, and one with a nested function. Prints it."""

import threading


def do_task():
    """Whether what the caller has in a local variable is seen here without being passed."""
    try:
        return std  # noqa: F821
    except NameError:
        return "NameError"


def process_student(name, both, found):
    std = name
    both.wait()
    found.append((std, do_task()))


def in_two_threads():
    both, found = threading.Barrier(2), []
    threads = [threading.Thread(target=process_student, args=(name, both, found)) for name in ("Alice", "Bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def in_a_nested_function():
    std = "Alice"

    def change():
        nonlocal std
        std = "Bob"

    thread = threading.Thread(target=change)
    thread.start()
    thread.join()
    return std


own = in_two_threads() == [("Alice", "NameError"), ("Bob", "NameError")]
print(f"{'own' if own else 'shared'}, {'shared' if in_a_nested_function() == 'Bob' else 'own'}")
