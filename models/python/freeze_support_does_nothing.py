"""Calls `freeze_support`, the public one and the one that `spawn` has, in a program that is not frozen. Prints what
happens, and what the text of the second is."""

import inspect
import multiprocessing
import multiprocessing.spawn

is_nothing = multiprocessing.freeze_support() is None and multiprocessing.spawn.freeze_support() is None
text = inspect.getsource(multiprocessing.spawn.freeze_support)
is_as_said = all(word in text for word in ("is_forking(sys.argv)", "spawn_main(**kwds)", "sys.exit()"))
print("nothing" if is_nothing else "something", "as said" if is_as_said else "otherwise", sep=", ")
