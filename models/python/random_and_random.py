"""Prints what `random.random()` and `random.Random()` return."""

import random

number, generator = random.random(), random.Random()
is_number = isinstance(number, float) and 0 <= number < 1
print("a float of 0 to 1" if is_number else number, type(generator).__name__, sep=", ")
