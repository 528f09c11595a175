//! The stores to an atomic in modification order, put together event by event.

use super::Departure;

/// Stores, each with the number of its event and what is kept of it; the initial value, which comes first, is none of them.
#[derive(Clone, Debug)]
pub(crate) struct ModificationOrder<T>(Vec<(usize, T)>);

impl<T> Default for ModificationOrder<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> ModificationOrder<T> {
    /// Returns how many stores there are up to the one that an event reads, or that its own comes right after.
    ///
    /// # Panics
    ///
    /// If it departs by a store that is not here.
    pub(crate) fn place(&self, departure: Option<Departure>) -> usize {
        let place = |event| self.events().position(|other| other == event).expect("a store of this atomic");
        match departure {
            None => self.0.len(),
            Some(Departure::Read { store }) => store.map_or(0, |event| place(event) + 1),
            Some(Departure::Placed { before }) => place(before),
        }
    }

    /// Returns the last of so many stores; none for the initial value.
    pub(crate) fn up_to(&self, place: usize) -> Option<&(usize, T)> {
        self.0.get(place.checked_sub(1)?)
    }

    /// Adds the store of an event after so many.
    pub(crate) fn insert(&mut self, place: usize, event: usize, kept: T) {
        self.0.insert(place, (event, kept));
    }

    /// Returns how many stores there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the events of the stores, in order.
    pub(crate) fn events(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|(event, _)| *event)
    }
}

#[cfg(test)]
mod tests {
    use super::ModificationOrder;
    use crate::trace::Departure::{Placed, Read};

    #[test]
    fn stores_lie_where_their_departures_say() {
        let mut order = ModificationOrder::default();
        for (event, departure) in [
            (3, None),
            (5, None),
            (6, Some(Placed { before: 5 })),
            // Read-modify-writes come right after what they read.
            (8, Some(Read { store: Some(3) })),
            (9, Some(Read { store: None })),
        ] {
            order.insert(order.place(departure), event, ());
        }
        assert_eq!(order.events().collect::<Vec<_>>(), [9, 3, 8, 6, 5]);
        let read = |departure| order.up_to(order.place(departure)).map(|(event, ())| *event);
        assert_eq!(read(None), Some(5), "the newest");
        assert_eq!([read(Some(Read { store: Some(8) })), read(Some(Read { store: None }))], [Some(8), None]);
    }
}
