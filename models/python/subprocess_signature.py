"""Prints the defaults of `subprocess.Popen` and `subprocess.run` of which the tutorials say something."""

import inspect
import subprocess

popen = inspect.signature(subprocess.Popen.__init__).parameters
run = inspect.signature(subprocess.run).parameters
names = ("bufsize", "close_fds")
print(*(f"{name} {popen[name].default}" for name in names), sep=", ", end=", ")
others = ["executable", "stdin", "stdout", "stderr", "preexec_fn", "shell", "cwd", "env", "startupinfo"]
others += ["creationflags", "universal_newlines", "restore_signals", "start_new_session", "pass_fds"]
values = [popen[name].default for name in others]
values += [run[name].default for name in ("input", "capture_output", "timeout", "check")]
as_said = [None] * 5 + [False, None, None, None, 0, None, True, False, (), None, False, None, False]
print("the others as said" if values == as_said else values)
