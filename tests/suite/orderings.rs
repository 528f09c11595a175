//! Which orderings scenarios need: with those that are said to be needed they pass, and with one of them weaker they fail.

use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};

use selvedge::engine::{Budget, Explorer};
use selvedge::orderings::{Access, OrderingsError, Orders};
use selvedge::sync::Arc;
use selvedge::sync::atomic::AtomicU8;
use selvedge::{Checker, thread};

/// One thread publishes a message, the other one reads it if it is there. Returns what it read.
fn publication(store: Ordering, load: Ordering) -> u8 {
    let one = Arc::new((AtomicU8::new(0), AtomicU8::new(0)));
    let other = one.clone();
    let handle = thread::spawn(move || {
        other.0.store(7, SeqCst);
        other.1.store(1, store);
    });
    let seen = if one.1.load(load) == 1 { one.0.load(SeqCst) } else { 7 };
    handle.join().unwrap();
    seen
}

/// Returns for each site what is declared and what is needed.
fn needed(store: Ordering, load: Ordering) -> (bool, Vec<(Access, Ordering, Ordering)>) {
    let found = Checker::new().allow_outcomes([7_u8]).orderings(move || publication(store, load)).unwrap();
    let sites = found.sites.iter().map(|needed| (needed.site.access, needed.declared.order, needed.needed.order));
    (found.passes, sites.collect())
}

#[test]
fn what_is_too_strong_is_weakened_and_what_is_too_weak_strengthened() {
    for (store, load) in [(SeqCst, SeqCst), (Release, Acquire), (Release, SeqCst)] {
        let (passes, sites) = needed(store, load);
        assert!(passes);
        let expected = [
            (Access::Store, SeqCst, Relaxed),
            (Access::Store, store, Release),
            (Access::Load, load, Acquire),
            (Access::Load, SeqCst, Relaxed),
        ];
        assert_eq!(sites, expected);
    }
    let (passes, sites) = needed(Relaxed, Relaxed);
    assert!(!passes);
    let expected = [
        (Access::Store, SeqCst, SeqCst),
        (Access::Store, Relaxed, Release),
        (Access::Load, Relaxed, Acquire),
        (Access::Load, SeqCst, SeqCst),
    ];
    assert_eq!(sites, expected);
}

/// What fails for other reasons than its orderings is told.
#[test]
fn what_no_ordering_mends_is_an_error() {
    let found = Checker::new().allow_outcomes([8_u8]).orderings(|| publication(SeqCst, SeqCst));
    assert!(matches!(found, Err(OrderingsError::NotForOrderings(_))), "{found:?}");
}

#[test]
fn orders_are_compared() {
    let of = |order| Orders { order, failure: None };
    assert!(of(Acquire).are_at_most(of(AcqRel)) && of(Release).are_at_most(of(AcqRel)));
    assert!(!of(Acquire).are_at_most(of(Release)) && !of(Release).are_at_most(of(Acquire)));
    assert_eq!(Access::Load.orders().len(), 3);
    assert_eq!(Access::CompareExchange.orders().len(), 15);
}

/// The weakened programs of the catalogue pass, and one step weaker anywhere they fail.
#[test]
fn scenarios_of_the_catalogue_need_what_they_are_said_to() {
    let deep: &[&str] = if crate::common::is_deep() { &["queue/ring", "queue/chase_lev"] } else { &[] };
    for name in ["lock/mcs", "sync/seqlock"].iter().chain(deep) {
        let scenario =
            selvedge_models::catalogue().into_iter().find(|scenario| scenario.name == *name).expect("a scenario");
        let parameters = scenario.defaults();
        let budget = Budget { executions: Some(1_000_000), time: None, ..Budget::default() };
        let checker = crate::common::checker(scenario, &parameters, Box::new(Explorer)).budget(budget);
        let found = checker.orderings(scenario.program(&parameters)).unwrap();
        assert!(found.passes, "{name}");
        let chosen: Vec<_> = found.sites.iter().map(|site| (site.site, site.needed)).collect();
        assert!(checker.passes_with(&chosen, scenario.program(&parameters)), "{name} as it is said to be enough");
        for (place, &(site, orders)) in chosen.iter().enumerate() {
            let weaker = site.access.orders().into_iter().filter(|other| *other != orders && other.are_at_most(orders));
            for orders in weaker {
                let mut chosen = chosen.clone();
                chosen[place].1 = orders;
                let passes = checker.passes_with(&chosen, scenario.program(&parameters));
                assert!(!passes, "{name} passes with {orders} at {}", site.location);
            }
        }
    }
}
