//! `multiprocessing.freeze_support`.

use crate::statements::{Evidence, Statement, Truth, in_000, in_002, in_003};

const FROZEN: Truth = Truth::OutOfScope("about programs that are frozen into an executable of Windows");

pub(super) const STATEMENTS: &[Statement] = &[
    Statement {
        name: "processes/freeze_support_cures",
        places: &[in_000(684, 687), in_000(699, 700)],
        says: "The `RuntimeError` whose message mentions `freeze_support()` is cured by importing `freeze_support` \
            and calling it.",
        truth: Truth::Refuted,
        explanation: "In a program that is not frozen the call does nothing: without `if __name__ == \"__main__\"` \
            the error comes with it as without it. What cured the example is that line, which stands in the corrected \
            program too.",
        evidence: &[Evidence::Script("freeze_support"), Evidence::Script("main_guard")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/freeze_support_purpose",
        places: &[in_003(532, 533)],
        says: "`freeze_support` adds support for programs that use `multiprocessing` and are frozen into an \
            executable of Windows.",
        truth: FROZEN,
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/frozen_opens_itself",
        places: &[in_003(535, 537)],
        says: "A program that uses `multiprocessing` and is packed into an executable opens itself again and again \
            until the memory is full; `freeze_support()` under `main` cures it.",
        truth: FROZEN,
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/freeze_support_new_in_3_8",
        places: &[in_003(535, 535)],
        says: "`freeze_support` was added in Python 3.8.",
        truth: Truth::Refuted,
        explanation: "It is as old as `multiprocessing`: Python 2.7 and 3.6 have it. The script looks for older \
            interpreters beside the one that runs it.",
        evidence: &[Evidence::Script("freeze_support_before_3_8")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/freeze_support_missing",
        places: &[in_003(541, 541)],
        says: "Without `freeze_support` a frozen executable raises `RuntimeError`.",
        truth: FROZEN,
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/freeze_support_does_nothing",
        places: &[in_003(542, 542)],
        says: "`freeze_support` has no effect on other systems than Windows, nor in a program that is not frozen.",
        explanation: "It returns None and nothing happens. A frozen program is not asked.",
        evidence: &[Evidence::Script("freeze_support_does_nothing")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/freeze_support_may_be_left_out",
        places: &[in_003(543, 543)],
        says: "`freeze_support` can be left out of a program that is not frozen.",
        explanation: "A program without it starts children, and a manager, by fork and by spawn.",
        evidence: &[Evidence::Script("freeze_support"), Evidence::Script("main_guard")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/freeze_support_always",
        places: &[in_003(544, 544)],
        says: "It is best to call `freeze_support` in any case.",
        truth: Truth::OutOfScope("advice: in a program that is not frozen it makes no difference"),
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/freeze_support_source",
        places: &[in_003(546, 563)],
        says: "The text of `freeze_support`: if the program was started as a child, it runs `spawn_main` with the \
            arguments of the command line, and exits.",
        explanation: "It is the text of `multiprocessing.spawn.freeze_support`. The public function calls it only in \
            a frozen program.",
        evidence: &[Evidence::Script("freeze_support_does_nothing")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/freeze_support_example",
        places: &[in_003(567, 576)],
        says: "The example calls `freeze_support()` under `if __name__ == \"__main__\"`, and then starts a process.",
        explanation: "It works, and does so without the call.",
        evidence: &[Evidence::Script("freeze_support_does_nothing"), Evidence::Script("main_guard")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "processes/freeze_support_for_managers",
        places: &[in_002(537, 537), in_003(1287, 1290), in_003(1715, 1716)],
        says: "Because of bugs of managers and of processes on Windows, `freeze_support()` has to be called first: \
            only then do servers and connections work.",
        truth: Truth::Refuted,
        explanation: "A manager starts and serves without it, by spawn as well. The call does nothing in a program \
            that is not frozen.",
        evidence: &[Evidence::Script("freeze_support"), Evidence::Script("freeze_support_does_nothing")],
        ..Statement::DEFAULT
    },
];
