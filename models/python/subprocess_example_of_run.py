"""Runs the two calls of the tutorial's example, of which the second keeps its result as `p`. Prints what `proc.args`
is then, and what a list with a shell does."""

from subprocess import run

proc = run("echo a", shell=True, capture_output=True, text=True)
is_right = proc.args == "echo a" and proc.returncode == 0
p = run(["echo", "a"], shell=True, capture_output=True, text=True)
print("a string as said" if is_right else "a string otherwise", end=", ")
print("proc is the first" if proc.args == "echo a" and p.args == ["echo", "a"] else "proc is the second", end=", ")
print("a list loses its arguments" if p.stdout == "\n" else "a list keeps its arguments")
