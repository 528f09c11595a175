"""Looks among the interpreters that are installed beside this one for one before Python 3.8 that has
`freeze_support`."""

import glob
import os
import re
import sys

beside = os.path.dirname(sys.base_prefix)
found = []
for prefix in (beside + "/*", sys.base_prefix, "/usr", "/usr/local"):
    for path in glob.glob(f"{prefix}/lib/python*.*/multiprocessing/__init__.py"):
        version = tuple(int(part) for part in re.search(r"python(\d+)\.(\d+)/", path).groups())
        with open(os.path.join(os.path.dirname(path), "forking.py" if version < (3, 4) else "context.py")) as file:
            if version < (3, 8) and "def freeze_support" in file.read():
                found.append(version)
if found:
    print("older: Python", "{}.{}".format(*min(found)))
else:
    print("no older Python here")
