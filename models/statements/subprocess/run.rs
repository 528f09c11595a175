//! `subprocess.run` and its parameters.

use crate::statements::{Evidence, Statement, Truth, in_003};

/// Each parameter is tried by one script.
const ASKED: &[Evidence] = &[Evidence::Script("subprocess_run")];

pub(super) const STATEMENTS: &[Statement] = &[
    Statement {
        name: "subprocess/run",
        places: &[in_003(395, 395), in_003(400, 400)],
        says: "`subprocess.run` executes a command, waits until it has ended, and returns a `CompletedProcess`; it is \
            synchronous.",
        evidence: &[
            Evidence::Shows("subprocess/run"),
            Evidence::Shows("subprocess/call_waits"),
            Evidence::Script("subprocess_run"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/run_is_popen",
        places: &[in_003(400, 400)],
        says: "Below `run` there is `Popen`.",
        evidence: &[Evidence::Script("subprocess_run_is_popen")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/older_functions",
        places: &[in_003(404, 404)],
        says: "`call`, `check_call`, `check_output`, `getoutput` and `getstatusoutput` are replaced by `run`, and are \
            there for compatibility only.",
        explanation: "What each returns can be had from `run`. None of them is deprecated.",
        evidence: &[Evidence::Script("subprocess_run_is_popen")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/errors_and_return_code",
        places: &[in_003(378, 378)],
        says: "`subprocess` gives the return code of a program that has ended, and raises an exception when the \
            program fails or takes too long.",
        truth: Truth::OnlyWhen(
            "`check=True` and `timeout` are given: by default a failure is only a `returncode`, and time is not \
                bounded",
        ),
        explanation: "The script runs a program that exits with 5: without `check=True` `run` returns.",
        evidence: ASKED,
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/input_and_stdin",
        places: &[in_003(411, 416)],
        says: "`input` and `stdin` cannot be given together; `input` is bytes by default.",
        explanation: "`ValueError`.",
        evidence: ASKED,
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/capture_output",
        places: &[in_003(419, 422)],
        says: "`capture_output=True` has the effect of `stdout=PIPE, stderr=PIPE`.",
        evidence: ASKED,
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/capture_output_and_stdout",
        places: &[in_003(423, 423)],
        says: "With `capture_output=True`, `stdout` and `stderr` cannot be given.",
        explanation: "`ValueError`.",
        evidence: ASKED,
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/shell",
        places: &[in_003(425, 425)],
        says: "`shell=True` executes the command by a shell, which is `/bin/sh` on Linux.",
        evidence: ASKED,
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/string_without_shell",
        places: &[in_003(427, 427)],
        says: "With `shell=False`, `args` can only be a command as a string without arguments, or a list of the \
            command and its arguments.",
        truth: Truth::OnlyWhen(
            "the system is POSIX: on Windows, of which 003 speaks, a string is the whole command line",
        ),
        explanation: "A string with arguments raises `FileNotFoundError` where this runs. What Windows does is what \
            the documentation says.",
        evidence: &[Evidence::Script("subprocess_string")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/string_with_shell",
        places: &[in_003(428, 428)],
        says: "With `shell=True`, `args` can be an ordinary command as a string.",
        evidence: &[Evidence::Script("subprocess_string")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/cwd",
        places: &[in_003(430, 430)],
        says: "`cwd` is the working directory of the program.",
        evidence: ASKED,
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/timeout",
        places: &[in_003(431, 435)],
        says: "`timeout` is in seconds: if the program has not ended by then, `run` raises `TimeoutExpired`.",
        explanation: "`run` kills the program first, and waits until it is no more; `Popen.wait` and \
            `Popen.communicate` do not.",
        evidence: &[Evidence::Shows("subprocess/run_timeout"), Evidence::Script("subprocess_timeout")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/check",
        places: &[in_003(436, 440)],
        says: "With `check=True`, `CalledProcessError` is raised if the program returns something else than 0; the \
            `returncode` of the `CompletedProcess` is then not available.",
        explanation: "`run` returns no `CompletedProcess` then. The exception has the `returncode` and the output.",
        evidence: &[Evidence::Shows("subprocess/check"), Evidence::Script("subprocess_run")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/text",
        places: &[in_003(444, 447), in_003(479, 479)],
        says: "`text=True` makes strings of `stdin`, `stdout` and `stderr`, which are streams of bytes otherwise.",
        evidence: ASKED,
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/universal_newlines",
        places: &[in_003(449, 455), in_003(471, 471)],
        says: "`universal_newlines` is the same as `text`, which is there since Python 3.7, and is kept for \
            compatibility.",
        explanation: "Both are tried; when which came is not asked.",
        evidence: ASKED,
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/popenpopen",
        places: &[in_003(459, 459)],
        says: "The class is called `subprocess.PopenPopen`.",
        truth: Truth::Refuted,
        explanation: "It is called `subprocess.Popen`.",
        evidence: &[Evidence::Script("subprocess_call")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/example_with_a_string",
        places: &[in_003(501, 507)],
        says: "After `proc = run(\"..\", shell=True)`, `proc.args` is the string and `proc.returncode` is 0.",
        evidence: &[Evidence::Script("subprocess_example_of_run")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/example_with_a_list",
        places: &[in_003(509, 515)],
        says: "After `p = run([..], shell=True)`, `proc.args` is the list.",
        truth: Truth::Refuted,
        explanation: "The result is `p`; `proc` is still the one of the example before, and its `args` the string.",
        evidence: &[Evidence::Script("subprocess_example_of_run")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/list_with_a_shell",
        places: &[in_003(509, 511)],
        says: "`run([\"ipconfig\", \"/all\"], shell=True)` runs the command with its argument.",
        truth: Truth::OnlyWhen("the system is Windows, where the list becomes one command line"),
        explanation: "On POSIX the first of the list is the command, and the others are arguments of the shell: `echo \
            a` prints an empty line. That it is otherwise on Windows is what the documentation says.",
        evidence: &[Evidence::Script("subprocess_example_of_run")],
        ..Statement::DEFAULT
    },
];
