//! Every primitive of the facade on every engine: exhaustive engines see exactly the outcomes that
//! are possible, the others only such. An engine that cannot run a program says so.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::time::Duration;

use crate::common::run;
use selvedge::engine::{self, Coverage, Limit, MemoryModel};
use selvedge::failure::FailureKind;
use selvedge::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering::SeqCst, fence};
use selvedge::sync::mpsc::{self, RecvTimeoutError, TryRecvError, TrySendError};
use selvedge::sync::{Arc, Barrier, Condvar, LazyLock, Mutex, Once, OnceLock, RwLock};
use selvedge::{Outcome, Reason, Verdict, thread};

/// The engines that are expected to refuse a program.
#[derive(Clone, Copy, PartialEq)]
enum Refused {
    Nowhere,
    /// loom has no timeouts, and shuttle's depth-first search no choices that are not schedules.
    ByLoom,
}

fn possible<T: Debug>(expected: &[T], refused: Refused, scenario: impl Fn() -> T + Clone + Send + Sync + 'static) {
    let expected: BTreeSet<Outcome> = expected.iter().map(Outcome::of).collect();
    for engine in engine::all() {
        let (name, capabilities) = (engine.name(), engine.capabilities());
        let report = run(engine, scenario.clone());
        if refused == Refused::ByLoom && capabilities.memory_model == MemoryModel::Loom {
            let is_refused = matches!(report.verdict, Verdict::Inconclusive(Reason::Limited(Limit::Unsupported(_))));
            assert!(is_refused, "{name}: {:?}", report.verdict);
            continue;
        }
        assert_eq!(report.exploration.counterexample, None, "{name}");
        let seen: BTreeSet<Outcome> = report.exploration.outcomes.keys().cloned().collect();
        let unsupported = matches!(report.exploration.limit, Some(Limit::Unsupported(_)));
        if capabilities.coverage == Coverage::Exhaustive && !unsupported {
            assert_eq!(report.verdict, Verdict::Verified, "{name}");
            assert_eq!(seen, expected, "{name}");
        } else {
            assert!(seen.is_subset(&expected) && !seen.is_empty(), "{name}: {seen:?}");
        }
    }
}

fn fails<T: Debug>(kind: FailureKind, scenario: impl Fn() -> T + Clone + Send + Sync + 'static) {
    for engine in engine::all() {
        let name = engine.name();
        if engine.capabilities().memory_model == MemoryModel::Hardware && kind != FailureKind::Panic {
            continue;
        }
        let report = run(engine, scenario.clone());
        let found = report.exploration.counterexample.map(|counterexample| counterexample.failure.kind());
        assert_eq!(found, Some(kind), "{name}");
    }
}

#[test]
fn atomics_of_a_byte_wrap_and_compare() {
    possible(&[(255, 0, 4, Err(4), 4)], Refused::Nowhere, || {
        let byte = AtomicU8::new(255);
        let old = byte.fetch_add(1, SeqCst);
        let wrapped = byte.fetch_max(6, SeqCst);
        byte.fetch_and(0b1100, SeqCst);
        let anded = byte.load(SeqCst);
        (old, wrapped, anded, byte.compare_exchange(9, 1, SeqCst, SeqCst), byte.fetch_nand(0, SeqCst))
    });
}

#[test]
fn an_atomic_that_is_accessed_by_reference_keeps_its_value() {
    possible(&[(6, 7)], Refused::Nowhere, || {
        let mut number = AtomicU32::new(5);
        number.fetch_add(1, SeqCst);
        let seen = *number.get_mut();
        *number.get_mut() += 1;
        (seen, number.load(SeqCst))
    });
}

#[test]
fn a_fence_is_an_operation_like_any_other() {
    possible(&[(1, 1), (0, 1), (1, 0)], Refused::Nowhere, || {
        let (x, y) = (AtomicU32::new(0), AtomicU32::new(0));
        thread::scope(|scope| {
            let left = scope.spawn(|| {
                x.store(1, SeqCst);
                fence(SeqCst);
                y.load(SeqCst)
            });
            y.store(1, SeqCst);
            fence(SeqCst);
            let right = x.load(SeqCst);
            (left.join().unwrap(), right)
        })
    });
}

#[test]
fn a_mutex_excludes_and_try_lock_does_not_wait() {
    possible(&[(1, true), (1, false)], Refused::Nowhere, || {
        let count = Mutex::new(0);
        thread::scope(|scope| {
            scope.spawn(|| *count.lock().unwrap() += 1);
            let free = count.try_lock().is_ok();
            (1, free)
        })
    });
}

