"""A user has as many processes as the system allows, and starts one more. Prints what is raised."""

import os
import resource

ours, theirs = os.pipe()
child = os.fork()
if child == 0:
    resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
    if os.getuid() == 0:
        # The limit is not for this user. Nobody else is expected to have this number.
        os.setuid(54321)
    try:
        if os.fork() == 0:
            os._exit(0)
        os.write(theirs, b"nothing")
    except BlockingIOError:
        os.write(theirs, b"BlockingIOError")
    os._exit(0)
os.waitpid(child, 0)
print(os.read(ours, 100).decode())
