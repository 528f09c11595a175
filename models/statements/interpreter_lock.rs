//! The interpreter lock, and several cores: what the tutorials say.

use super::{Chapter, Evidence, Modality, Statement, Truth, in_000, in_001, in_002, in_004};
use crate::python::{EACH, ONCE, Script, Start, Version, script_file};

pub(super) const CHAPTER: Chapter = Chapter {
    name: "interpreter_lock",
    title: "The interpreter lock, and several cores",
    statements: STATEMENTS,
    scripts: SCRIPTS,
};

const STATEMENTS: &[Statement] = &[
    Statement {
        name: "interpreter_lock/monitors",
        places: &[in_000(392, 392), in_001(399, 399)],
        says: "Activity Monitor and Task Manager show how much of the processors a process uses.",
        truth: Truth::OutOfScope("about programs of macOS and Windows; the scripts ask `time.process_time`"),
        ..Statement::DEFAULT
    },
    Statement {
        name: "interpreter_lock/one_loop",
        places: &[in_000(392, 392), in_001(401, 401), in_002(373, 373)],
        says: "A thread in an endless loop takes 100 % of one processor.",
        explanation: "Measured, on a machine that has nothing else to do.",
        evidence: &[Evidence::Script("endless_loops")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "interpreter_lock/several_cores_run_threads",
        places: &[in_000(5, 5), in_001(395, 395), in_002(373, 373)],
        says: "Several cores can execute several threads at the same time.",
        truth: Truth::OnlyWhen(
            "no interpreter lock keeps them apart: threads that run Python code on one interpreter \
            alternate",
        ),
        explanation: "That is what the chapter goes on to say. Threads of C, processes, and threads in functions in C \
            that have released the lock do run at the same time.",
        evidence: &[
            Evidence::Shows("interpreter_lock/no_lock"),
            Evidence::Contradicts("interpreter_lock/threads"),
            Evidence::Script("meet_in_a_loop"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "interpreter_lock/two_loops",
        places: &[in_001(403, 405)],
        says: "Two threads in endless loops take 200 % on several cores, and to use all of n cores one has to start n \
            such threads.",
        truth: Truth::OnlyWhen(
            "the threads share no interpreter lock, as in C or in processes: in CPython two of \
            them take 100 % together",
        ),
        explanation: "Measured; two processes meet in the middle of their loops, and two threads never do.",
        evidence: &[Evidence::Script("endless_loops"), Evidence::Script("meet_in_a_loop")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "interpreter_lock/loops_in_c",
        places: &[in_000(406, 406), in_001(424, 424), in_002(373, 373)],
        says: "The same loops in C, C++ or Java use all cores: 400 % on four, 800 % on eight.",
        modality: Modality::May,
        explanation: "Nothing keeps such threads apart; two functions in C that have released the lock take two \
            processors in the measurement.",
        evidence: &[Evidence::Shows("interpreter_lock/no_lock"), Evidence::Script("endless_loops")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "interpreter_lock/loops_in_python",
        places: &[in_000(390, 406), in_001(407, 422), in_002(373, 373)],
        says: "As many threads as cores, each in an endless loop of Python, use about one core together.",
        explanation: "Two threads in loops are never in them at the same time. (In a free-threaded build, an option \
            since 3.13, they are.)",
        evidence: &[
            Evidence::Shows("interpreter_lock/one_processor"),
            Evidence::Script("meet_in_a_loop"),
            Evidence::Script("endless_loops"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "interpreter_lock/taken_before_running",
        places: &[in_000(407, 407), in_001(426, 426), in_002(375, 375)],
        says: "Any thread of Python has to acquire the global interpreter lock before it runs.",
        explanation: "Before it runs bytecode: two threads are never in the middle of a bytecode at the same time. A \
            free-threaded build has no such lock.",
        evidence: &[Evidence::Shows("interpreter_lock/threads"), Evidence::Script("meet_in_a_loop")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "interpreter_lock/every_100_bytecodes",
        places: &[in_000(407, 407), in_001(426, 426), in_002(375, 375)],
        says: "The interpreter releases the lock after every 100 bytecodes.",
        truth: Truth::Refuted,
        explanation: "It did until Python 3.1. Since 3.2 a thread keeps it until another one has waited for it for \
            `sys.getswitchinterval()`, 5 milliseconds: with 1000 seconds a thread runs millions of bytecodes without \
            releasing it.",
        evidence: &[Evidence::Script("switch_interval")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "interpreter_lock/others_get_a_chance",
        places: &[in_000(407, 407), in_001(426, 426), in_002(375, 375)],
        says: "The interpreter releases the lock by itself from time to time, so that other threads get a chance to \
            run.",
        explanation: "With the switch interval as it is, or shorter, a thread is let run while another one is in its \
            loop.",
        evidence: &[Evidence::Script("switch_interval")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "interpreter_lock/threads_alternate",
        places: &[in_000(407, 407), in_001(426, 426), in_002(375, 375)],
        says: "The interpreter lock locks the code of all threads, so that threads can only run alternately.",
        truth: Truth::OnlyWhen(
            "they run Python code: functions in C that have released the lock, such as \
            `hashlib.pbkdf2_hmac`, run at the same time",
        ),
        explanation: "The script has one thread in a function in C that releases the lock, and then in one that keeps \
            it.",
        evidence: &[
            Evidence::Shows("interpreter_lock/threads"),
            Evidence::Contradicts("interpreter_lock/released_in_c"),
            Evidence::Script("lock_released_in_c"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "interpreter_lock/hundred_threads_one_core",
        places: &[in_000(407, 407), in_001(426, 426), in_002(375, 375)],
        says: "100 threads on a machine with 100 cores use one core.",
        truth: Truth::OnlyWhen(
            "they run Python code on one interpreter: not in functions in C that have released the \
            lock, nor with an interpreter for each thread, nor in a free-threaded build",
        ),
        explanation: "In C they may be on different cores.",
        evidence: &[
            Evidence::Shows("interpreter_lock/one_processor"),
            Evidence::Contradicts("interpreter_lock/released_in_c"),
            Evidence::Script("lock_released_in_c"),
            Evidence::Script("sub_interpreters"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "interpreter_lock/no_use_of_cores",
        places: &[in_000(410, 410), in_001(430, 430), in_002(379, 379)],
        says: "Python has threads, but one cannot expect them to use several cores well.",
        truth: Truth::OnlyWhen(
            "they spend their time in Python code, and not in functions in C that release the \
            lock, as hashing and compression do",
        ),
        explanation: "Threads that hash use two processors where threads that loop use one.",
        evidence: &[
            Evidence::Shows("interpreter_lock/one_processor"),
            Evidence::Contradicts("interpreter_lock/released_in_c"),
            Evidence::Script("lock_released_in_c"),
            Evidence::Script("endless_loops"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "interpreter_lock/only_c_extensions",
        places: &[in_001(430, 430)],
        says: "To use several cores by threads, one has to write an extension in C.",
        truth: Truth::Refuted,
        explanation: "`hashlib` and other modules of the standard library release the lock already; since 3.12 \
            threads can have an interpreter with a lock of its own each, and since 3.13 there are free-threaded builds.",
        evidence: &[Evidence::Script("lock_released_in_c"), Evidence::Script("sub_interpreters")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "interpreter_lock/only_without_the_lock",
        places: &[in_001(428, 428), in_002(377, 377)],
        says: "To really use several cores, one has to write an interpreter without the interpreter lock.",
        truth: Truth::Refuted,
        explanation: "Processes use several cores, as both tutorials say next, and so do interpreters with a lock of \
            their own each.",
        evidence: &[Evidence::Script("meet_in_a_loop"), Evidence::Script("sub_interpreters")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "interpreter_lock/legacy",
        places: &[in_001(428, 428), in_002(377, 377)],
        says: "The interpreter lock is a problem left over from the history of the interpreter's design.",
        truth: Truth::OutOfScope("history, and an opinion of it"),
        ..Statement::DEFAULT
    },
    Statement {
        name: "interpreter_lock/processes_use_cores",
        places: &[in_001(432, 432), in_002(379, 379), in_004(273, 273)],
        says: "Python uses several cores by several processes.",
        evidence: &[Evidence::Shows("interpreter_lock/processes"), Evidence::Script("meet_in_a_loop")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "interpreter_lock/own_lock_each",
        places: &[in_001(432, 432), in_002(379, 379)],
        says: "Each process of Python has an interpreter lock of its own, and they do not affect each other.",
        explanation: "Two processes are in their loops at the same time, though neither releases its lock.",
        evidence: &[Evidence::Shows("interpreter_lock/processes"), Evidence::Script("meet_in_a_loop")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "interpreter_lock/only_processes",
        places: &[in_001(432, 432), in_004(273, 273)],
        says: "Python cannot use several cores by threads, only by processes.",
        truth: Truth::Refuted,
        explanation: "Threads in functions in C that have released the lock use several cores, and so do threads with \
            an interpreter each.",
        evidence: &[
            Evidence::Contradicts("interpreter_lock/released_in_c"),
            Evidence::Script("lock_released_in_c"),
            Evidence::Script("sub_interpreters"),
        ],
        ..Statement::DEFAULT
    },
];

const SCRIPTS: &[Script] = &[
    script_file!("balance", ONCE, right_since_3_10),
    script_file!("balance_call", ONCE, |_, _| &["wrong"]),
    script_file!("switch_interval", ONCE, as_with_the_lock),
    script_file!("meet_in_a_loop", EACH, only_processes_meet),
    script_file!("lock_released_in_c", ONCE, released_while_hashing),
    script_file!("sub_interpreters", ONCE, meet_since_3_12),
    Script { measures: true, ..script_file!("endless_loops", EACH, one_processor) },
];

/// An interpreter that lets others run at any bytecode, or has no lock, may be right or wrong.
fn right_since_3_10(version: Version, _: Start) -> &'static [&'static str] {
    if version.is_free_threaded || (version.major, version.minor) < (3, 10) { &["right", "wrong"] } else { &["right"] }
}

/// Where there is no lock, no interval keeps others from running.
fn as_with_the_lock(version: Version, _: Start) -> &'static [&'static str] {
    const WITH_THE_LOCK: &str = "alone to the end, others run meanwhile";
    if version.is_free_threaded {
        &[WITH_THE_LOCK, "others run meanwhile, others run meanwhile"]
    } else {
        &[WITH_THE_LOCK]
    }
}

fn only_processes_meet(version: Version, _: Start) -> &'static [&'static str] {
    if version.is_free_threaded { &["processes meet, threads meet"] } else { &["processes meet, threads do not meet"] }
}

fn released_while_hashing(version: Version, _: Start) -> &'static [&'static str] {
    if version.is_free_threaded {
        &["hashing runs meanwhile, adding up runs meanwhile"]
    } else {
        &["hashing runs meanwhile, adding up waits"]
    }
}

/// Before, all interpreters of a process shared one lock.
fn meet_since_3_12(version: Version, _: Start) -> &'static [&'static str] {
    if (version.major, version.minor) < (3, 12) { &["not yet"] } else { &["meet"] }
}

fn one_processor(version: Version, _: Start) -> &'static [&'static str] {
    if version.is_free_threaded { &["threads use several processors"] } else { &["threads use one processor"] }
}
