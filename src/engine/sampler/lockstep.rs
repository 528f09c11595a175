//! Lockstep: all threads that can go on take as many steps each, in turn. What symmetric protocols do to
//! break their symmetry fails where everybody does the same at the same time.

use rand::RngExt;
use rand::rngs::StdRng;

use super::Chooser;
use super::reduction::Reduction;
use crate::runtime::coroutine::Turn;
use crate::trace::ThreadId;

/// The most steps that a thread takes in a row.
const IN_A_ROW_MAX: usize = 4;

/// The sampler itself. How many steps are taken in a row is drawn for each execution.
#[derive(Debug, Default)]
pub(super) struct Lockstep {
    in_a_row: usize,
    last: Option<ThreadId>,
    taken: usize,
}

impl Chooser for Lockstep {
    fn begin(&mut self, _known: &Reduction, random: &mut StdRng) {
        (self.last, self.taken) = (None, 0);
        self.in_a_row = random.random_range(1..=IN_A_ROW_MAX);
    }

    fn choose(&mut self, turn: &Turn<'_>, _random: &mut StdRng) -> usize {
        let position = |wanted: &dyn Fn(ThreadId) -> bool| turn.enabled.iter().position(|&(thread, _)| wanted(thread));
        let same = position(&|thread| Some(thread) == self.last).filter(|_| self.taken < self.in_a_row);
        let place = same.or_else(|| position(&|thread| Some(thread) > self.last)).unwrap_or(0);
        let thread = turn.enabled[place].0;
        self.taken = if same.is_some() { self.taken + 1 } else { 1 };
        self.last = Some(thread);
        place
    }
}
