"""Starts a `threading.Thread`, and looks which function in C starts it. Prints of what module that is."""

import sys
import threading


def look(frame, event, argument):
    if event == "c_call" and argument.__name__.startswith("start_"):
        starters.append(argument.__module__)


starters = []
thread = threading.Thread()
sys.setprofile(look)
thread.start()
sys.setprofile(None)
thread.join()
is_python = threading.__file__.endswith(".py")
print(f"{', '.join(starters)}: threading is {'a Python module' if is_python else 'a built-in'}")
