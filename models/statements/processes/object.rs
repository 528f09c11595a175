//! The class `multiprocessing.Process`: its arguments, methods and attributes.

use crate::statements::{Evidence, Modality, Statement, Truth, in_000, in_001, in_002, in_003, in_004};

pub(super) const STATEMENTS: &[Statement] = &[
    Statement {
        name: "processes/cross_platform",
        places: &[in_000(26, 27), in_001(45, 47), in_002(47, 50), in_004(23, 23)],
        says: "`multiprocessing` works on all systems, also without `fork`; its class `Process` stands for a process.",
        explanation: "The same example works by fork and by spawn, the method of Windows.",
        evidence: &[Evidence::Script("process_example")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/start_example",
        places: &[in_000(31, 49), in_001(49, 72), in_002(51, 71), in_003(133, 133), in_003(219, 243), in_004(26, 43)],
        says: "`Process(target=.., args=..)` and `start()` run the function with the arguments in a child process, \
            which has a pid of its own and this process as its parent.",
        evidence: &[Evidence::Script("process_example")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/object_is_the_process",
        places: &[in_002(60, 60), in_003(132, 132), in_003(163, 163)],
        says: "`Process(..)` creates the child process.",
        truth: Truth::Refuted,
        explanation: "It creates an object: until `start` there is no process, and `pid` is None.",
        evidence: &[Evidence::Script("process_attributes")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/simpler_than_fork",
        places: &[in_001(72, 72)],
        says: "To create a process by `Process` and `start` is simpler than by `fork`.",
        truth: Truth::OutOfScope("an opinion"),
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/join_waits",
        places: &[
            in_000(44, 44),
            in_001(74, 74),
            in_002(63, 63),
            in_003(137, 137),
            in_003(175, 175),
            in_003(212, 212),
            in_003(239, 241),
            in_003(381, 381),
            in_004(46, 46),
        ],
        says: "`Process.join` waits until the process has ended, and only then does the caller go on; it is used to \
            synchronize processes.",
        explanation: "A child that was started when the first had been joined does its work after it in every \
            execution.",
        evidence: &[
            Evidence::Shows("process/joined_in_turn"),
            Evidence::Shows("process/terminate_and_join"),
            Evidence::Script("process_example"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/join_timeout",
        places: &[in_003(137, 137), in_003(175, 175)],
        says: "`Process.join(timeout)` waits for the end of the process for the given time at most.",
        explanation: "It returns None either way: `is_alive` or `exitcode` tells whether the process has ended.",
        evidence: &[Evidence::Script("join_with_timeout")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/group_is_unused",
        places: &[in_003(119, 119), in_003(155, 155)],
        says: "The argument `group` of `Process` is not used and is always None.",
        explanation: "Another value raises `AssertionError`.",
        evidence: &[Evidence::Script("process_arguments")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/arguments",
        places: &[in_003(120, 123), in_003(156, 159)],
        says: "`target` is called with the positional arguments `args` and the keyword arguments `kwargs`; `name` is \
            the name of the process.",
        evidence: &[Evidence::Script("process_arguments")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/start_calls_run",
        places: &[in_003(133, 134), in_003(164, 165)],
        says: "`Process.start` starts the process and calls `run` in it, which calls `target`.",
        evidence: &[Evidence::Script("start_and_run"), Evidence::Script("subclass_of_process")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/subclass_must_have_run",
        places: &[in_003(167, 167), in_003(260, 260)],
        says: "A class derived from `Process` must implement `run`.",
        truth: Truth::Refuted,
        explanation: "Without it the inherited `run` calls `target`, as in `Process` itself.",
        evidence: &[Evidence::Script("subclass_of_process")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/run_is_in_the_child",
        places: &[in_003(260, 260)],
        says: "What stands in `run` is executed in the child process.",
        truth: Truth::OnlyWhen("`start` is called: `run()` itself is an ordinary call, in the process that makes it"),
        explanation: "The script calls both and compares the pids.",
        evidence: &[Evidence::Script("start_and_run")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/join_only_what_was_started",
        places: &[in_003(177, 177)],
        says: "`join` can join only a process that was started with `start`, and not one that was begun with `run`.",
        explanation: "After `run` there is no child: `join` raises `AssertionError`.",
        evidence: &[Evidence::Script("start_and_run")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/subclass_example",
        places: &[in_003(247, 266)],
        says: "The example `MyProcess(1, 2, 3, 4)` starts a child that prints its name, its pid and its two \
            arguments.",
        truth: Truth::Refuted,
        explanation: "Its `__init__` takes two arguments: the call raises `TypeError`. `MyProcess(1, 2)` does what it \
            says.",
        evidence: &[Evidence::Script("subclass_of_process")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/is_alive",
        places: &[in_003(136, 136), in_003(174, 174), in_003(293, 295)],
        says: "`Process.is_alive` returns True while the process runs, and False when it has ended and was joined.",
        evidence: &[Evidence::Shows("process/terminate_and_join"), Evidence::Script("process_example")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/attributes",
        places: &[in_003(141, 142), in_003(186, 187)],
        says: "`Process.name` is the name of the process, and `Process.pid` its pid.",
        explanation: "The pid is None until the process has been started.",
        evidence: &[Evidence::Script("process_attributes")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/exitcode",
        places: &[in_003(143, 143), in_003(188, 188)],
        says: "`Process.exitcode` is None while the process runs, and -N if it was ended by the signal N.",
        evidence: &[Evidence::Shows("process/exit_codes"), Evidence::Script("process_attributes")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/authkey",
        places: &[in_003(144, 144), in_003(189, 189)],
        says: "`Process.authkey` is by default a string of 32 characters that `os.urandom()` has made.",
        truth: Truth::OnlyWhen("\"string of 32 characters\" is read as 32 bytes: the key is `bytes` and no `str`"),
        explanation: "The main process makes it; its children have the same one.",
        evidence: &[Evidence::Script("authkey")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/authkey_must_be_equal",
        places: &[in_003(191, 191)],
        says: "A connection between processes succeeds only if both have the same authentication key.",
        explanation: "With another key `Client` raises `AuthenticationError`. A `Pipe`, which is made before the \
            child, asks for no key.",
        evidence: &[Evidence::Script("authkey")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/order_of_execution",
        places: &[in_003(210, 210)],
        says: "Children do not run in the order in which they were started.",
        modality: Modality::May,
        explanation: "The one that was started last may be first; `join` between the two makes an order.",
        evidence: &[Evidence::Shows("process/order_of_starting"), Evidence::Script("order_of_starting")],
        ..Statement::DEFAULT
    },
];
