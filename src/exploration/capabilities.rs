//! What an engine can and cannot do, stated, so that nothing differs silently.

/// The memory model under which an engine runs a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemoryModel {
    /// The language's: C++20's, as Rust has it, short of load buffering (a load reads from a store that has taken
    /// effect already).
    Language,
    /// Every execution is an interleaving of the threads' operations, as if all orderings were `SeqCst`; the
    /// declared ones decide what is a data race.
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
    /// Whether all `SeqCst` operations take effect in one order that all threads agree on.
    pub orders_seqcst: bool,
    /// What else the engine cannot do, in words for the user.
    pub limits: &'static [&'static str],
}

impl Capabilities {
    /// Returns those of an engine that runs the kernel's semantics: what differs is how much it looks at, and
    /// what it cannot do besides what none of them can.
    pub(crate) const fn of_kernel(coverage: Coverage, limits: &'static [&'static str]) -> Self {
        Self {
            memory_model: MemoryModel::SequentiallyConsistent,
            coverage,
            replays: true,
            times_out: true,
            chooses: true,
            sees_data_races: true,
            orders_seqcst: true,
            limits,
        }
    }

    /// Notes the memory model that is asked for, of an engine that has none of its own.
    pub(crate) fn on_own_runtime(&mut self, asked: MemoryModel) {
        if self.memory_model == MemoryModel::SequentiallyConsistent {
            self.memory_model = asked;
        }
    }
}

/// What no engine on the kernel sees, because a load reads from a store that has taken effect already.
pub(crate) const ORDERINGS: &str = "load buffering: a load never reads from a store that depends on nothing and comes later in \
     program order than another load";

/// What an exhaustive engine on our own runtime does not bring to an end.
pub(crate) const LOOPS: &str = "a loop that waits ends only where it calls `yield_now`, `spin_loop` or `sleep`, has no \
     other effect and keeps its state on the stack, on x86-64 or AArch64: others are cut off at the step budget, or are \
     livelocks where everything comes back to how it was (what they count elsewhere, in a box say, is not seen)";
