"""Asks a `multiprocessing.Process` what the lines of standard input say, and prints what it answers."""

import multiprocessing
import os
import signal
import sys


def run(parent, orders, not_ours):
    if os.getpid() == parent:
        # `run` was called, and not `start`: there is nobody who would give an order.
        return
    not_ours.close()
    sys.exit(orders.recv())


def is_alive(process):
    return process._popen is not None and process.is_alive()


def answer(process, ends, request):
    """What a process answers when it is asked this."""
    try:
        if request == "start":
            process.start()
        elif request == "run":
            process.run()
        elif request.startswith("finish"):
            # Nobody asks a process for that: it comes to its end, if it runs.
            if is_alive(process):
                ends.send(int(request.split()[1]))
                process._popen.wait()
        elif request == "terminate":
            # A process that stands still does not take a signal: it takes effect when the request for that comes.
            if is_alive(process):
                os.kill(process.pid, signal.SIGSTOP)
                # One that still runs might take the other signal first.
                os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
            process.terminate()
        elif request == "signal":
            os.kill(process.pid, signal.SIGCONT)
            process._popen.wait()
        elif request == "join":
            process.join()
        elif request == "is_alive":
            return f"alive {str(process.is_alive()).lower()}"
        elif request == "exit_code":
            code = process.exitcode
            return "no code" if code is None else "killed" if code < 0 else f"code {code}"
        elif request == "set_daemon":
            process.daemon = True
        elif request == "close":
            process.close()
        return "done"
    except (AssertionError, AttributeError):
        return "wrong time"
    except ValueError as error:
        return "closed" if "closed" in str(error) else "still running"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    for line in sys.stdin:
        mine, theirs = context.Pipe()
        process = context.Process(target=run, args=(os.getpid(), theirs, mine))
        requests = line.strip().split(", ")
        print(", ".join(answer(process, mine, request) for request in requests), flush=True)
        try:
            process.kill()
        except (AttributeError, ValueError):
            pass
