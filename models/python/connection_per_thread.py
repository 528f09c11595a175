"""Threads use one connection to a database, and then one each in a `threading.local`. Prints what comes of it."""

import sqlite3
import threading

shared, local = sqlite3.connect(":memory:"), threading.local()


def use_shared(answers):
    try:
        answers.append(shared.execute("select 42").fetchone()[0])
    except sqlite3.ProgrammingError:
        answers.append("ProgrammingError")


def ask():
    return local.connection.execute("select 42").fetchone()[0]


def use_own(answers):
    local.connection = sqlite3.connect(":memory:")
    answers.append(ask())
    local.connection.close()


def answers_of(target):
    answers = []
    threads = [threading.Thread(target=target, args=(answers,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return " ".join(map(str, answers))


print(f"shared {answers_of(use_shared)}, own {answers_of(use_own)}")
