"""Joins a process that does not end, for some time. Prints what that returns, and what the process is then."""

import multiprocessing
import sys
import time

if __name__ == "__main__":
    process = multiprocessing.get_context(sys.argv[1]).Process(target=time.sleep, args=(60,))
    process.start()
    print(process.join(0.1), "alive" if process.is_alive() else "not alive", process.exitcode, sep=", ")
    process.kill()
    process.join()
