//! Whether a program is known to have orderings that are weaker than `SeqCst`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is known of the orderings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weakness {
    /// Shared by all who explore one task.
    seen: Arc<AtomicBool>,
    /// What was known when the exploration began; none where that is not asked, and weak ones are to be expected.
    pub(crate) frozen: Option<bool>,
    /// Whether a schedule is followed, which says it.
    pub(crate) is_settled: bool,
}

impl Weakness {
    /// Returns what a token says.
    pub(crate) fn of_token(is_weak: bool) -> Self {
        Self { frozen: Some(is_weak), is_settled: true, ..Self::default() }
    }

    /// Returns what is known now, for an exploration.
    pub(crate) fn freeze(&self) -> Self {
        Self { frozen: Some(self.is_seen()), ..self.clone() }
    }

    pub(crate) fn is_seen(&self) -> bool {
        self.seen.load(Ordering::Relaxed)
    }

    pub(crate) fn show(&self) {
        self.seen.store(true, Ordering::Relaxed);
    }
}
