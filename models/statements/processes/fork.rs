//! `os.fork`, `os.getpid` and `os.getppid`.

use crate::statements::{Evidence, Statement, Truth, in_000, in_001, in_002, in_003, in_004};

pub(super) const STATEMENTS: &[Statement] = &[
    Statement {
        name: "processes/fork_on_unix",
        places: &[in_000(24, 24), in_001(11, 11), in_001(15, 15), in_001(37, 37), in_002(25, 25)],
        says: "`fork` is a system call of Unix, Linux and macOS, which Python has as `os.fork`.",
        explanation: "Asked where this runs; macOS is not asked.",
        evidence: &[Evidence::Script("fork_returns_twice")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/no_fork_on_windows",
        places: &[
            in_000(24, 24),
            in_001(37, 37),
            in_001(43, 43),
            in_001(233, 233),
            in_002(25, 25),
            in_002(223, 223),
            in_004(23, 23),
        ],
        says: "Windows has no `fork`: a program that calls `os.fork` does not run there.",
        truth: Truth::OutOfScope(
            "about Windows, where nothing is run here: what follows from it is asked of the method spawn",
        ),
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/fork_returns_twice",
        places: &[in_001(11, 13), in_002(25, 25), in_003(99, 99)],
        says: "`fork` is called once and returns twice: always 0 in the child, and the child's pid in the parent.",
        explanation: "If no child can be made it returns not at all in Python, but raises `OSError`.",
        evidence: &[Evidence::Shows("process/fork"), Evidence::Script("fork_returns_twice")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/fork_copies",
        places: &[in_001(11, 11), in_002(25, 25), in_003(99, 99)],
        says: "`fork` copies the current process: the child is a copy of its parent, and both run on.",
        truth: Truth::OnlyWhen(
            "the process has one thread: of several threads only the one that calls `fork` is in the child",
        ),
        explanation: "Variables are copied, also what stands in the buffer of a file, which then is written twice. A \
            lock that another thread held is copied as held, without the thread that would release it: the child \
            waits for it for ever.",
        evidence: &[
            Evidence::Shows("process/own_memory"),
            Evidence::Shows("process/fork_unflushed"),
            Evidence::Contradicts("process/fork_of_a_held_lock"),
            Evidence::Script("own_memory"),
            Evidence::Script("fork_unflushed"),
            Evidence::Script("fork_of_a_held_lock"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/why_the_parent_is_told",
        places: &[in_001(13, 13), in_002(25, 25)],
        says: "A parent can fork many children, and has to keep the pid of each; a child only needs to call \
            `getppid()` to get the pid of its parent.",
        truth: Truth::OnlyWhen("the parent has not ended"),
        explanation: "When the parent ends the child gets another one, often the process 1, and `getppid` returns the \
            pid of that. A child that needs its parent's pid should be told it before it is forked.",
        evidence: &[
            Evidence::Shows("process/getppid"),
            Evidence::Contradicts("process/getppid_of_an_orphan"),
            Evidence::Script("getppid_of_an_orphan"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/fork_example",
        places: &[in_001(17, 35), in_002(30, 45), in_004(5, 17)],
        says: "The example with `os.fork` prints in the child its own pid and the parent's, and in the parent the pid \
            of the child that it has created.",
        truth: Truth::OnlyWhen("the child calls `getppid` before the parent, which does not wait for it, has ended"),
        explanation: "The parent of the example ends after its line. A child that is slower prints the pid of its \
            next parent.",
        evidence: &[
            Evidence::Shows("process/fork"),
            Evidence::Contradicts("process/getppid_of_an_orphan"),
            Evidence::Script("fork_returns_twice"),
            Evidence::Script("getppid_of_an_orphan"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/child_for_each_task",
        places: &[in_001(39, 39), in_002(27, 27)],
        says: "With `fork` a process can make a child for each new task that it gets, as Apache does for each \
            request.",
        explanation: "The script forks a child for each of three tasks. What Apache does is its own matter: its \
            children are kept and serve many requests.",
        evidence: &[Evidence::Script("child_for_each_task")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/getpid",
        places: &[in_000(37, 37), in_004(20, 20)],
        says: "`os.getpid()` gets the pid of the current process.",
        evidence: &[Evidence::Script("process_example"), Evidence::Script("fork_returns_twice")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/getpid_of_a_thread",
        places: &[in_004(20, 20)],
        says: "`getpid()` gets the pid of the current process or thread.",
        truth: Truth::Refuted,
        explanation: "All threads of a process get the same pid. The number of a thread is \
            `threading.get_native_id()`.",
        evidence: &[Evidence::Script("pid_of_threads")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/getppid",
        places: &[in_003(225, 225), in_004(20, 20)],
        says: "`os.getppid()` gets the pid of the parent.",
        explanation: "Of the one that it has at that moment. In the example of 003 the parent waits in `join`, so it \
            is the one that has started it.",
        evidence: &[Evidence::Shows("process/getppid"), Evidence::Script("process_example")],
        ..Statement::DEFAULT
    },
];
