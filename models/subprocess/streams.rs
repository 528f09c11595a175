//! What a program reads and writes: pipes hold little, and end when nobody has their end any more.

use selvedge::Outcome;
use selvedge::failure::FailureKind;

use super::{Completed, Popen};
use crate::pipe::{Reader, Writer};
use crate::process::{Dead, Exit, Life};
use crate::scenario::{Expectation, Scenario, only};

/// More than a pipe holds.
const LONG: &[u8] = b"abcd";

/// As much as a pipe holds.
const SHORT: &[u8] = b"a";

fn write_long(_: &Life, _: Reader, output: Writer) -> Result<u8, Dead> {
    output.write(LONG).map_or(Ok(1), |()| Ok(0))
}

fn write_short(_: &Life, _: Reader, output: Writer) -> Result<u8, Dead> {
    output.write(SHORT).map_or(Ok(1), |()| Ok(0))
}

/// Waits for the end of the program, and then reads what it has written.
fn wait_then_read(program: fn(&Life, Reader, Writer) -> Result<u8, Dead>) -> Completed {
    let child = Popen::new(program);
    let exit = child.wait();
    let output = child.stdout.as_ref().expect("its output").read_all();
    child.forget();
    Completed { exit, output }
}

/// Reads all its input, and then writes it.
fn echo(_: &Life, input: Reader, output: Writer) -> Result<u8, Dead> {
    output.write(&input.read_all()).map_or(Ok(1), |()| Ok(0))
}

/// A program is given its input, which its parent does not close, and writes it back when it has all. Its parent reads that.
fn echoed_without_close() -> Completed {
    let child = Popen::new(echo);
    let _ = child.stdin.as_ref().expect("its input").write(SHORT);
    let output = child.stdout.as_ref().expect("its output").read_all();
    let exit = child.wait();
    child.forget();
    Completed { exit, output }
}

/// Two programs read their input to the end. The second one is started by a parent that has the end of the first one's
/// input, which it closes for its child, or not. Returns how they end.
fn both_read_to_the_end(closes_descriptors: bool) -> [Exit; 2] {
    let mut first = Popen::new(|_, input, _| Ok(input.read_all().len() as u8));
    let inherited = if closes_descriptors { None } else { first.stdin.clone() };
    let mut second = Popen::new(move |_, input, _| {
        let count = input.read_all().len() as u8;
        drop(inherited);
        Ok(count)
    });
    let children = [&mut first, &mut second].map(|child| {
        child.stdin = None;
        child.wait()
    });
    first.forget();
    second.forget();
    children
}

fn completed(output: &[u8]) -> Option<Vec<Outcome>> {
    only(Completed { exit: Exit::Code(0), output: output.to_vec() })
}

/// The scenarios of what programs read and write.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "subprocess/communicate",
        summary: "a program is handed its input, and writes more than a pipe holds",
        shows: "`Popen.communicate` writes the input, closes it, reads the output to its end, and waits for the \
            program.",
        run: |_| Outcome::of(&Popen::new(echo).communicate(LONG)),
        right: |_| completed(LONG),
        possible: |_| completed(LONG),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "subprocess/stdin_left_open",
        summary: "a program reads to the end of its input, which its parent leaves open",
        shows: "A program that reads its input to the end waits for ever if its parent does not close `Popen.stdin`.",
        literature: Some("broken variant; what `Popen.communicate` closes"),
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["subprocess/communicate"],
        run: |_| Outcome::of(&echoed_without_close()),
        right: |_| completed(SHORT),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "subprocess/wait",
        summary: "a program writes as much as a pipe holds, and is waited for before it is read",
        shows: "`Popen.wait` returns the exit code of a program whose output the pipe can hold.",
        run: |_| Outcome::of(&wait_then_read(write_short)),
        right: |_| completed(SHORT),
        possible: |_| completed(SHORT),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "subprocess/wait_with_a_full_pipe",
        summary: "a program writes more than a pipe holds, and is waited for before it is read",
        shows: "`Popen.wait` waits for ever for a program that waits for room in a pipe which nobody reads.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["subprocess/wait", "subprocess/communicate"],
        run: |_| Outcome::of(&wait_then_read(write_long)),
        right: |_| completed(LONG),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "subprocess/close_fds",
        summary: "two programs read to the end of their inputs, and the second has no copy of the first one's",
        shows: "With `close_fds=True` a program does not keep the pipes of its siblings open.",
        literature: Some("documentation of Python's `subprocess`; PEP 446"),
        run: |_| Outcome::of(&both_read_to_the_end(true)),
        right: |_| only([Exit::Code(0); 2]),
        possible: |_| only([Exit::Code(0); 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "subprocess/descriptors_inherited",
        summary: "two programs read to the end of their inputs, and the second has a copy of the first one's",
        shows: "With `close_fds=False` a program may keep the pipe to its sibling open, which then never sees the end \
            of its input.",
        literature: Some("PEP 446; broken variant: inheritable descriptors and `close_fds=False`"),
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["subprocess/close_fds"],
        run: |_| Outcome::of(&both_read_to_the_end(false)),
        right: |_| only([Exit::Code(0); 2]),
        ..Scenario::DEFAULT
    },
];
