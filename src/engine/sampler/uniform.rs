//! Every thread that can go on is equally likely to.

use rand::RngExt;
use rand::rngs::StdRng;

use super::Chooser;
use crate::runtime::coroutine::Turn;

/// The sampler itself.
pub(super) struct Uniform;

impl Chooser for Uniform {
    fn choose(&mut self, turn: &Turn<'_>, random: &mut StdRng) -> usize {
        random.random_range(0..turn.enabled.len())
    }
}
