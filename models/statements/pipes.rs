//! Pipes: what the tutorials say.

use super::Evidence::{Contradicts, Script as Asks, Shows};
use super::{Chapter, Statement, Truth, in_003};
use crate::python::{EACH, ONCE, Script, Start, script_file};

pub(super) const CHAPTER: Chapter =
    Chapter { name: "pipes", title: "Pipes", statements: &[STATEMENTS], scripts: SCRIPTS };

const SCRIPTS: &[Script] = &[
    script_file!("connection_bytes", ONCE, |_, _| &["abc, cde, 3 in ..abc., BufferTooShort, a number"]),
    script_file!("connection_closed", ONCE, |_, _| { &["OSError, OSError, sent before, EOFError, BrokenPipeError"] }),
    script_file!("connection_collected", ONCE, |_, _| &["nothing, EOFError"]),
    script_file!("connection_maxlength", ONCE, |_, _| &["OSError, OSError, IOError is the same"]),
    script_file!("connection_poll", ONCE, |_, _| {
        &["False, False, after the time, waits, True, True, at the end True"]
    }),
    script_file!("connection_recv_argument", ONCE, |_, _| &["TypeError"]),
    script_file!("connection_reset", ONCE, |_, _| &["ConnectionResetError, EOFError"]),
    script_file!("end_of_file", EACH, |_, _| &["message, waits, EOFError"]),
    script_file!("pipe_close_terminate_join", EACH, |_, _| &["1, 3"]),
    script_file!("pipe_closed_by_one_side", EACH, |_, _| &["3 and EOFError, 0 and OSError"]),
    script_file!("pipe_ends", ONCE, |_, _| &["message, message, message, OSError"]),
    script_file!("pipe_example", EACH, |_, start| match start {
        Start::Fork => &["waits"],
        Start::Spawn => &["ends"],
    }),
    Script { measures: true, ..script_file!("pipe_faster_than_queue", EACH, |_, _| &["faster"]) },
    script_file!("pipe_made_of", ONCE, |_, _| &["socket, pipe"]),
    script_file!("recv_waits", ONCE, |_, _| &["waits, message"]),
];

