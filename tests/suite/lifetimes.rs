//! The ends of objects' lives: a use that nothing orders before the end is a failure, whichever of the two
//! comes first; and a program whose order only std knows is not accused.
#![allow(unsafe_code)]

use std::fmt::Debug;

use selvedge::engine::{self, Budget, Explorer, MemoryModel};
use selvedge::failure::{Failure, FailureKind};
use selvedge::sync::atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicUsize, Ordering, Ordering::SeqCst, fence};
use selvedge::sync::{Condvar, Mutex, RwLock};
use selvedge::{Checker, Verdict, thread};

/// A box that threads share as unsafe code does.
struct Shared<T>(*mut T);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shared<T> {}

// SAFETY: what is shared is `Sync`; that it is used too late is what the tests are about.
unsafe impl<T: Sync> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for Shared<T> {}

impl<T> Shared<T> {
    fn new(value: T) -> Self {
        Self(Box::into_raw(Box::new(value)))
    }

    fn get(&self) -> &T {
        // SAFETY: none: it may be gone, and then the facade has to notice.
        unsafe { &*self.0 }
    }

    fn free(self) {
        // SAFETY: none: it may be gone, and then the facade has to notice before the memory is freed again.
        drop(unsafe { Box::from_raw(self.0) });
    }
}

/// Has every engine on the kernel find the use after free, and replays what it found.
fn fails<T: Debug>(program: impl Fn() -> T + Send + Sync + Clone + 'static) {
    for engine in engine::all() {
        let name = engine.name();
        if matches!(engine.capabilities().memory_model, MemoryModel::Hardware | MemoryModel::Loom) {
            continue;
        }
        let report = Checker::new().boxed_engine(engine).budget(Budget::executions(20_000)).run(program.clone());
        let found = report.counterexample().unwrap_or_else(|| panic!("{name}: {:?}", report.engines[0].verdict));
        assert_eq!(found.failure.kind(), FailureKind::UseAfterFree, "{name}: {:?}", found.failure);
        let token = found.token.clone().expect("a token").to_string();
        let again = Checker::new().replay(&token, program.clone()).unwrap().counterexample.expect("a failure");
        assert_eq!((&again.failure, &again.trace), (&found.failure, &found.trace), "{name}");
    }
}

/// Has the explorer verify the program in so many executions.
fn holds<T: Debug>(executions: u64, program: impl Fn() -> T + Send + Sync + 'static) {
    let report = Checker::new().engine(Explorer).run(program);
    assert_eq!(report.engines[0].verdict, Verdict::Verified);
    assert_eq!(report.engines[0].exploration.executions, executions);
}

#[test]
fn a_box_that_one_thread_frees_while_another_uses_it() {
    fails(|| {
        let shared = Shared::new(AtomicUsize::new(0));
        let user = thread::spawn(move || shared.get().fetch_add(1, SeqCst));
        shared.free();
        user.join().unwrap()
    });
    // Nobody has announced the use by then.
    fails(|| {
        let (shared, other) = (Shared::new(AtomicUsize::new(0)), AtomicUsize::new(0));
        thread::scope(|scope| {
            scope.spawn(|| (other.load(SeqCst), shared.get().load(SeqCst)));
            scope.spawn(|| {
                shared.get().load(SeqCst);
                shared.free();
            });
        });
    });
}

#[test]
fn joined_first_it_is_right() {
    holds(1, || {
        let shared = Shared::new(AtomicUsize::new(0));
        thread::spawn(move || shared.get().fetch_add(1, SeqCst)).join().unwrap();
        shared.free();
    });
}

#[test]
fn the_failure_says_who_and_where() {
    let report = Checker::new().engine(Explorer).run(|| {
        let shared = Shared::new(AtomicUsize::new(0));
        let user = thread::spawn(move || shared.get().fetch_add(1, SeqCst));
        shared.get().load(SeqCst);
        shared.free();
        user.join().unwrap()
    });
    let found = report.counterexample().expect("a failure");
    let Failure::UseAfterFree { freed, used, .. } = &found.failure else { panic!("{:?}", found.failure) };
    assert_eq!((freed.thread.0, used.thread.0, used.location.line() + 1), (0, 1, freed.location.line()));
    let story = selvedge::render::failure(&found.failure, &found.trace);
    let line = used.location.line();
    assert_eq!(
        story,
        format!(
            "use after free of shared: t1 uses it at lifetimes.rs:{line}, and nothing orders that before the end of \
             its life: shared, which was made at lifetimes.rs:{}, was dropped by main after its step at \
             lifetimes.rs:{}",
            line - 1,
            line + 1
        )
    );
}

