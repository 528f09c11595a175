//! Data of a thread of its own: `threading.local`: what the tutorials say.

use super::{Chapter, Evidence, Modality, Statement, Truth, in_000, in_001, in_002, in_004};
use crate::python::{ONCE, Script, script_file};

pub(super) const CHAPTER: Chapter = Chapter {
    name: "thread_local",
    title: "Data of a thread of its own: `threading.local`",
    statements: &[STATEMENTS],
    scripts: SCRIPTS,
};

const STATEMENTS: &[Statement] = &[
    Statement {
        name: "thread_local/locals_are_private",
        places: &[in_000(415, 415), in_001(436, 436), in_002(383, 383)],
        says: "A local variable is seen by its own thread only, and does not affect other threads.",
        truth: Truth::OnlyWhen(
            "no nested function shares it (`nonlocal`), and the object that it refers to is not \
            shared",
        ),
        explanation: "Two threads that call one function have a variable each; two that run a nested function share \
            the variable of the function around it.",
        evidence: &[
            Evidence::Shows("thread_local/passed_by_hand"),
            Evidence::Contradicts("thread_local/in_a_nested_function"),
            Evidence::Script("local_variables"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "thread_local/locals_are_passed",
        places: &[in_000(417, 432), in_001(438, 456), in_002(385, 399)],
        says: "A local variable that every function needs has to be passed to each of them.",
        explanation: "A function that is called finds no variable of its caller: `NameError`.",
        evidence: &[Evidence::Script("local_variables")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "thread_local/global_variable",
        places: &[in_000(432, 432), in_001(456, 456)],
        says: "A global variable in its place will not do: each thread handles another student, which cannot be \
            shared.",
        modality: Modality::May,
        explanation: "The second thread overwrites what the first one has assigned.",
        evidence: &[Evidence::Shows("thread_local/global"), Evidence::Script("global_student")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "thread_local/dict_by_thread",
        places: &[in_000(434, 454), in_001(458, 481)],
        says: "A global `dict` with `threading.current_thread()` as key does: any function finds the student of its \
            thread without having it passed.",
        explanation: "It needs no lock on CPython, where storing and looking up are one step for such keys; on a map \
            whose operations take several steps it does. The entries stay when the threads have ended.",
        evidence: &[Evidence::Shows("thread_local/in_a_map"), Evidence::Script("students_by_thread")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "thread_local/looks_up_the_dict",
        places: &[in_000(459, 459), in_001(485, 485), in_001(518, 518)],
        says: "A `threading.local` looks up the `dict` by itself: one may think of it as a `dict`, to which other \
            attributes such as `local_school.teacher` can be bound too.",
        explanation: "There is one `dict` for each thread: `local_school.__dict__` is that of the thread that asks.",
        evidence: &[Evidence::Script("local_is_a_dict")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "thread_local/example",
        places: &[in_000(461, 485), in_001(487, 514), in_002(403, 428), in_004(276, 300)],
        says: "The example greets Alice in `Thread-A` and Bob in `Thread-B`.",
        evidence: &[Evidence::Shows("thread_local/isolated"), Evidence::Script("local_school")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "thread_local/example_order",
        places: &[in_000(484, 485), in_001(513, 514), in_002(427, 428), in_004(299, 300)],
        says: "The example prints the line of Alice before the line of Bob.",
        truth: Truth::OnlyWhen("the first thread is quicker: nothing in the example orders the two"),
        explanation: "The script lets either of them be late.",
        evidence: &[
            Evidence::Shows("thread/one_by_one"),
            Evidence::Contradicts("thread/start_order"),
            Evidence::Script("local_school_order"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "thread_local/own_attributes",
        places: &[in_000(488, 488), in_001(516, 516), in_002(429, 429), in_004(303, 303)],
        says: "`local_school` is a global variable, but each thread can read and write its attribute `student` \
            without affecting the others, like a local variable.",
        evidence: &[Evidence::Shows("thread_local/isolated"), Evidence::Script("local_school")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "thread_local/no_locks",
        places: &[in_000(488, 488), in_001(516, 516), in_002(429, 429), in_004(303, 303)],
        says: "One need not manage locks for the attributes of a `threading.local`: it takes care of that inside.",
        explanation: "Each thread reads and writes a `dict` of its own. An object that two threads have bound needs a \
            lock as before.",
        evidence: &[Evidence::Shows("thread_local/isolated"), Evidence::Script("local_school")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "thread_local/own_copy",
        places: &[in_000(495, 495), in_002(401, 401)],
        says: "Each thread reads and writes only its own, independent copy of the variable.",
        truth: Truth::OnlyWhen(
            "the thread has bound the attribute itself, to an object of its own: nothing is copied \
            for a new thread",
        ),
        explanation: "A thread that has bound nothing gets an `AttributeError`, whatever others have bound; a list \
            that two threads have bound is one list.",
        evidence: &[
            Evidence::Shows("thread_local/isolated"),
            Evidence::Contradicts("thread_local/inherited"),
            Evidence::Script("local_is_no_copy"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "thread_local/no_passing",
        places: &[in_000(495, 495), in_001(520, 520), in_002(401, 401), in_002(431, 431)],
        says: "A `threading.local` solves the passing of arguments between the functions of a thread: all functions \
            that the thread calls reach what it has bound.",
        evidence: &[Evidence::Shows("thread_local/isolated"), Evidence::Script("local_school")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "thread_local/connection",
        places: &[in_000(490, 493), in_001(520, 520), in_002(431, 431)],
        says: "Its most common use is to bind a database connection, an HTTP request or a user's identity to each \
            thread.",
        modality: Modality::May,
        explanation: "That it is the most common use is not checked. `sqlite3` refuses a connection to other threads \
            than its own, and takes one of each thread.",
        evidence: &[Evidence::Shows("thread_local/connection"), Evidence::Script("connection_per_thread")],
        ..Statement::DEFAULT
    },
];

const SCRIPTS: &[Script] = &[
    script_file!("local_variables", ONCE, |_, _| &["own, shared"]),
    script_file!("global_student", ONCE, |_, _| &["Bob"]),
    script_file!("students_by_thread", ONCE, |_, _| &["each its own, all are kept after the end"]),
    script_file!("local_school", ONCE, |_, _| &["each its own"]),
    script_file!("local_school_order", ONCE, |_, _| &["Alice then Bob, Bob then Alice"]),
    script_file!("local_is_a_dict", ONCE, |_, _| &["a dict a thread"]),
    script_file!("local_is_no_copy", ONCE, |_, _| &["AttributeError, one list"]),
    script_file!("connection_per_thread", ONCE, |_, _| &["shared ProgrammingError ProgrammingError, own 42 42"]),
];
