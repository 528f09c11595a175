"""Prints what `apply_async` and `map_async` return, and what the methods of that do before and after the task is
done."""

import multiprocessing
import multiprocessing.pool
import sys


def keep(may_end):
    keep.may_end = may_end


def task(number):
    keep.may_end.wait()
    return 100 // number


def raised(call, *arguments):
    try:
        return str(call(*arguments))
    except Exception as error:
        return type(error).__name__


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    may_end = context.Event()
    with context.Pool(2, keep, (may_end,)) as pool:
        later, failing, mapped = pool.apply_async(task, (5,)), pool.apply_async(task, (0,)), pool.map_async(task, [5])
        is_result = all(isinstance(each, multiprocessing.pool.AsyncResult) for each in (later, failing, mapped))
        before = [raised(later.ready), raised(later.wait, 0.1), raised(later.get, 0.1), raised(later.successful)]
        may_end.set()
        after = [raised(later.get), raised(failing.get), raised(later.ready)]
        after += [raised(later.successful), raised(failing.successful), str(hasattr(later, "terminate"))]
    is_as_said = before == ["False", "None", "TimeoutError", "ValueError"] and is_result
    is_as_said &= after[:5] == ["20", "ZeroDivisionError", "True", "True", "False"]
    print("as said" if is_as_said else (before, after), {"False": "no terminate"}.get(after[5], "terminate"), sep=", ")
