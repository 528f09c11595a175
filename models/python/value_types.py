"""What `Value` and `Array` take: prints a word for each."""

import ctypes
import multiprocessing
import sys


class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_double)]


def ended(call):
    try:
        call()
        return "made"
    except (TypeError, AttributeError) as error:
        return type(error).__name__


def change(text, point):
    text.value = b"hallo"
    point.x = 7


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    text, point = context.Array("c", b"hello"), context.Value(Point, 1, 2.5)
    child = context.Process(target=change, args=(text, point))
    child.start()
    child.join()
    answers = [
        ended(lambda: context.Value("c", "0")),
        ended(lambda: context.Value("c", b"0")),
        ended(lambda: context.Value("i", 1)),
        ended(lambda: context.Value("i", 1.5)),
        ended(lambda: context.Value("d", 1)),
        text.value.decode(),
        f"({point.x} {point.y})",
        str(ctypes.sizeof(context.Value("d", 0).get_obj())),
        "signed" if context.Value("i", -1).value == -1 else "unsigned",
        "zeros" if context.Array("i", 3)[:] == [0, 0, 0] else "not zeros",
        str(len(context.Array("i", [4, 5]))),
        ended(lambda: context.Value("i", 0).get_lock()),
        ended(lambda: context.Value("i", 0, lock=False).get_lock()),
        type(context.Value("i", 1)).__name__,
        type(context.Value("i", 1, lock=False)).__name__,
        f"abs {ctypes.CDLL(None).abs(-3)}",
    ]
    print(", ".join(answers))
