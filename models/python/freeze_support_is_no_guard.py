"""A program starts a process under spawn: at the top of the module, there with `freeze_support()` at its end, there with
`freeze_support()` before it, and under `if __name__ == '__main__':`. Prints how the children end."""

import os
import subprocess
import sys
import tempfile

START = "multiprocessing.get_context('spawn').Process(target=print).start()"
PROGRAMS = [START, f"{START}; freeze_support()", f"freeze_support(); {START}", f"if __name__ == '__main__': {START}"]


def ended(program, folder):
    path = os.path.join(folder, "program.py")
    with open(path, "w") as file:
        file.write(f"import multiprocessing\nfrom multiprocessing import freeze_support\n{program}\n")
    errors = subprocess.run([sys.executable, path], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True).stderr
    return "RuntimeError" if "RuntimeError" in errors else errors or "ended"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(", ".join(ended(program, folder) for program in PROGRAMS))