#[test]
fn a_second_end() {
    fails(|| {
        let shared = Shared::new(AtomicUsize::new(0));
        shared.get().load(SeqCst);
        let other = thread::spawn(move || shared.free());
        shared.free();
        other.join().unwrap();
    });
}

#[test]
fn locks_end_too() {
    fails(|| {
        let shared = Shared::new(Mutex::new(0));
        let user = thread::spawn(move || *shared.get().lock().unwrap() += 1);
        shared.free();
        user.join().unwrap();
    });
    // Readers are not ordered with each other.
    fails(|| {
        let shared = Shared::new(RwLock::new(0));
        let user = thread::spawn(move || *shared.get().read().unwrap());
        assert_eq!(*shared.get().read().unwrap(), 0);
        shared.free();
        user.join().unwrap()
    });
    // The waiter may see the flag before it is told.
    fails(|| {
        let shared = Shared::new((Mutex::new(false), Condvar::new()));
        let user = thread::spawn(move || {
            *shared.get().0.lock().unwrap() = true;
            shared.get().1.notify_one();
        });
        let (lock, condvar) = shared.get();
        drop(condvar.wait_while(lock.lock().unwrap(), |is_set| !*is_set).unwrap());
        shared.free();
        user.join().unwrap();
    });
}

#[test]
fn what_a_lock_orders_is_right() {
    let report = Checker::new().engine(Explorer).run(|| {
        let shared = Shared::new(AtomicUsize::new(0));
        let users = std::sync::Arc::new(Mutex::new(2));
        let leave = move |users: &Mutex<i32>| {
            shared.get().fetch_add(1, Ordering::Relaxed);
            let mut users = users.lock().unwrap();
            *users -= 1;
            if *users == 0 {
                shared.free();
            }
        };
        let others = users.clone();
        thread::spawn(move || leave(&others));
        leave(&users);
    });
    assert_eq!(report.engines[0].verdict, Verdict::Verified);
}

/// The drop of a reference counted by hand.
fn counted(order: Ordering, is_fenced: bool) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        let shared = Shared::new((AtomicUsize::new(2), AtomicU8::new(0)));
        let release = move || {
            shared.get().1.fetch_add(1, SeqCst);
            if shared.get().0.fetch_sub(1, order) == 1 {
                if is_fenced {
                    fence(Ordering::Acquire);
                }
                shared.free();
            }
        };
        let other = thread::spawn(release);
        release();
        other.join().unwrap();
    }
}

#[test]
fn references_counted_by_hand() {
    fails(counted(Ordering::Relaxed, false));
    fails(counted(Ordering::Relaxed, true));
    fails(counted(Ordering::Release, false));
    for (order, is_fenced) in [(Ordering::Release, true), (Ordering::AcqRel, false)] {
        let report = Checker::new().engine(Explorer).run(counted(order, is_fenced));
        assert_eq!(report.engines[0].verdict, Verdict::Verified, "{order:?}");
    }
}

/// A flag elsewhere that says that the object is no longer used.
fn flagged(set: Ordering, see: Ordering) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        let shared = Shared::new(AtomicUsize::new(0));
        let done = std::sync::Arc::new(AtomicBool::new(false));
        let flag = done.clone();
        let user = thread::spawn(move || {
            shared.get().fetch_add(1, Ordering::Relaxed);
            flag.store(true, set);
        });
        if done.load(see) {
            shared.free();
        }
        user.join().unwrap();
    }
}

#[test]
fn a_flag_that_is_too_weak() {
    fails(flagged(Ordering::Relaxed, Ordering::Acquire));
    fails(flagged(Ordering::Release, Ordering::Relaxed));
    holds(2, flagged(Ordering::Release, Ordering::Acquire));
}

