"""Prints what `daemon` is by default, and what is raised if it is set too late, and if a daemon starts a child."""

import multiprocessing
import sys


def start_a_child(end):
    try:
        multiprocessing.get_context(sys.argv[1]).Process(target=print).start()
        end.send("starts it")
    except AssertionError:
        end.send("AssertionError")


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    ours, theirs = context.Pipe()
    daemon, ordinary = [context.Process(target=start_a_child, args=(theirs,)) for _ in range(2)]
    answers = [str(daemon.daemon)]
    daemon.daemon = True
    daemon.start()
    answers.append(ours.recv())
    try:
        daemon.daemon = False
        answers.append("is changed")
    except AssertionError:
        answers.append("AssertionError")
    daemon.join()
    ordinary.start()
    answers.append(ours.recv())
    ordinary.join()
    print(", ".join(answers))
