//! `Arc` and `Weak` answer as std's do: one text, compiled against both.
#![allow(unsafe_code)]

use selvedge::engine::Explorer;
use selvedge::{Checker, Outcome};

macro_rules! as_std {
    ($name:ident, $($sync:tt)*) => {
        fn $name() -> Vec<String> {
            use $($sync)*::{Arc, Weak};
            let mut log = Vec::new();
            let mut note = |value: &dyn std::fmt::Debug| log.push(format!("{value:?}"));
            let mut one = Arc::new(String::from("a"));
            let two = one.clone();
            note(&(Arc::strong_count(&one), Arc::weak_count(&one), Arc::ptr_eq(&one, &two), one == two, &one < &two));
            note(&Arc::get_mut(&mut one));
            Arc::make_mut(&mut one).push('b');
            note(&(&one, &two, Arc::strong_count(&two)));
            let weak = Arc::downgrade(&one);
            note(&(Arc::weak_count(&one), weak.strong_count(), weak.weak_count(), weak.upgrade()));
            Arc::make_mut(&mut one).push('c');
            note(&(&one, weak.upgrade(), weak.strong_count(), weak.weak_count(), &weak));
            note(&Arc::try_unwrap(two.clone()));
            let copy = two.clone();
            note(&(Arc::into_inner(copy), Arc::strong_count(&two)));
            note(&Arc::try_unwrap(two));
            note(&Arc::unwrap_or_clone(one));
            let empty: Weak<u8> = Weak::new();
            note(&(empty.upgrade(), empty.strong_count(), empty.weak_count(), empty.clone().ptr_eq(&empty)));
            let cyclic = Arc::new_cyclic(|weak: &Weak<(u8, Weak<()>)>| {
                assert!(weak.upgrade().is_none());
                let _ = weak.clone();
                (7, Weak::new())
            });
            note(&(cyclic.0, Arc::strong_count(&cyclic), Arc::weak_count(&cyclic)));
            let raw = Arc::into_raw(Arc::new(9));
            // SAFETY: it is an `Arc` that was taken apart, and is counted up and down.
            unsafe { Arc::increment_strong_count(raw) };
            // SAFETY: as above.
            let back = unsafe { Arc::from_raw(raw) };
            note(&Arc::strong_count(&back));
            // SAFETY: as above.
            unsafe { Arc::decrement_strong_count(raw) };
            note(&(Arc::strong_count(&back), Arc::as_ptr(&back) == raw));
            let weak_raw = Arc::downgrade(&back).into_raw();
            // SAFETY: it was taken apart in the line before.
            let weak = unsafe { Weak::from_raw(weak_raw) };
            note(&(weak.upgrade(), Arc::weak_count(&back)));
            let slice: Arc<[i32]> = vec![1, 2].into();
            let text: Arc<str> = "text".into();
            let collected: Arc<[i32]> = (0..3).collect();
            let array = <Arc<[i32; 2]>>::try_from(slice.clone());
            note(&(slice, &text, collected, array, Arc::<[u8]>::from(text.clone()), Arc::<str>::default()));
            let any: Arc<dyn std::any::Any + Send + Sync> = Arc::from(Box::new(5_u8) as Box<dyn std::any::Any + Send + Sync>);
            note(&(any.clone().downcast::<u8>().ok(), any.downcast::<u16>().is_err()));
            let mut places = Arc::<[u8]>::new_uninit_slice(2);
            for place in Arc::get_mut(&mut places).unwrap() { place.write(3); }
            // SAFETY: all places are written.
            note(&unsafe { places.assume_init() });
            note(&format!("{}", Arc::new(3)));
            note(&Arc::pin(4));
            note(&std::collections::HashSet::from([Arc::new(1), Arc::new(1)]).contains(&1));
            log
        }
    };
}
as_std!(ours, selvedge::sync);
as_std!(theirs, std::sync);

#[test]
fn the_values_are_those_of_std() {
    assert_eq!(ours(), theirs());
    // Inside as well, where one thread alone counts.
    let expected = theirs();
    let report = Checker::new().engine(Explorer).run(ours);
    assert_eq!(report.counterexample().map(|c| &c.failure), None);
    assert_eq!(report.engines[0].exploration.outcomes.keys().collect::<Vec<_>>(), [&Outcome::of(&expected)]);
    assert_eq!(report.engines[0].exploration.executions, 1);
}
