"""Reads pickles, in hexadecimal, one a line, and writes each value as a pickle in the protocols 2 to 5."""

import io
import multiprocessing.managers
import pickle
import sys


def find(module, name):
    if (module, name) == ("multiprocessing.managers", "Token"):
        return AnyToken
    return getattr(__import__(module, fromlist=[name]), name)


class AnyToken:
    """A token that can be made of any number of things, and is sent as what it was made of."""

    def __init__(self, *arguments):
        self.arguments = arguments

    def __reduce__(self):
        return AnyToken, self.arguments


AnyToken.__module__, AnyToken.__qualname__, AnyToken.__name__ = "multiprocessing.managers", "Token", "Token"
multiprocessing.managers.Token = AnyToken


class Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        return find(module, name)


for line in sys.stdin:
    value = Unpickler(io.BytesIO(bytes.fromhex(line))).load()
    for protocol in range(2, 6):
        print(pickle.dumps(value, protocol).hex())