#[test]
fn a_mutex_is_poisoned_by_a_panic_and_by_nothing_else() {
    possible(&[(true, false, 1)], Refused::Nowhere, || {
        let count = Arc::new(Mutex::new(0));
        let other = Arc::clone(&count);
        let result = thread::spawn(move || {
            *other.lock().unwrap() += 1;
            let _held = other.lock().unwrap();
            panic!("while it is held");
        });
        assert!(result.join().is_err());
        let poisoned = count.is_poisoned();
        let value = *count.lock().unwrap_err().into_inner();
        count.clear_poison();
        (poisoned, count.is_poisoned(), value)
    });
}

#[test]
fn readers_share_and_writers_do_not() {
    possible(&[(1, 0), (1, 1)], Refused::Nowhere, || {
        let value = RwLock::new(0);
        let seen = thread::scope(|scope| {
            scope.spawn(|| *value.write().unwrap() += 1);
            let first = value.read().unwrap();
            let second = scope.spawn(|| value.try_read().map(|value| *value).ok()).join().unwrap();
            // Where a writer waits, no other reader is let in.
            assert!(second.is_none_or(|second| second == *first));
            *first
        });
        (value.into_inner().unwrap(), seen)
    });
}

/// std says that reading twice may deadlock: it does if a writer queues in between.
#[test]
fn reading_twice_can_deadlock() {
    fails(FailureKind::Deadlock, || {
        let value = RwLock::new(0);
        thread::scope(|scope| {
            scope.spawn(|| *value.write().unwrap() += 1);
            let first = value.read().unwrap();
            let second = value.read().unwrap();
            assert_eq!(*first, *second);
        });
    });
}

#[test]
fn try_write_fails_while_somebody_reads() {
    possible(&[true], Refused::Nowhere, || {
        let value = RwLock::new(0);
        let _reader = value.read().unwrap();
        value.try_write().is_err() && value.try_read().is_ok()
    });
}

#[test]
fn a_waiter_is_woken() {
    possible(&[7], Refused::Nowhere, || {
        let slot = (Mutex::new(None), Condvar::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                *slot.0.lock().unwrap() = Some(7);
                slot.1.notify_one();
            });
            let mut value = slot.0.lock().unwrap();
            while value.is_none() {
                value = slot.1.wait(value).unwrap();
            }
            value.unwrap()
        })
    });
}

#[test]
fn notify_one_may_wake_either_waiter() {
    let scenario = || {
        let state = (Mutex::new((0, Vec::new())), Condvar::new());
        thread::scope(|scope| {
            for number in [1, 2] {
                let state = &state;
                scope.spawn(move || {
                    let mut guard = state.0.lock().unwrap();
                    guard.0 += 1;
                    state.1.notify_all();
                    let mut guard = state.1.wait_while(guard, |(tokens, _)| *tokens < 10).unwrap();
                    guard.0 -= 10;
                    guard.1.push(number);
                });
            }
            for _ in 0..2 {
                let mut guard = state.0.lock().unwrap();
                guard = state.1.wait_while(guard, |(waiting, order)| *waiting + order.len() < 2).unwrap();
                guard.0 += 10;
                state.1.notify_all();
            }
        });
        state.0.into_inner().unwrap().1
    };
    for engine in engine::all().into_iter().filter(|engine| engine.name() == "enumerate") {
        let report = Checkers::small(engine, scenario);
        let seen: Vec<String> = report.keys().map(ToString::to_string).collect();
        assert_eq!(seen, ["[1, 2]", "[2, 1]"]);
    }
}

/// A search with few executions, for programs with many schedules.
struct Checkers;

impl Checkers {
    fn small<T: Debug>(
        engine: Box<dyn engine::Engine>,
        scenario: impl Fn() -> T + Send + Sync + 'static,
    ) -> selvedge::Histogram {
        let budget = engine::Budget::executions(200_000);
        let report = selvedge::Checker::new().budget(budget).keep_going(true).boxed_engine(engine).run(scenario);
        report.engines.into_iter().next().unwrap().exploration.outcomes
    }
}

#[test]
fn a_notification_without_a_waiter_is_lost() {
    fails(FailureKind::Deadlock, || {
        let event = (Mutex::new(()), Condvar::new());
        thread::scope(|scope| {
            scope.spawn(|| event.1.notify_one());
            // Nothing says whether it has been notified already.
            let guard = event.0.lock().unwrap();
            drop(event.1.wait(guard).unwrap());
        });
    });
}

#[test]
fn timed_waits_end_both_ways() {
    possible(&[true, false], Refused::ByLoom, || {
        let event = (Mutex::new(false), Condvar::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                *event.0.lock().unwrap() = true;
                event.1.notify_one();
            });
            let guard = event.0.lock().unwrap();
            let long = Duration::from_millis(1);
            event.1.wait_timeout_while(guard, long, |happened| !*happened).unwrap().1.timed_out()
        })
    });
}

