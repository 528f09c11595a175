//! Input and output, waiting and not waiting: what the tutorials say.

use super::{Chapter, Evidence, Statement, Truth, in_000, in_001, in_002, in_003};
use crate::python::{ONCE, Script, script_file};

pub(super) const CHAPTER: Chapter = Chapter {
    name: "input_output",
    title: "Input and output, waiting and not waiting",
    statements: &[STATEMENTS],
    scripts: SCRIPTS,
};

const STATEMENTS: &[Statement] = &[
    Statement {
        name: "input_output/two_kinds",
        places: &[in_000(519, 519), in_001(556, 558), in_002(16, 16)],
        says: "Tasks are of two kinds: those that compute, and those that wait for input and output.",
        truth: Truth::OnlyWhen("one of the two takes most of the time"),
        explanation: "A task that reads a file which the system has in memory does input and output, and computes.",
        evidence: &[Evidence::Script("share_of_waiting")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/mostly_waits",
        places: &[in_000(521, 521), in_001(564, 564), in_001(566, 566), in_002(16, 16)],
        says: "A task that uses the network or the disk needs little of the processor: for most of its time, 99 \
               percent, it waits.",
        truth: Truth::OnlyWhen("what it waits for is slow"),
        explanation: "It is so for a peer that takes a tenth of a second to answer. A file that the system has in \
                      memory is read by the processor, which is then busy.",
        evidence: &[Evidence::Script("share_of_waiting")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/more_tasks_that_wait",
        places: &[in_000(521, 521), in_001(564, 564)],
        says: "The more tasks there are that wait for input and output, the better the processor is used, up to a \
               limit.",
        explanation: "The limit is reached when there is always one that is ready.",
        evidence: &[
            Evidence::Shows("scheduling/waiting_together"),
            Evidence::Shows("scheduling/more_waiting_tasks"),
            Evidence::Shows("scheduling/more_waiting_tasks_than_fill"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/most_tasks_wait",
        places: &[in_000(521, 521), in_001(564, 564)],
        says: "Most tasks, such as web applications, wait for input and output.",
        truth: Truth::OutOfScope("how common tasks are cannot be asked here"),
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/c_is_of_no_use",
        places: &[in_000(524, 524), in_001(566, 566)],
        says: "For tasks that wait for input and output, C in place of Python does not make the program faster at all.",
        truth: Truth::Refuted,
        explanation: "One such task that waits for 99 percent of its time gains 1 percent, by a language that is 10 \
                      or 100 times faster. But if so many wait together that the processor is always busy, the gain \
                      is tenfold.",
        evidence: &[
            Evidence::Contradicts("scheduling/language_for_many_that_wait"),
            Evidence::Shows("scheduling/language_for_one_that_waits"),
            Evidence::Shows("scheduling/language_for_waiting"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/best_language",
        places: &[in_000(524, 524), in_001(566, 566), in_002(16, 16)],
        says: "For such tasks the best language is the one that needs the least code, a scripting language; C is the \
               worst.",
        truth: Truth::OutOfScope("it is an opinion on what matters in a language"),
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/one_thread_that_waits",
        places: &[in_001(570, 570)],
        says: "One process with one thread that waits for input and output keeps all other tasks from going on, \
               which is why several processes or threads are needed.",
        truth: Truth::OnlyWhen("it waits in a call that blocks"),
        explanation: "A server that blocks in `recv` of a slow client answers no other one; with a thread for each, \
                      or with `select` on one thread, it does.",
        evidence: &[
            Evidence::Shows("event_loop/one_after_the_other"),
            Evidence::Shows("event_loop/thread_per_client"),
            Evidence::Script("selectors_server"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/event_driven",
        places: &[in_000(541, 541), in_001(572, 572), in_002(17, 17)],
        says: "With asynchronous input and output a single process with a single thread does several tasks: the \
               event-driven model.",
        explanation: "It asks the system which connections it can read from (`select`, `epoll`), and waits for \
                      nothing else.",
        evidence: &[Evidence::Shows("event_loop/readiness"), Evidence::Script("selectors_server")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/one_process_on_one_core",
        places: &[in_001(572, 572), in_002(17, 17)],
        says: "A web server with asynchronous input and output, such as Nginx, serves many clients on one core with \
               one process.",
        explanation: "Tasks that mostly wait are done sooner together on one processor, until it is always busy.",
        evidence: &[
            Evidence::Shows("event_loop/readiness"),
            Evidence::Shows("scheduling/more_waiting_tasks"),
            Evidence::Script("selectors_server"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/as_many_processes_as_cores",
        places: &[in_001(572, 572)],
        says: "On several cores such a server runs as many processes as there are cores, and so uses all of them.",
        explanation: "With one process it would use one core only.",
        evidence: &[
            Evidence::Shows("scheduling/server_with_a_process_for_each"),
            Evidence::Shows("scheduling/server_with_one_process"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/few_processes",
        places: &[in_001(572, 572)],
        says: "As such a server has few processes, the operating system schedules them efficiently.",
        evidence: &[Evidence::Shows("scheduling/few_tasks")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/main_trend",
        places: &[in_001(572, 572)],
        says: "Asynchronous input and output is the main trend for doing several tasks.",
        truth: Truth::OutOfScope("it is about what is in use"),
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/coroutines",
        places: &[in_000(543, 543), in_001(574, 574), in_002(17, 17)],
        says: "In Python the asynchronous programming model on a single thread is called coroutines.",
        explanation: "They take turns on one thread, at each `await`. So what stands between two awaits needs no \
                      lock; a change with an `await` in its middle may still lose another one.",
        evidence: &[
            Evidence::Script("coroutines_in_one_thread"),
            Evidence::Script("across_await"),
            Evidence::Shows("event_loop/between_awaits"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/efficient_coroutines",
        places: &[in_001(574, 574), in_002(17, 17)],
        says: "With coroutines one writes efficient programs for several tasks, which are driven by events.",
        truth: Truth::OnlyWhen("no task blocks, or computes for long, between two awaits"),
        explanation: "Five tasks in `asyncio.sleep` sleep at the same time, in `time.sleep` one after the other. A \
                      call that blocks stops the loop, unless it is left to `run_in_executor`.",
        evidence: &[
            Evidence::Shows("event_loop/awaited"),
            Evidence::Shows("event_loop/yields"),
            Evidence::Contradicts("event_loop/blocks"),
            Evidence::Contradicts("event_loop/never_yields"),
            Evidence::Script("gather"),
            Evidence::Script("blocking_call_in_a_task"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/not_at_once",
        places: &[in_000(535, 535)],
        says: "Who makes an asynchronous call cannot have the result at once.",
        truth: Truth::OnlyWhen("the result is not there yet"),
        explanation: "`await reader.read(1)` returns without waiting if the stream has something in it.",
        evidence: &[Evidence::Script("result_at_once")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/told_by",
        places: &[in_000(535, 535)],
        says: "What handles an asynchronous call tells the caller that it is done by a state, a notification or a \
               callback.",
        explanation: "`Future.done`, `await` of the future, and `Future.add_done_callback`.",
        evidence: &[Evidence::Script("told_of_the_result"), Evidence::Shows("event_loop/told_of_it")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/meanwhile",
        places: &[in_000(535, 535)],
        says: "A program that asks for data early, and waits for it only when it needs it, can do other things in \
               between.",
        evidence: &[
            Evidence::Shows("event_loop/asynchronous_non_blocking"),
            Evidence::Script("gather"),
            Evidence::Script("four_combinations"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/earlier_data_are_missed",
        places: &[in_000(538, 538)],
        says: "With asynchronous input, data that come before the receiver responds are easily missed, so that a \
               transmission needs a start bit.",
        truth: Truth::Refuted,
        explanation: "A socket keeps what has come in its receive buffer. Start bits are of asynchronous serial \
                      lines, which have only the name in common with asynchronous input and output.",
        evidence: &[Evidence::Script("nothing_is_missed"), Evidence::Shows("event_loop/buffered")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/stop_bits",
        places: &[in_000(539, 539)],
        says: "With asynchronous input and output the end of a transmission has to be marked by stop bits.",
        truth: Truth::Refuted,
        explanation: "`recv` returns `b''` when the peer has closed. Where one message ends and the next begins is \
                      for the protocol to say, as by a length; stop bits are of serial lines.",
        evidence: &[Evidence::Script("nothing_is_missed")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/synchronous_is_reliable",
        places: &[in_003(80, 80)],
        says: "Synchronous is a reliable sequence of tasks: a process that depends on another one is done only when \
               that is.",
        evidence: &[Evidence::Shows("event_loop/synchronous_call")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/asynchronous_is_unreliable",
        places: &[in_003(81, 81)],
        says: "Asynchronous is an unreliable sequence of tasks: a process that depends on another one is done \
               whether or not that is.",
        truth: Truth::OnlyWhen("nobody waits for the result or is told of it"),
        explanation: "A caller that neither waits nor is told may end before the result is there. One that is told \
                      by a callback, or awaits the future when it needs it, has it as surely as in a synchronous \
                      call.",
        evidence: &[
            Evidence::Shows("event_loop/not_waited_for"),
            Evidence::Shows("event_loop/told_of_it"),
            Evidence::Script("told_of_the_result"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/blocking",
        places: &[in_003(83, 83)],
        says: "Blocking and non-blocking say what a program does while it waits for a message.",
        explanation: "`recv` of a socket that does not block raises `BlockingIOError` while nothing is there. A \
                      process that blocks in `recv` sleeps.",
        evidence: &[Evidence::Script("blocking_io_error"), Evidence::Script("process_states")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/synchronous_blocking",
        places: &[in_003(86, 86)],
        says: "Synchronous and blocking has the lowest efficiency: one only queues.",
        truth: Truth::OnlyWhen("there is other work to do, or several answers can be waited for at once"),
        explanation: "Without other work nothing is lost by waiting: to look again and again is then slower still.",
        evidence: &[
            Evidence::Shows("event_loop/synchronous_blocking"),
            Evidence::Contradicts("event_loop/synchronous_blocking_idle"),
            Evidence::Script("four_combinations"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/in_between",
        places: &[in_003(87, 88)],
        says: "Asynchronous and blocking, and synchronous and non-blocking, have an efficiency in between.",
        truth: Truth::OnlyWhen("there are several slow answers and other work to do"),
        explanation: "The first works only when all answers are there, the second spends time on looking. Without \
                      other work the second is slower than to block.",
        evidence: &[
            Evidence::Shows("event_loop/synchronous_blocking"),
            Evidence::Shows("event_loop/asynchronous_blocking"),
            Evidence::Shows("event_loop/synchronous_non_blocking"),
            Evidence::Contradicts("event_loop/synchronous_blocking_idle"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/asynchronous_non_blocking",
        places: &[in_003(89, 89)],
        says: "Asynchronous and non-blocking has the highest efficiency: one is called, and does other things until \
               then.",
        explanation: "No other way is faster, whatever there is to do.",
        evidence: &[Evidence::Shows("event_loop/asynchronous_non_blocking"), Evidence::Script("four_combinations")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "input_output/synchronous_functions",
        places: &[in_003(401, 402)],
        says: "A synchronous function returns when all is done that it has to do; an asynchronous one returns at once, \
               although it is not done.",
        explanation: "`Executor.submit` returns a future that is not done; `Future.result` waits until it is.",
        evidence: &[Evidence::Shows("event_loop/synchronous_call"), Evidence::Script("told_of_the_result")],
        ..Statement::DEFAULT
    },
];

const SCRIPTS: &[Script] = &[
    Script { measures: true, ..script_file!("share_of_waiting", ONCE, |_, _| &["waits, computes"]) },
    script_file!("selectors_server", ONCE, |_, _| &["served, waits"]),
    script_file!("coroutines_in_one_thread", ONCE, |_, _| &["one thread, a0b0c0a1b1c1"]),
    script_file!("across_await", ONCE, |_, _| &["wrong"]),
    script_file!("gather", ONCE, |_, _| &["5, 1"]),
    script_file!("blocking_call_in_a_task", ONCE, |_, _| &["stops, goes on"]),
    script_file!("result_at_once", ONCE, |_, _| &["at once, later"]),
    script_file!("told_of_the_result", ONCE, |_, _| &["state, notification, callback"]),
    script_file!("four_combinations", ONCE, |_, _| &["waits, waits, answered, answered"]),
    script_file!("nothing_is_missed", ONCE, |_, _| &["all, end"]),
    script_file!("blocking_io_error", ONCE, |_, _| &["BlockingIOError, x"]),
];