const STATEMENTS: &[Statement] = &[
    Statement {
        name: "pipes/two_ends",
        places: &[in_003(604, 605)],
        says: "`Pipe()` returns two connections, the two ends of the channel.",
        evidence: &[Shows("pipe/messages"), Asks("pipe_ends")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/duplex",
        places: &[in_003(604, 604), in_003(608, 608)],
        says: "By default (`duplex=True`) a pipe works in both directions: each end can send and receive.",
        evidence: &[Shows("pipe/duplex"), Asks("pipe_ends")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/simplex",
        places: &[in_003(609, 609)],
        says: "With `duplex=False` the first end only receives and the second one only sends.",
        explanation: "The other direction raises `OSError`.",
        evidence: &[Shows("pipe/simplex"), Shows("pipe/simplex_taken_for_duplex"), Asks("pipe_ends")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/recv_takes_an_argument",
        places: &[in_003(616, 616), in_003(633, 633)],
        says: "A message is received with `recv(msg)`, to which the message is passed.",
        truth: Truth::Refuted,
        explanation: "`recv` takes no argument and returns the message; with one it raises `TypeError`.",
        evidence: &[Asks("connection_recv_argument")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/send",
        places: &[in_003(617, 617), in_003(634, 634)],
        says: "A message is sent with `send(msg)` and received at the other end.",
        evidence: &[Shows("pipe/messages"), Asks("pipe_ends")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/close_when_collected",
        places: &[in_003(637, 637)],
        says: "`Connection.close` is called automatically when the connection is garbage collected.",
        explanation: "The other end is then told `EOFError`, as after `close`.",
        evidence: &[Asks("connection_collected")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/fileno",
        places: &[in_003(641, 641)],
        says: "`Connection.fileno` returns the file descriptor, an integer, that the connection uses.",
        evidence: &[Asks("connection_bytes")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/poll",
        places: &[in_003(620, 620), in_003(643, 645)],
        says: "`Connection.poll` returns `True` if data is available.",
        explanation: "It returns `True` at the end of the file as well, where `recv` raises `EOFError`.",
        evidence: &[Shows("pipe/poll"), Asks("connection_poll")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/poll_timeout",
        places: &[in_003(646, 647)],
        says: "The timeout of `Connection.poll` is the longest time that it waits; without one it returns at once.",
        evidence: &[Asks("connection_poll")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/poll_none",
        places: &[in_003(648, 648)],
        says: "`Connection.poll(None)` waits for data without any limit of time.",
        evidence: &[Asks("connection_poll")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/recv_bytes",
        places: &[in_003(652, 652)],
        says: "`Connection.recv_bytes` receives one whole message of bytes that `send_bytes` has sent.",
        evidence: &[Shows("pipe/messages"), Asks("connection_bytes")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/maxlength",
        places: &[in_003(653, 653)],
        says: "The argument `maxlength` of `recv_bytes` is the most bytes that are received.",
        evidence: &[Asks("connection_maxlength"), Asks("connection_bytes")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/maxlength_exceeded",
        places: &[in_003(654, 654)],
        says: "If a message is longer than `maxlength`, `recv_bytes` raises `IOError`, and nothing can be read from \
               the connection any more.",
        explanation: "`IOError` is `OSError` since Python 3.3. The next read raises it as well, whatever was sent \
                      after.",
        evidence: &[Asks("connection_maxlength")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/end_of_file",
        places: &[in_003(655, 655)],
        says: "If the other end of the connection is closed and no data is left, receiving raises `EOFError`.",
        truth: Truth::OnlyWhen(
            "every copy of the other end is closed, in all processes, and nothing was on its way to \
                                it",
        ),
        explanation: "As long as any process has a copy of the other end, `recv` waits. If a duplex end is closed with \
                      something unread, the other end is told `ConnectionResetError`.",
        evidence: &[
            Shows("pipe/end_of_file"),
            Contradicts("pipe/writers_end_left_open"),
            Asks("end_of_file"),
            Asks("connection_reset"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/send_bytes",
        places: &[in_003(659, 664)],
        says: "`Connection.send_bytes` sends bytes of any object with the buffer interface, from an offset and as many \
               as the size says, as one message for `recv_bytes`.",
        evidence: &[Asks("connection_bytes")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/recv_bytes_into",
        places: &[in_003(668, 671)],
        says: "`Connection.recv_bytes_into` receives one whole message into a writable buffer at an offset, and \
               returns the number of bytes.",
        evidence: &[Asks("connection_bytes")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/buffer_too_short",
        places: &[in_003(672, 672)],
        says: "If the message is longer than the room in the buffer, `recv_bytes_into` raises `BufferTooShort`.",
        evidence: &[Asks("connection_bytes")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/faster_than_queue",
        places: &[in_003(679, 679)],
        says: "A `Pipe` is read and written more efficiently than a `Queue`.",
        explanation: "A `Queue` is a pipe with locks and a thread that feeds it. It takes about twice as long for a \
                      message that is answered, before the next is sent.",
        evidence: &[Asks("pipe_faster_than_queue")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/recv_waits",
        places: &[in_003(680, 680)],
        says: "If there is no message to receive, `recv` waits without any limit of time.",
        explanation: "It waits as long as the other end is open in any process.",
        evidence: &[Shows("pipe/writers_end_left_open"), Asks("recv_waits")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/recv_after_close",
        places: &[in_003(681, 681)],
        says: "If the pipe is closed, `recv` raises `EOFError`.",
        truth: Truth::OnlyWhen(
            "it is the other end that is closed, in all processes, and what was sent before has \
                                been received",
        ),
        explanation: "If it is the own end that is closed `recv` raises `OSError`; what was sent before the other end \
                      was closed is still received.",
        evidence: &[Asks("connection_closed")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/close_leaves_the_channel",
        places: &[in_003(682, 682)],
        says: "`Connection.close` does not close the channel.",
        truth: Truth::OnlyWhen("another process has a copy of that end"),
        explanation: "It closes one copy of one end. The last copy that is closed ends the channel: receiving at the \
                      other end raises `EOFError`, and sending `BrokenPipeError`.",
        evidence: &[Shows("pipe/writers_end_left_open"), Asks("end_of_file"), Asks("connection_closed")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/close_forbids_only_sending",
        places: &[in_003(682, 682)],
        says: "`Connection.close` only puts the channel into a state in which nothing can be put in any more.",
        truth: Truth::Refuted,
        explanation: "Nothing can be received through a closed end either: `send` and `recv` both raise `OSError`.",
        evidence: &[Asks("connection_closed")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/made_of_sockets",
        places: &[in_003(683, 683)],
        says: "A `Pipe` communicates by means of a socket.",
        truth: Truth::OnlyWhen("it is duplex, on Unix"),
        explanation: "With `duplex=True` it is a pair of Unix sockets, with `duplex=False` a pipe of the system \
                      (`os.pipe`); on Windows it is a named pipe.",
        evidence: &[Asks("pipe_made_of")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/one_to_one",
        places: &[in_003(689, 689), in_003(695, 699), in_003(713, 719)],
        says: "A `Pipe` with `duplex=False` connects one producer with one consumer: the consumer receives what the \
               producer sends.",
        evidence: &[Shows("pipe/messages"), Asks("pipe_ends")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/example_ends",
        places: &[in_003(707, 709), in_003(721, 726)],
        says: "In the example the consumer is told `EOFError` when the producer has gone, leaves its loop, and \
               `process_consumer.join()` returns.",
        truth: Truth::OnlyWhen("processes are started by `spawn`, as on Windows and macOS"),
        explanation: "Under `fork`, the default of Linux before Python 3.14, the consumer has a copy of the sending \
                      end itself: it waits in `recv` for ever, and the program in `join`.",
        evidence: &[Shows("pipe/example_under_spawn"), Contradicts("pipe/example_under_fork"), Asks("pipe_example")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/close_unused_ends",
        places: &[in_003(729, 729)],
        says: "An end of a pipe that the two sides do not use should be closed.",
        explanation: "A reader with an open sending end waits for an end of the file that cannot come, a writer with \
                      an open receiving end for room that nobody makes.",
        evidence: &[
            Shows("pipe/end_of_file"),
            Shows("pipe/writers_end_left_open"),
            Shows("pipe/broken"),
            Shows("pipe/readers_end_left_open"),
            Asks("end_of_file"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/close_both_sides",
        places: &[in_003(730, 730)],
        says: "If one side closes an end, the other side must close its end as well.",
        truth: Truth::Refuted,
        explanation: "Nothing demands it: a side that goes on reading gets what is still there and then `EOFError`. \
                      One that closes at once loses what is still there.",
        evidence: &[Shows("pipe/read_on"), Contradicts("pipe/closed_too"), Asks("pipe_closed_by_one_side")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "pipes/close_terminate_join",
        places: &[in_003(731, 731)],
        says: "First both ends of the pipe are to be closed, then the process is ended by `terminate`, and then it is \
               joined.",
        truth: Truth::OnlyWhen("it does not matter what the process still has to receive"),
        explanation: "A consumer that is terminated may not have received all that was sent. It ends by itself when \
                      all sending ends are closed, and then `join` is enough.",
        evidence: &[
            Shows("pipe/closed_and_joined"),
            Contradicts("pipe/closed_and_terminated"),
            Asks("pipe_close_terminate_join"),
        ],
        ..Statement::DEFAULT
    },
];