#[test]
fn a_receive_may_time_out_only_while_there_is_nothing() {
    let expected = [Ok(1), Err(RecvTimeoutError::Timeout), Err(RecvTimeoutError::Disconnected)];
    possible(&expected[..2], Refused::ByLoom, || {
        let (sender, receiver) = mpsc::channel();
        thread::scope(|scope| {
            let kept = sender.clone();
            scope.spawn(move || sender.send(1).unwrap());
            let received = receiver.recv_timeout(Duration::from_millis(1));
            drop(kept);
            received
        })
    });
}

#[test]
fn park_waits_for_a_token_that_may_come_before() {
    possible(&[1], Refused::Nowhere, || {
        let flag = Arc::new(AtomicU32::new(0));
        let other = Arc::clone(&flag);
        let parked = thread::spawn(move || {
            while other.load(SeqCst) == 0 {
                thread::park();
            }
            other.load(SeqCst)
        });
        flag.store(1, SeqCst);
        parked.thread().unpark();
        parked.join().unwrap()
    });
}

#[test]
fn a_barrier_lets_all_go_and_chooses_one_leader() {
    possible(&[1], Refused::Nowhere, || {
        let barrier = Barrier::new(2);
        let leaders = AtomicUsize::new(0);
        let arrived = AtomicUsize::new(0);
        let meet = || {
            arrived.fetch_add(1, SeqCst);
            if barrier.wait().is_leader() {
                leaders.fetch_add(1, SeqCst);
            }
            assert_eq!(arrived.load(SeqCst), 2);
        };
        thread::scope(|scope| {
            scope.spawn(meet);
            meet();
        });
        leaders.into_inner()
    });
}

#[test]
fn once_runs_once_and_all_wait_for_it() {
    possible(&[(1, true)], Refused::Nowhere, || {
        let (once, runs) = (Once::new(), AtomicU32::new(0));
        let call = || {
            once.call_once(|| {
                runs.fetch_add(1, SeqCst);
            });
            assert_eq!(runs.load(SeqCst), 1);
        };
        thread::scope(|scope| {
            scope.spawn(call);
            call();
        });
        (runs.load(SeqCst), once.is_completed())
    });
}

#[test]
fn a_once_lock_keeps_the_first_value() {
    possible(&[(1, 1), (2, 2)], Refused::Nowhere, || {
        let cell = OnceLock::new();
        thread::scope(|scope| {
            let other = scope.spawn(|| *cell.get_or_init(|| 1));
            let mine = *cell.get_or_init(|| 2);
            assert_eq!(cell.set(3), Err(3));
            (other.join().unwrap(), mine)
        })
    });
}

#[test]
fn a_lazy_lock_is_made_once() {
    possible(&[(7, 1)], Refused::Nowhere, || {
        let runs = AtomicU32::new(0);
        let lazy = LazyLock::new(|| runs.fetch_add(1, SeqCst) + 7);
        thread::scope(|scope| {
            scope.spawn(|| assert_eq!(*lazy, 7));
            assert_eq!(*lazy, 7);
        });
        (*lazy, runs.load(SeqCst))
    });
}

#[test]
fn messages_of_one_sender_arrive_in_order() {
    possible(&[vec![1, 2, 3], vec![1, 3, 2], vec![3, 1, 2]], Refused::Nowhere, || {
        let (sender, receiver) = mpsc::channel();
        let other = sender.clone();
        thread::scope(|scope| {
            scope.spawn(move || {
                sender.send(1).unwrap();
                sender.send(2).unwrap();
            });
            other.send(3).unwrap();
            drop(other);
            receiver.iter().collect::<Vec<_>>()
        })
    });
}

#[test]
fn a_bounded_channel_waits_for_room_and_a_closed_one_refuses() {
    possible(&[(Some(1), Some(2), true)], Refused::Nowhere, || {
        let (sender, receiver) = mpsc::sync_channel(1);
        thread::scope(|scope| {
            scope.spawn(move || {
                sender.send(1).unwrap();
                sender.send(2).unwrap();
            });
            (receiver.recv().ok(), receiver.recv().ok(), receiver.recv().is_err())
        })
    });
    possible(&[(true, true)], Refused::Nowhere, || {
        let (sender, receiver) = mpsc::sync_channel(1);
        sender.try_send(1).unwrap();
        let full = matches!(sender.try_send(2), Err(TrySendError::Full(2)));
        drop(receiver);
        (full, matches!(sender.try_send(3), Err(TrySendError::Disconnected(3))))
    });
}

