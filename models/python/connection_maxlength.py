"""A message longer than `maxlength` arrives at an end of each kind. Prints what is raised, and what the next call
raises."""

import multiprocessing
import sys


def raised(call):
    try:
        call()
        return "nothing"
    except Exception as error:
        return type(error).__name__


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    answers = set()
    for here, there in [context.Pipe(), context.Pipe(duplex=False)]:
        there.send_bytes(b"too long")
        there.send_bytes(b"short")
        too_long = raised(lambda: here.recv_bytes(5))
        answers.add(f"{too_long}, {raised(lambda: here.recv_bytes(5))}")
    same = "the same" if IOError is OSError else "another"
    print(f"{' or '.join(sorted(answers))}, IOError is {same}")
