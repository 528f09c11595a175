"""Looks at `random.random` and `random.Random`. Prints whether the first is a method of one instance that all share."""

import random

lowest, highest = min(random.random() for _ in range(1000)), max(random.random() for _ in range(1000))
is_of_an_instance = isinstance(random.random.__self__, random.Random)
own, another = random.Random(1), random.Random(1)
first = own.random()
random.seed(2)
is_own = another.random() == first and own.random() == another.random()
print("right" if 0 <= lowest and highest < 1 and is_of_an_instance and is_own else "wrong")
