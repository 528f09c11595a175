//! Locks: what the tutorials say.

use super::{Chapter, Evidence, Modality, Statement, Truth, in_000, in_001, in_002, in_004};
use crate::python::{ONCE, Script, script_file};

pub(super) const CHAPTER: Chapter =
    Chapter { name: "locks", title: "Locks", statements: &[STATEMENTS], scripts: SCRIPTS };

const STATEMENTS: &[Statement] = &[
    Statement {
        name: "locks/shared_data_is_corrupted",
        places: &[in_000(299, 299), in_001(277, 277), in_001(367, 367), in_002(274, 274), in_004(209, 209)],
        says: "The greatest danger of shared data is that several threads change one variable at the same time and \
            corrupt it: a balance may become negative.",
        modality: Modality::May,
        evidence: &[Evidence::Shows("balance/unlocked"), Evidence::Script("balance_schedules")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/balance_should_be_zero",
        places: &[
            in_000(308, 308),
            in_001(288, 288),
            in_001(306, 306),
            in_002(288, 288),
            in_002(311, 311),
            in_004(219, 219),
        ],
        says: "Each call of `change_it` pays in and takes out the same amount, so that in theory the balance is 0 in \
            the end.",
        explanation: "It is if the threads run one after the other.",
        evidence: &[Evidence::Shows("balance/normal_order"), Evidence::Script("balance_schedules")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/balance_not_zero",
        places: &[in_000(313, 328), in_001(293, 306), in_001(365, 365), in_002(284, 313), in_004(211, 238)],
        says: "If two threads call `change_it` often enough without a lock, the balance need not be 0 in the end, \
            because they are interrupted within the statement.",
        truth: Truth::OnlyWhen(
            "the interpreter may switch threads inside `balance = balance + n`: CPython before \
            3.10, a free-threaded build, or any version if the statement calls a function of Python",
        ),
        explanation: "Since 3.10 CPython switches at calls and ends of loops only, and the example always prints 0. \
            With a call inside the statement, it prints something else at once.",
        evidence: &[
            Evidence::Shows("interpreter_lock/statement"),
            Evidence::Shows("balance/interpreter_lock"),
            Evidence::Shows("interpreter_lock/call_inside"),
            Evidence::Script("balance"),
            Evidence::Script("balance_call"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/several_instructions",
        places: &[in_000(328, 330), in_001(308, 325), in_002(313, 321)],
        says: "A statement such as `balance = balance + n` is several instructions: first the sum is computed into a \
            temporary variable, and then that is assigned.",
        explanation: "`dis` shows a load, an addition and a store, for `balance += n` too.",
        evidence: &[Evidence::Script("statement_bytecodes")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/temporary_is_local",
        places: &[in_000(332, 332), in_001(327, 327), in_002(323, 323)],
        says: "The temporary variable `x` is local: each of the two threads has its own.",
        explanation: "It is on the stack of the thread's frame. What one thread has read, another one does not \
            change: that is why the balance is wrong.",
        evidence: &[Evidence::Shows("balance/alternating_order"), Evidence::Script("balance_schedules")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/normal_order",
        places: &[in_000(332, 347), in_001(327, 343), in_002(323, 337)],
        says: "If one thread takes all its steps and then the other one, the balance is 0.",
        evidence: &[Evidence::Shows("balance/normal_order"), Evidence::Script("balance_schedules")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/alternating_order",
        places: &[in_000(349, 366), in_001(345, 363), in_002(339, 355)],
        says: "If the threads alternate in the order that is printed, the balance is -8 in the end.",
        explanation: "The script runs CPython bytecode by bytecode in that order, on every version.",
        evidence: &[Evidence::Shows("balance/alternating_order"), Evidence::Script("balance_schedules")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/change_it_is_a_lock",
        places: &[in_000(369, 369)],
        says: "`change_it()` is like a lock: a thread that begins to run it has acquired the lock by that, and no \
            other thread can run it.",
        truth: Truth::Refuted,
        explanation: "Nothing in `change_it` acquires a lock; the caller does. A thread that calls it without \
            acquiring the lock is not kept out.",
        evidence: &[Evidence::Contradicts("balance/one_without_lock")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/others_wait_for_change_it",
        places: &[in_000(368, 369), in_001(367, 369), in_004(239, 239)],
        says: "If each thread acquires a lock before it calls `change_it`, other threads cannot run it at the same \
            time: they wait until the lock is released and they have acquired it.",
        evidence: &[
            Evidence::Shows("lock/threading_lock"),
            Evidence::Shows("lock/released_after_use"),
            Evidence::Script("lock_methods"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/threading_lock",
        places: &[in_000(369, 369), in_001(369, 369), in_002(356, 356)],
        says: "A lock is made by `threading.Lock()`.",
        evidence: &[Evidence::Shows("lock/threading_lock"), Evidence::Script("lock_methods")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/locked_balance_is_zero",
        places: &[in_000(371, 384), in_001(371, 385), in_002(358, 370), in_004(241, 270)],
        says: "With `lock.acquire()` before and `lock.release()` after `change_it`, the balance is 0 in the end.",
        explanation: "The script has a call inside the statement, so that without the lock the balance would be wrong \
            on every version.",
        evidence: &[Evidence::Shows("balance/locked"), Evidence::Script("balance_locked")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/example_of_002",
        places: &[in_002(358, 370)],
        says: "The example can be changed so that `run_thread` calls `change_it` under the lock.",
        truth: Truth::Refuted,
        explanation: "In tutorial 002 the function is called `deposit`: there is no `change_it`, and both threads end \
            with a `NameError`.",
        evidence: &[Evidence::Script("undefined_change_it")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/one_lock_one_holder",
        places: &[in_001(369, 369), in_002(356, 356)],
        says: "There is one lock, so that at any time at most one thread holds it, however many threads there are.",
        evidence: &[Evidence::Shows("lock/threading_lock"), Evidence::Script("lock_methods")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/no_conflicts",
        places: &[in_001(369, 369)],
        says: "Because at most one thread holds the lock, there are no conflicts between changes.",
        truth: Truth::OnlyWhen("every thread that changes the balance acquires that lock first"),
        explanation: "A lock keeps out those who acquire it, and nobody else.",
        evidence: &[Evidence::Shows("balance/locked"), Evidence::Contradicts("balance/one_without_lock")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/one_acquires_others_wait",
        places: &[in_001(387, 387)],
        says: "If several threads call `lock.acquire()` at the same time, one gets the lock and goes on; the others \
            wait until they get it.",
        evidence: &[
            Evidence::Shows("lock/threading_lock"),
            Evidence::Shows("lock/released_after_use"),
            Evidence::Script("lock_methods"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/never_released",
        places: &[in_000(383, 383), in_001(383, 383), in_001(389, 389), in_002(356, 356), in_002(369, 369)],
        says: "A lock has to be released after use; otherwise those that wait for it wait for ever.",
        explanation: "Unless another thread releases it, which `threading.Lock` allows, or they wait by \
            `acquire(timeout=..)`.",
        evidence: &[Evidence::Shows("lock/never_released"), Evidence::Script("lock_never_released")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/finally_releases",
        places: &[in_000(379, 384), in_001(389, 389), in_002(356, 356), in_004(257, 260)],
        says: "`try .. finally` makes sure that the lock is released.",
        explanation: "Also if what is done under it raises. `with lock:` does the same.",
        evidence: &[
            Evidence::Shows("balance/released_on_panic"),
            Evidence::Shows("lock/finally"),
            Evidence::Script("lock_finally"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/section_from_beginning_to_end",
        places: &[in_000(387, 387), in_001(391, 391)],
        says: "A lock makes sure that a section of code is executed by one thread only, from its beginning to its end.",
        explanation: "Of those that acquire the lock. A section that raises in the middle is left there, and what it \
            has done so far stays (`balance/released_on_panic`: 5).",
        evidence: &[Evidence::Shows("lock/threading_lock"), Evidence::Script("lock_methods")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/less_concurrency",
        places: &[in_000(388, 388), in_000(415, 415), in_001(391, 391)],
        says: "A section under a lock is executed by one thread at a time, so that locks prevent concurrency and cost \
            efficiency.",
        explanation: "The loop of the example takes 2.5 to 4 times as long with the lock on CPython, where threads do \
            not compute at the same time anyway: that is what acquiring and releasing costs.",
        evidence: &[Evidence::Shows("lock/threading_lock"), Evidence::Script("lock_cost")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/deadlock",
        places: &[in_000(388, 388), in_000(411, 411), in_001(391, 391)],
        says: "There can be several locks; threads that hold different ones and try to acquire each other's may come \
            into a deadlock.",
        modality: Modality::May,
        evidence: &[Evidence::Shows("deadlock/opposite_order")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/deadlocked_threads_hang",
        places: &[in_000(388, 388), in_001(391, 391)],
        says: "Threads that each hold a lock and acquire the other's hang: they can neither go on nor end.",
        explanation: "In every execution in which both hold one before they ask for the other, unless they ask by \
            `acquire(timeout=..)`.",
        evidence: &[Evidence::Shows("deadlock/each_holds_one"), Evidence::Script("deadlock_ended")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/only_the_system_ends_it",
        places: &[in_000(388, 388), in_001(391, 391)],
        says: "Threads in a deadlock can only be ended by force, by the operating system.",
        truth: Truth::Refuted,
        explanation: "The program can end it: another thread may release one of the locks, `acquire(timeout=..)` \
            gives up by itself (`deadlock/each_gives_up`), and Ctrl-C raises `KeyboardInterrupt` in a main thread \
            that waits in `acquire`.",
        evidence: &[Evidence::Script("deadlock_ended")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/shared_changes_need_locks",
        places: &[in_000(411, 411), in_000(415, 415), in_001(436, 436), in_002(274, 274), in_002(383, 383)],
        says: "Changes of global variables that threads share have to be made under a lock.",
        truth: Truth::OnlyWhen(
            "the change takes several bytecodes between which threads may be switched, as `balance \
            = balance + amount(n)` does: `list.append` and `dict[key] = value` need no lock on CPython",
        ),
        explanation: "The scripts run both kinds without a lock: the first loses changes, and the second one loses \
            nothing.",
        evidence: &[
            Evidence::Shows("interpreter_lock/call_inside"),
            Evidence::Script("balance_call"),
            Evidence::Script("append_without_lock"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "locks/hard_to_write",
        places: &[in_000(18, 18), in_000(411, 411)],
        says: "Programs of several threads or processes are more complex to write, because of synchronisation and \
            shared data.",
        truth: Truth::OutOfScope("an opinion on what is hard"),
        ..Statement::DEFAULT
    },
];

const SCRIPTS: &[Script] = &[
    script_file!("balance_schedules", ONCE, |_, _| &["0, -8"]),
    script_file!("statement_bytecodes", ONCE, |_, _| &["load compute store, load compute store"]),
    script_file!("balance_locked", ONCE, |_, _| &["right"]),
    script_file!("undefined_change_it", ONCE, |_, _| &["NameError, NameError"]),
    script_file!("lock_methods", ONCE, |_, _| &["1 at a time, all served"]),
    script_file!("lock_never_released", ONCE, |_, _| &["waits, released by another thread"]),
    script_file!("lock_finally", ONCE, |_, _| &["free, free, held"]),
    script_file!("deadlock_ended", ONCE, |_, _| &["wait, released True, timeout True, Ctrl-C True"]),
    script_file!("append_without_lock", ONCE, |_, _| &["nothing lost"]),
    Script { measures: true, ..script_file!("lock_cost", ONCE, |_, _| &["slower"]) },
];
