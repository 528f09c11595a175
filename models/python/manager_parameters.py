"""Prints the parameters of `BaseManager` that the tutorial names, with their defaults, and whether another may serialise."""

import inspect
from multiprocessing.managers import BaseManager

parameters = inspect.signature(BaseManager).parameters
named = ("address", "authkey", "serializer", "ctx")
print(", ".join(f"{name}={parameters[name].default}" for name in named))
