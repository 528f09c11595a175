"""Each end of a pipe sends, with `duplex=True` and with `duplex=False`. Prints what the other end receives, or what
is raised."""

import multiprocessing
import sys


def sent(from_end, to_end):
    try:
        from_end.send("message")
        return to_end.recv()
    except OSError:
        return "OSError"


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    answers = []
    for ends in [context.Pipe(), context.Pipe(duplex=False)]:
        answers += [sent(ends[1], ends[0]), sent(ends[0], ends[1])]
    print(", ".join(answers))
