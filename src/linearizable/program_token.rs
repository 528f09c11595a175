//! The text that stands for a generated program, so that the line that replays a failure fits into a shell. It names each
//! operation by where the strategy that draws operations comes to it: at which draw from a fixed seed, and how often
//! that one was simplified.
//!
//! `p1`, then the operations before the threads, those of each thread, and those after, with `_` before each group and
//! `,` between operations: `7` is what is drawn as number 7 (counted from 0), `7s2` is that simplified twice. Then `_`, and
//! four digits of a digest of the program as `Debug` prints it.

use std::collections::HashMap;
use std::fmt::Debug;

use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::confirm::ProgramTokenError;
use crate::program::Program;
use crate::schedule::Fnv;

/// What the text of a program begins with.
pub(super) const PREFIX: &str = "p1";

/// How many operations are drawn in search of one.
const DRAWS_MAX: usize = 1_000;

/// How often each of them is simplified.
const SIMPLIFICATIONS_MAX: usize = 64;

/// Returns the text of a program; none if its operations are not found among those that are drawn.
pub(super) fn write<O: Clone + Debug + 'static>(program: &Program<O>, operations: &BoxedStrategy<O>) -> Option<String> {
    let mut wanted: HashMap<String, Option<String>> =
        program.operations().map(|operation| (format!("{operation:?}"), None)).collect();
    let mut missing = wanted.len();
    for (draw, tree) in draws(operations).enumerate().take(DRAWS_MAX) {
        if missing == 0 {
            break;
        }
        for (simplified, operation) in simplifications(tree?).enumerate() {
            if let Some(place @ None) = wanted.get_mut(&format!("{operation:?}")) {
                *place = Some(if simplified == 0 { draw.to_string() } else { format!("{draw}s{simplified}") });
                missing -= 1;
            }
        }
    }
    let groups = std::iter::once(&program.prefix).chain(&program.threads).chain(std::iter::once(&program.suffix));
    let mut text = PREFIX.to_owned();
    for group in groups {
        let places: Option<Vec<String>> =
            group.iter().map(|operation| wanted.get(&format!("{operation:?}")).cloned().flatten()).collect();
        text.push('_');
        text += &places?.join(",");
    }
    Some(format!("{text}_{}", digest(program)))
}

/// Returns the program that a text stands for.
pub(super) fn read<O: Clone + Debug + 'static>(
    text: &str,
    operations: &BoxedStrategy<O>,
) -> Result<Program<O>, ProgramTokenError> {
    let malformed = ProgramTokenError::Malformed;
    let (groups, digits) = text.strip_prefix(PREFIX).and_then(|text| text.rsplit_once('_')).ok_or(malformed)?;
    let groups = groups.strip_prefix('_').ok_or(malformed)?;
    let groups: Option<Vec<Vec<(usize, usize)>>> = groups.split('_').map(group).collect();
    let groups = groups.ok_or(malformed)?;
    let draws_needed = groups.iter().flatten().map(|&(draw, _)| draw + 1).max().unwrap_or(0);
    let drawn: Vec<Vec<O>> = draws(operations)
        .take(draws_needed)
        .map(|tree| tree.map(simplifications).into_iter().flatten().collect())
        .collect();
    let operation = |&(draw, simplified): &(usize, usize)| drawn.get(draw)?.get(simplified).cloned();
    let groups: Option<Vec<Vec<O>>> = groups.iter().map(|group| group.iter().map(operation).collect()).collect();
    let mut threads = groups.ok_or(ProgramTokenError::OtherProgram)?;
    if threads.len() < 2 {
        return Err(malformed);
    }
    let (prefix, suffix) = (threads.remove(0), threads.pop().unwrap_or_default());
    let program = Program { prefix, threads, suffix };
    if digest(&program) == digits { Ok(program) } else { Err(ProgramTokenError::OtherProgram) }
}

/// Returns the places of a group's operations.
fn group(text: &str) -> Option<Vec<(usize, usize)>> {
    let place = |text: &str| {
        let (draw, simplified) = text.split_once('s').unwrap_or((text, "0"));
        let place: (usize, usize) = (draw.parse().ok()?, simplified.parse().ok()?);
        (place.0 < DRAWS_MAX && place.1 <= SIMPLIFICATIONS_MAX).then_some(place)
    };
    if text.is_empty() { Some(Vec::new()) } else { text.split(',').map(place).collect() }
}

/// Draws operations, always the same; none where the strategy refuses.
fn draws<O: Debug + 'static>(
    operations: &BoxedStrategy<O>,
) -> impl Iterator<Item = Option<Box<dyn ValueTree<Value = O>>>> {
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[0; 32]);
    let mut runner = TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, random);
    std::iter::repeat_with(move || operations.new_tree(&mut runner).ok())
}

/// Returns an operation as it was drawn, and simplified more and more.
fn simplifications<O: Debug>(mut tree: Box<dyn ValueTree<Value = O>>) -> impl Iterator<Item = O> {
    let mut is_over = false;
    let next = move || {
        let operation = (!is_over).then(|| tree.current());
        is_over |= !tree.simplify();
        operation
    };
    std::iter::from_fn(next).take(SIMPLIFICATIONS_MAX + 1)
}

fn digest<O: Debug>(program: &Program<O>) -> String {
    let mut hash = Fnv::new();
    hash.write(format!("{program:?}").as_bytes());
    format!("{:04x}", hash.fold())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(operations: &[u64]) -> Program<u64> {
        Program { prefix: Vec::new(), threads: vec![operations.to_vec()], suffix: vec![operations[0]] }
    }

    /// A large number is drawn as it is, and a small one is found by simplifying.
    #[test]
    fn operations_that_are_drawn_or_simplified_can_be_written_and_read() {
        let operations = (0..u64::MAX).boxed();
        let drawn = draws(&operations).nth(3).flatten().expect("a draw").current();
        for program in [program(&[0]), program(&[drawn]), program(&[0, drawn, 0])] {
            let text = write(&program, &operations).expect("a text");
            assert_eq!(read(&text, &operations), Ok(program), "{text}");
        }
        assert!(write(&program(&[0]), &operations).is_some_and(|text| text.contains('s')));
    }

    /// What is nowhere among the draws has no text, and a check whose operations are drawn otherwise refuses one.
    #[test]
    fn other_operations_cannot() {
        let operations = (0..u64::MAX).boxed();
        assert_eq!(write(&program(&[12_345_678_901]), &operations), None);
        let text = write(&program(&[0]), &operations).expect("a text");
        assert_eq!(read(&text, &(5..9_u64).boxed()), Err(ProgramTokenError::OtherProgram));
    }
}
