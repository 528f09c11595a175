//! The ways in which a thread can take its next step, by names that do not depend on which others there
//! are: for a wait on a condition variable 0 to be woken, 1 to time out and 2 to end for no reason.

/// A set of ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ways {
    /// All below a number.
    Below(u32),
    /// Those of a wait on a condition variable that are open.
    OfWake([bool; 3]),
}

impl Ways {
    /// Returns the ways in order.
    pub(crate) fn iter(self) -> impl Iterator<Item = u32> {
        let (end, open) = match self {
            Self::Below(end) => (end, [true; 3]),
            Self::OfWake(open) => (3, open),
        };
        (0..end).filter(move |&way| open.get(way as usize).is_none_or(|&open| open))
    }

    /// Returns the number of the alternative that `way` is among these; none if it is not one of them.
    pub(crate) fn alternative(self, way: u32) -> Option<u32> {
        match self {
            Self::Below(end) => (way < end).then_some(way),
            Self::OfWake(open) => {
                let is_open = open.get(way as usize).is_some_and(|&open| open);
                is_open.then(|| (0..way).map(|before| u32::from(open[before as usize])).sum())
            }
        }
    }

    /// Returns how many there are.
    pub(crate) fn count(self) -> u32 {
        match self {
            Self::Below(end) => end,
            Self::OfWake(open) => open.into_iter().map(u32::from).sum(),
        }
    }
}
