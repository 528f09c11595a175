//! How a child gets its program and its arguments: by `fork`, or without it, as on Windows.

use crate::statements::{Evidence, Statement, Truth, in_000, in_001, in_002, in_003};

pub(super) const STATEMENTS: &[Statement] = &[
    Statement {
        name: "processes/multiprocessing_is_fork",
        places: &[in_001(233, 233), in_002(223, 223), in_003(99, 99)],
        says: "On Unix `multiprocessing` wraps `fork`: that is how it works.",
        truth: Truth::OnlyWhen(
            "the start method is fork: the default is spawn on macOS since Python 3.8, and forkserver on Linux since \
                3.14",
        ),
        explanation: "By fork the child begins with what its parent had changed; by spawn it is a new interpreter \
            that imports the program.",
        evidence: &[Evidence::Script("what_a_child_begins_with")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/too_expensive_for_programs",
        places: &[in_003(99, 99)],
        says: "To call another program by `multiprocessing` takes too many resources.",
        truth: Truth::OutOfScope(
            "a judgement of what is too much; `subprocess` needs one process where that needs two",
        ),
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/simulates_fork",
        places: &[in_001(233, 233), in_002(223, 223)],
        says: "Without `fork`, as on Windows, `multiprocessing` has to simulate the effect of `fork`.",
        truth: Truth::Refuted,
        explanation: "The child is a new interpreter that imports the program. What its parent has changed since, \
            which `fork` would copy, it does not see.",
        evidence: &[Evidence::Script("what_a_child_begins_with")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/everything_is_pickled",
        places: &[in_001(233, 233), in_002(223, 223)],
        says: "On Windows all Python objects of the parent must be pickled and passed to the child.",
        truth: Truth::Refuted,
        explanation: "Only the `Process` object is pickled, with its target and arguments. A program with a global \
            lock, a lambda and an open file starts its child by spawn.",
        evidence: &[Evidence::Script("unpicklable_global")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/pickling_may_fail",
        places: &[in_001(233, 233), in_002(223, 223)],
        says: "If a call of `multiprocessing` fails on Windows, the first thing to consider is that pickling has \
            failed.",
        explanation: "By spawn, the method of Windows, a lambda as an argument raises `PicklingError` in `start`; by \
            fork it works.",
        evidence: &[Evidence::Script("unpicklable_argument")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/program_is_imported",
        places: &[in_003(196, 197)],
        says: "On Windows a child imports the file of the program that has started it, and so executes the whole \
            file.",
        explanation: "By spawn the file is executed twice, in the parent and in the child; by fork once.",
        evidence: &[Evidence::Script("main_guard")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/endless_recursion",
        places: &[in_003(198, 198)],
        says: "A program that calls `Process` directly in its file creates children recursively without end on \
            Windows, and fails.",
        truth: Truth::Refuted,
        explanation: "It fails, but without recursion: the child that executes the file raises `RuntimeError` when it \
            would start a process. The file is executed twice.",
        evidence: &[Evidence::Script("main_guard")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/main_guard",
        places: &[in_003(199, 202), in_003(334, 334)],
        says: "Therefore what starts processes must stand under `if __name__ == \"__main__\"` on Windows, so that the \
            import does not do it again.",
        explanation: "By spawn the program works with that line, and raises `RuntimeError` in the child without it; \
            by fork it works either way.",
        evidence: &[Evidence::Script("main_guard")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/not_interactive",
        places: &[in_000(99, 99), in_003(203, 203)],
        says: "Programs that use `multiprocessing` cannot be used in an interactive editor such as Jupyter: they have \
            to be saved in a file.",
        truth: Truth::OnlyWhen("processes are spawned and run a function that was defined in the session itself"),
        explanation: "By fork it works, as the outputs in 004 show. By spawn a function of an imported module works, \
            and one of the session, which no file has, does not.",
        evidence: &[Evidence::Script("interactive")],
        ..Statement::DEFAULT
    },
];
