//! Programs run by a program: `subprocess`: what the tutorials say.

use super::{Chapter, Evidence, Statement, Truth, in_000, in_001, in_002, in_003, in_004};
use crate::python::{ONCE, Script, script_file};

mod run;

pub(super) const CHAPTER: Chapter = Chapter {
    name: "subprocess",
    title: "Programs run by a program: `subprocess`",
    statements: STATEMENTS,
    scripts: SCRIPTS,
};

/// What is said of the module and of `Popen`, and then what is said of `run`.
const STATEMENTS: &[Statement] =
    &super::processes::joined::<{ OF_POPEN.len() + run::STATEMENTS.len() }>(&[OF_POPEN, run::STATEMENTS]);

const OF_POPEN: &[Statement] = &[
    Statement {
        name: "subprocess/starts_and_controls",
        places: &[
            in_000(103, 103),
            in_001(134, 136),
            in_002(120, 120),
            in_003(94, 94),
            in_003(378, 378),
            in_004(91, 91),
        ],
        says: "`subprocess` starts another program as a child process, and controls its input and output.",
        evidence: &[Evidence::Shows("subprocess/communicate"), Evidence::Script("subprocess_communicate")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/fork_and_exec",
        places: &[in_003(96, 96)],
        says: "`subprocess` is a wrapper of `os.fork` and `os.execve`: it forks a child, which then runs the other \
            program.",
        explanation: "`preexec_fn` runs in the child between the two, with the parent's variables; the program then \
            has the same pid. On Windows, and where `posix_spawn` or `vfork` will do, it is done otherwise.",
        evidence: &[Evidence::Script("subprocess_own_program")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/modules_are_not_loaded",
        places: &[in_003(96, 96)],
        says: "A child of `subprocess` does not load the modules of its parent again.",
        evidence: &[Evidence::Script("subprocess_own_program")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/call_example",
        places: &[in_000(105, 113), in_001(138, 147), in_002(122, 128), in_004(94, 101)],
        says: "`subprocess.call([..])` runs a program with arguments, and returns its exit code.",
        evidence: &[Evidence::Script("subprocess_call")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/as_on_a_command_line",
        places: &[in_001(138, 138), in_002(122, 122)],
        says: "To run a command with `subprocess.call` has the same effect as to type it on the command line.",
        truth: Truth::OnlyWhen(
            "there is nothing in it for the shell, such as variables, wildcards, pipes and redirections",
        ),
        explanation: "The output appears in the same place. But `$HOME` is handed over as it stands; only with \
            `shell=True` is it replaced.",
        evidence: &[Evidence::Script("subprocess_as_on_a_command_line")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/garbled_chinese",
        places: &[in_000(127, 142)],
        says: "The output of `nslookup` is garbled in PyCharm because it is in Chinese.",
        truth: Truth::OutOfScope("about the encodings of a console of Windows"),
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/input_by_communicate",
        places: &[in_000(144, 154), in_001(153, 163), in_001(165, 171), in_002(143, 157), in_004(104, 114)],
        says: "`Popen(.., stdin=PIPE, stdout=PIPE, stderr=PIPE)` and `communicate(b\"..\")` give a program its input, \
            as if it were typed, and return what it writes; `returncode` is its exit code.",
        evidence: &[Evidence::Shows("subprocess/communicate"), Evidence::Script("subprocess_communicate")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/bufsize_default",
        places: &[in_000(162, 162), in_000(177, 177)],
        says: "The default of `bufsize` of `Popen` is 0, which means that nothing is buffered.",
        truth: Truth::Refuted,
        explanation: "It is -1 since Python 3.3.1: a buffer of the usual size. What is written is sent when the \
            buffer is flushed.",
        evidence: &[Evidence::Script("subprocess_signature"), Evidence::Script("subprocess_buffering")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/bufsize_values",
        places: &[in_000(177, 177)],
        says: "`bufsize=0` means that nothing is buffered, and `bufsize=1` that it is.",
        explanation: "With 1 lines are buffered, in text mode: a line is sent when it is complete.",
        evidence: &[Evidence::Script("subprocess_buffering")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/close_fds_default",
        places: &[in_000(168, 168)],
        says: "The default of `close_fds` of `Popen` is False.",
        truth: Truth::Refuted,
        explanation: "It is True since Python 3.2. With False a program may keep a pipe of another one open, which \
            then never sees its end.",
        evidence: &[Evidence::Script("subprocess_signature")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/other_defaults",
        places: &[in_000(160, 174), in_003(409, 480)],
        says: "The other parameters of `Popen` and `run` are None or False by default, as listed.",
        explanation: "So are those of 003 for `bufsize`, -1, and `close_fds`, True. `universal_newlines` is None, and \
            not False as in 000, which means the same.",
        evidence: &[Evidence::Script("subprocess_signature")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/list_or_string",
        places: &[in_000(176, 176), in_000(182, 182), in_003(410, 410), in_003(460, 460)],
        says: "`args` of `Popen` is a list, as usual, or a string.",
        evidence: &[Evidence::Script("subprocess_string")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/string_example",
        places: &[in_000(183, 183)],
        says: "`subprocess.Popen(\"cat test.txt\")` is another way to run `cat` with an argument.",
        truth: Truth::Refuted,
        explanation: "The string is the name of the program and nothing else: with arguments in it \
            `FileNotFoundError` is raised on POSIX. With `shell=True` it works, and on Windows, where nothing is run \
            here.",
        evidence: &[Evidence::Script("subprocess_string")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/string_is_a_path",
        places: &[in_000(183, 183)],
        says: "If `args` of `Popen` is a string it has to be the path of the program.",
        explanation: "A name that is found by PATH will do as well.",
        evidence: &[Evidence::Script("subprocess_string")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/executable",
        places: &[in_000(178, 178)],
        says: "`executable` is the program to be executed.",
        explanation: "It is executed in place of the first of `args`, which becomes only the name by which it is \
            called.",
        evidence: &[Evidence::Script("subprocess_executable")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/streams",
        places: &[in_000(179, 179), in_003(411, 411), in_003(417, 418)],
        says: "`stdin`, `stdout` and `stderr` can be `PIPE`, a new pipe; None, what the parent has; a file \
            descriptor; or a file.",
        evidence: &[Evidence::Script("subprocess_streams")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/communicate",
        places: &[in_000(188, 190), in_003(487, 487)],
        says: "`Popen.communicate` writes to `stdin`, reads `stdout` and `stderr` until their end, waits for the end \
            of the program, and returns the tuple of both.",
        explanation: "It does these at the same time, so that neither side waits for room in a pipe, as both do where \
            all is written before anything is read.",
        evidence: &[
            Evidence::Shows("subprocess/communicate"),
            Evidence::Shows("pipe/communicate"),
            Evidence::Shows("pipe/write_then_read"),
            Evidence::Script("subprocess_communicate"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/input_is_a_string",
        places: &[in_000(188, 188)],
        says: "The input of `communicate` has to be a string.",
        truth: Truth::OnlyWhen("the streams are in text mode, as with `text=True`: else it has to be bytes"),
        explanation: "Without text mode a string raises `TypeError`.",
        evidence: &[Evidence::Script("subprocess_communicate")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/pipes_are_needed",
        places: &[in_000(193, 193)],
        says: "To send data to `stdin` it has to be `PIPE`; to receive data `stdout` or `stderr` has to be `PIPE`.",
        explanation: "Without them `communicate` sends nothing, does not complain, and returns `(None, None)`.",
        evidence: &[Evidence::Script("subprocess_communicate")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/output_is_in_memory",
        places: &[in_000(194, 194)],
        says: "What `communicate` reads is buffered in memory: be careful if it is much.",
        explanation: "A million bytes are returned in one piece.",
        evidence: &[Evidence::Script("subprocess_communicate"), Evidence::Script("subprocess_full_pipe")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/popen_goes_on",
        places: &[in_003(384, 384), in_003(396, 396), in_003(400, 400)],
        says: "`subprocess.Popen` is asynchronous: the parent goes on at once, whether the program has ended or not.",
        evidence: &[Evidence::Shows("subprocess/popen_goes_on"), Evidence::Script("subprocess_call")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/call_waits",
        places: &[in_003(385, 385), in_003(397, 397)],
        says: "`subprocess.Call` waits until the program has ended, and then the parent goes on.",
        truth: Truth::Refuted,
        explanation: "There is no `Call`: `AttributeError`. `subprocess.call`, which is meant, does wait.",
        evidence: &[Evidence::Script("subprocess_call")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/call_is_discouraged",
        places: &[in_003(397, 397)],
        says: "`call` is not recommended.",
        truth: Truth::OutOfScope("advice; CPython does not deprecate it"),
        ..Statement::DEFAULT
    },
    Statement {
        name: "subprocess/wait",
        places: &[in_003(488, 488)],
        says: "`Popen.wait(timeout)` returns the exit code.",
        truth: Truth::OnlyWhen("the program ends in time, and does not wait for room in a pipe that nobody reads"),
        explanation: "After the time `TimeoutExpired` is raised, and the program goes on. With a full pipe both wait \
            for ever: `communicate` reads meanwhile.",
        evidence: &[
            Evidence::Shows("subprocess/wait"),
            Evidence::Contradicts("subprocess/wait_timeout"),
            Evidence::Contradicts("subprocess/wait_with_a_full_pipe"),
            Evidence::Script("subprocess_full_pipe"),
            Evidence::Script("subprocess_timeout"),
        ],
        ..Statement::DEFAULT
    },
];

const SCRIPTS: &[Script] = &[
    script_file!("subprocess_own_program", ONCE, |_, _| {
        &["a copy first, then the program in the same process, without the module"]
    }),
    script_file!("subprocess_call", ONCE, |_, _| &[
        "call waits and returns 3, Popen does not wait, no Call, no PopenPopen"
    ]),
    script_file!("subprocess_as_on_a_command_line", ONCE, |_, _| &["appears, as it stands, replaced"]),
    script_file!("subprocess_communicate", ONCE, |_, _| {
        &["a tuple when the program has ended, takes bytes, with text a string, all of it, without pipes nothing"]
    }),
    script_file!("subprocess_signature", ONCE, |_, _| &["bufsize -1, close_fds True, the others as said"]),
    script_file!("subprocess_buffering", ONCE, |_, _| &["0 at once, 1 a line, default when flushed"]),
    script_file!("subprocess_string", ONCE, |_, _| {
        &["0 arguments, 0 arguments, FileNotFoundError, 2 arguments, 2 arguments"]
    }),
    script_file!("subprocess_executable", ONCE, |_, _| &["the executable, with the name of args"]),
    script_file!("subprocess_streams", ONCE, |_, _| &["as said"]),
    script_file!("subprocess_full_pipe", ONCE, |_, _| &["code 0, waits for ever, 1000000 bytes"]),
    script_file!("subprocess_timeout", ONCE, |_, _| {
        &["TimeoutExpired and it is killed, TimeoutExpired and it goes on, TimeoutExpired and it goes on"]
    }),
    script_file!("subprocess_run", ONCE, |_, _| &["as said"]),
    script_file!("subprocess_run_is_popen", ONCE, |_, _| { &["run makes a Popen, the older functions do the same"] }),
    script_file!("subprocess_example_of_run", ONCE, |_, _| {
        &["a string as said, proc is the first, a list loses its arguments"]
    }),
];
