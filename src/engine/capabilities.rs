//! What an engine can and cannot do, stated, so that nothing differs silently.

/// The memory model under which an engine runs a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemoryModel {
    /// Every execution is an interleaving of the threads' operations: declared orderings are taken
    /// to be `SeqCst`.
    SequentiallyConsistent,
    /// loom's model of the C11 memory model, in which also `SeqCst` accesses are weaker than they
    /// should be.
    Loom,
    /// Whatever the machine at hand does.
    Hardware,
}

/// How much of what its memory model admits an engine looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coverage {
    /// All of it, if the budget suffices.
    Exhaustive,
    /// A part that is not known, chosen by the engine's own search.
    Partial,
    /// A random part.
    Sampling,
}

/// What an engine can and cannot do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The memory model.
    pub memory_model: MemoryModel,
    /// How much of it the engine looks at.
    pub coverage: Coverage,
    /// Whether the engine records events and its failures can be replayed.
    pub replays: bool,
    /// Whether a timed wait may time out at any moment, so that both outcomes are looked at.
    pub times_out: bool,
    /// Whether every option of [`choose`](crate::choose) is looked at.
    pub chooses: bool,
    /// Whether data races on [`UnsafeCell`](crate::cell::UnsafeCell) are seen.
    pub sees_data_races: bool,
    /// What else the engine cannot do, in words for the user.
    pub limits: &'static [&'static str],
}