#[test]
fn an_arc_of_stds_is_not_accused() {
    // Whoever comes last ends it, and nothing that is seen orders the others before.
    holds(2, || {
        let shared = std::sync::Arc::new(AtomicUsize::new(0));
        for _ in 0..2 {
            let shared = shared.clone();
            thread::spawn(move || shared.fetch_add(1, Ordering::Relaxed));
        }
    });
    holds(2, || {
        let shared = std::sync::Arc::new((AtomicUsize::new(0), AtomicBool::new(false)));
        let other = shared.clone();
        thread::spawn(move || {
            other.0.fetch_add(1, Ordering::Relaxed);
            other.1.store(true, Ordering::Relaxed);
        });
        shared.1.load(Ordering::Relaxed)
    });
    // Let go of before the flag is set, which is elsewhere.
    holds(2, || {
        let (shared, done) = (std::sync::Arc::new(AtomicUsize::new(0)), std::sync::Arc::new(AtomicBool::new(false)));
        let (other, flag) = (shared.clone(), done.clone());
        thread::spawn(move || {
            other.fetch_add(1, Ordering::Relaxed);
            drop(other);
            flag.store(true, Ordering::Relaxed);
        });
        done.load(Ordering::Relaxed)
    });
    holds(1, || {
        let shared = std::sync::Arc::new(Mutex::new(0));
        let other = shared.clone();
        thread::spawn(move || *other.lock().unwrap() += 1).join().unwrap();
        std::sync::Arc::into_inner(shared).unwrap().into_inner().unwrap()
    });
}

#[test]
fn a_hand_over_that_is_not_seen_is_not_accused() {
    holds(2, || {
        let (sender, receiver) = std::sync::mpsc::channel();
        let is_there = std::sync::Arc::new(AtomicBool::new(false));
        let flag = is_there.clone();
        thread::spawn(move || {
            let boxed = Box::new(AtomicUsize::new(0));
            boxed.fetch_add(1, Ordering::Relaxed);
            // Where the receiver is gone, it ends here.
            drop(sender.send(boxed));
            flag.store(true, Ordering::Relaxed);
        });
        is_there.load(Ordering::Relaxed);
        drop(receiver.try_recv());
    });
}

#[test]
fn memory_that_is_used_again_holds_another_object() {
    holds(1, || {
        for number in 0..3 {
            let boxed = Box::new(AtomicUsize::new(number));
            assert_eq!(boxed.fetch_add(1, SeqCst), number);
        }
        let mut all = Vec::new();
        for number in 0..10 {
            all.push(Mutex::new(number));
            *all[number].lock().unwrap() += 1;
        }
        let sum: usize = all.into_iter().map(|number| number.into_inner().unwrap()).sum();
        assert_eq!(sum, 55);
    });
}

#[test]
fn zeroed_memory_is_an_atomic_that_is_zero() {
    Checker::new().expect_outcomes([(2, false, true)]).check(|| {
        // SAFETY: as with std's atomics, all bytes zero are a value.
        let counter = unsafe { Box::<AtomicUsize>::new_zeroed().assume_init() };
        // SAFETY: as above.
        let flags = unsafe { Box::<[AtomicBool]>::new_zeroed_slice(2).assume_init() };
        // SAFETY: as above.
        let pointer = unsafe { Box::<AtomicPtr<u8>>::new_zeroed().assume_init() };
        thread::scope(|scope| {
            scope.spawn(|| counter.fetch_add(1, SeqCst));
            scope.spawn(|| counter.fetch_add(1, SeqCst));
        });
        flags[0].store(true, SeqCst);
        (counter.load(SeqCst), flags[1].load(SeqCst), pointer.load(SeqCst).is_null())
    });
    // SAFETY: as above.
    let outside = unsafe { Box::<AtomicUsize>::new_zeroed().assume_init() };
    assert_eq!((outside.fetch_add(3, SeqCst), outside.into_inner()), (0, 3));
}

#[test]
fn a_zeroed_object_is_named_by_its_first_use() {
    let report = Checker::new().engine(Explorer).run(|| {
        // SAFETY: all bytes zero are a value.
        let shared = Shared(Box::into_raw(unsafe { Box::<AtomicUsize>::new_zeroed().assume_init() }));
        let user = thread::spawn(move || shared.get().fetch_add(1, SeqCst));
        shared.free();
        user.join().unwrap()
    });
    let found = report.counterexample().expect("a failure");
    let Failure::UseAfterFree { used, object, .. } = &found.failure else { panic!("{:?}", found.failure) };
    assert_eq!(found.trace.objects[object.index()].made_at, used.location);
}
