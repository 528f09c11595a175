"""Disassembles `balance = balance + n` and `balance += n`. Prints what each does with the balance, and where."""

import dis

balance = 0


def add(n):
    global balance
    balance = balance + n


def add_in_place(n):
    global balance
    balance += n


def steps(function):
    """What is done with the balance, and the computing between, in the order of the bytecodes."""
    kinds = {"LOAD_GLOBAL": "load", "STORE_GLOBAL": "store"}
    computing = ("BINARY", "INPLACE")
    return " ".join(
        kinds.get(i.opname, "compute")
        for i in dis.get_instructions(function)
        if i.argval == "balance" or i.opname.startswith(computing)
    )


print(f"{steps(add)}, {steps(add_in_place)}")
