"""Runs the two orders of the tutorials, bytecode by bytecode. Prints the balance after each of them."""

import dis
import sys
import threading

NORMAL = [1, 1, 1, 1, 2, 2, 2, 2]
ALTERNATING = [1, 2, 2, 1, 1, 1, 2, 2]

balance = 0


def change_it(n):
    global balance
    balance = balance + n
    balance = balance - n


ACCESSES = {i.offset for i in dis.get_instructions(change_it) if i.argval == "balance"}


class Schedule:
    """Lets the threads load and store the balance in a given order: as trace functions, called at every bytecode."""

    def __init__(self, order):
        self.order, self.done, self.changed = order, 0, threading.Condition()

    def trace(self, me):
        has_turn = False

        def at_bytecode(frame, event, _):
            nonlocal has_turn
            frame.f_trace_opcodes = True
            with self.changed:
                if has_turn:
                    has_turn, self.done = False, self.done + 1
                    self.changed.notify_all()
                if event == "opcode" and frame.f_lasti in ACCESSES:
                    has_turn = self.changed.wait_for(lambda: self.order[self.done] == me, timeout=4)
            return at_bytecode

        return lambda frame, event, _: at_bytecode(frame, event, _) if frame.f_code is change_it.__code__ else None


def run(me, amount, schedule):
    sys.settrace(schedule.trace(me))
    change_it(amount)
    sys.settrace(None)


def balance_after(order):
    global balance
    balance = 0
    schedule = Schedule(order)
    threads = [threading.Thread(target=run, args=(me, amount, schedule)) for me, amount in ((1, 5), (2, 8))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return balance


print(f"{balance_after(NORMAL)}, {balance_after(ALTERNATING)}")
