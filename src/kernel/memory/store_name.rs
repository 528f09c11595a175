//! The name of a store: its thread, and its number among the events of that. It is the same in every execution in which the
//! thread has done the same until then, whatever else has been done and in which order.

/// The name of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StoreName(pub(crate) u32);

/// How many bits the number of an event has.
const NUMBER_BITS: u32 = 20;

impl StoreName {
    /// The initial value, of whatever atomic.
    pub(crate) const INITIAL: Self = Self(0);

    /// How many events a thread, and how many threads an execution, may have.
    pub(crate) const EVENTS_MAX: u32 = (1 << NUMBER_BITS) - 1;
    pub(crate) const THREADS_MAX: u32 = 1 << (32 - NUMBER_BITS);

    /// Returns the name of the event of `thread` with this number, counted from 1.
    pub(crate) fn new(thread: u32, number: u32) -> Self {
        Self(thread << NUMBER_BITS | number)
    }

    pub(crate) fn thread(self) -> u32 {
        self.0 >> NUMBER_BITS
    }

    /// Returns the number of the event, counted from 1; 0 for the initial value.
    pub(crate) fn number(self) -> u32 {
        self.0 & Self::EVENTS_MAX
    }

    /// Returns the same event of a thread that has another number; the initial value is that of all.
    pub(crate) fn of_thread(self, thread: u32) -> Self {
        if self == Self::INITIAL { self } else { Self::new(thread, self.number()) }
    }
}