#[test]
fn a_rendezvous_channel_hands_over_or_gives_back() {
    possible(&[(Ok(1), Ok(()))], Refused::Nowhere, || {
        let (sender, receiver) = mpsc::sync_channel(0);
        thread::scope(|scope| {
            let sent = scope.spawn(move || sender.send(1));
            let received = receiver.recv();
            (received.map_err(|_| ()), sent.join().unwrap().map_err(|error| error.0))
        })
    });
    possible(&[Err(1), Ok(())], Refused::Nowhere, || {
        let (sender, receiver) = mpsc::sync_channel(0);
        thread::scope(|scope| {
            let sent = scope.spawn(move || sender.send(1).map_err(|error| error.0));
            // Whether the sender has come this far is open.
            let _ = receiver.try_recv();
            drop(receiver);
            sent.join().unwrap()
        })
    });
}

#[test]
fn an_empty_channel_is_told_from_a_closed_one() {
    possible(&[(TryRecvError::Empty, TryRecvError::Disconnected)], Refused::Nowhere, || {
        let (sender, receiver) = mpsc::channel::<u8>();
        let empty = receiver.try_recv().unwrap_err();
        drop(sender);
        (empty, receiver.try_recv().unwrap_err())
    });
}

#[test]
fn choices_are_all_made() {
    possible(&[0, 1, 2], Refused::ByLoom, || selvedge::choose(3));
}

#[test]
fn a_thread_has_its_name_and_ends_when_it_is_joined() {
    possible(&[(Some("main".into()), Some("helper".into()), None, true)], Refused::Nowhere, || {
        let name = || thread::current().name().map(str::to_owned);
        let helper = thread::Builder::new().name("helper".into()).spawn(name).unwrap();
        let nameless = thread::spawn(name);
        let names = (name(), helper.join().unwrap(), nameless.join().unwrap());
        let ended = thread::spawn(|| ());
        // Both answers are possible, and neither changes anything.
        let _ = ended.is_finished();
        (names.0, names.1, names.2, ended.join().is_ok())
    });
}

#[test]
fn thread_locals_are_a_threads_own_and_dropped_at_its_end() {
    selvedge::thread_local! {
        static STUDENT: std::cell::RefCell<String> = std::cell::RefCell::new(String::from("nobody"));
        static NOTE: Note = const { Note(std::cell::Cell::new(None)) };
    }
    struct Note(std::cell::Cell<Option<mpsc::Sender<&'static str>>>);
    impl Drop for Note {
        fn drop(&mut self) {
            if let Some(sender) = self.0.take() {
                // The other thread-local may be gone already, or not.
                let _ = STUDENT.try_with(|student| student.borrow().len());
                sender.send("dropped").unwrap();
            }
        }
    }
    possible(&[("nobody".to_owned(), "Ann".to_owned(), Ok("dropped"))], Refused::Nowhere, || {
        let (sender, receiver) = mpsc::channel();
        let other = thread::spawn(move || {
            NOTE.with(|note| note.0.set(Some(sender)));
            STUDENT.with_borrow_mut(|student| *student = "Ann".to_owned());
            STUDENT.with_borrow(Clone::clone)
        });
        let ann = other.join().unwrap();
        (STUDENT.with_borrow(Clone::clone), ann, receiver.recv())
    });
}

#[test]
fn a_scoped_thread_that_panics_makes_the_scope_panic() {
    fails(FailureKind::Panic, || {
        thread::scope(|scope| {
            scope.spawn(|| panic!("inside the scope"));
        });
    });
}

#[test]
fn lock_order_deadlocks_are_found() {
    fails(FailureKind::Deadlock, || {
        let (left, right) = (Mutex::new(()), Mutex::new(()));
        thread::scope(|scope| {
            scope.spawn(|| {
                let _left = left.lock().unwrap();
                let _right = right.lock().unwrap();
            });
            let _right = right.lock().unwrap();
            let _left = left.lock().unwrap();
        });
    });
}

#[test]
fn daemons_that_wait_for_ever_keep_nothing_alive() {
    for engine in engine::all().into_iter().filter(|engine| engine.capabilities().coverage == Coverage::Exhaustive) {
        let name = engine.name();
        let report = run(engine, || {
            let (sender, receiver) = mpsc::channel::<u8>();
            thread::spawn(move || receiver.recv());
            // Never dropped, so that the receiver waits for ever.
            std::mem::forget(sender);
        });
        assert_eq!(report.verdict, Verdict::Verified, "{name}");
    }
}

#[test]
fn racing_accesses_to_a_cell_are_found() {
    struct Shared(selvedge::cell::UnsafeCell<u32>);
    #[allow(unsafe_code)]
    // SAFETY: the race is what the test is about; the engines stop it before it happens.
    unsafe impl Sync for Shared {}
    fails(FailureKind::DataRace, || {
        let shared = &Shared(selvedge::cell::UnsafeCell::new(0));
        thread::scope(|scope| {
            // The pointer is not followed.
            scope.spawn(move || shared.0.with_mut(|_| ()));
            shared.0.with(|_| ());
        });
    });
}
