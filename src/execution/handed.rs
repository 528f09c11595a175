//! What the stores to an atomic hand on to those that read them, along a trace.

use super::clock::Clock;
use super::happens_before::HappensBefore;
use crate::trace::{Departure, Event, ModificationOrder};

/// The stores to one atomic, with what each hands on.
pub(crate) type Stores = ModificationOrder<Clock>;

/// Lets an event of the atomic hand on what is known, from the store that it reads and by its own.
pub(crate) fn hand_on(
    stores: &mut Stores,
    order: &mut HappensBefore,
    (index, event): (usize, &Event),
    departure: Option<Departure>,
) {
    let place = stores.place(departure);
    let mut handed = Clock::default();
    if let Some(how) = event.read_order() {
        handed = stores.up_to(place).map(|(_, handed)| handed.clone()).unwrap_or_default();
        order.read(event.thread, how, &handed);
    }
    if let Some(how) = event.write_order() {
        // A read-modify-write continues the release sequence, whatever its own ordering.
        handed.join(&order.published(event.thread, how));
        stores.insert(place, index, handed);
    }
}
