//! Scoped threads: threads that may borrow, because the scope waits for them.
#![allow(unsafe_code)]

use std::any::Any;
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::panic::{Location, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Result;

use super::body;
use super::builder::{Builder, spawn_unchecked};
use super::handle::{JoinHandle, Thread};
use crate::execution::context;
use crate::trace::{self, Operation};

/// What a scope knows of one of its threads.
#[derive(Default)]
struct Child {
    panicked: AtomicBool,
    joined: AtomicBool,
}

struct Shared {
    running: AtomicUsize,
    owner: std::thread::Thread,
    children: Mutex<Vec<(Arc<Child>, Option<trace::ThreadId>)>>,
}

/// See [`std::thread::Scope`].
pub struct Scope<'scope, 'env: 'scope> {
    shared: Arc<Shared>,
    scope: PhantomData<&'scope mut &'scope ()>,
    env: PhantomData<&'env mut &'env ()>,
}

/// See [`std::thread::ScopedJoinHandle`].
pub struct ScopedJoinHandle<'scope, T> {
    handle: JoinHandle<T>,
    child: Arc<Child>,
    scope: PhantomData<&'scope ()>,
    // As in std, it is `Send` and `Sync` if `T` is `Send`.
    result: PhantomData<Mutex<T>>,
}

/// See [`std::thread::scope`].
///
/// # Panics
///
/// If `f` panics, or one of the threads does and is not joined by hand.
#[track_caller]
pub fn scope<'env, F, T>(f: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let location = Location::caller();
    let scope = Scope {
        shared: Arc::new(Shared {
            running: AtomicUsize::new(0),
            owner: std::thread::current(),
            children: Mutex::default(),
        }),
        scope: PhantomData,
        env: PhantomData,
    };
    let (mut f, mut returned) = (Some(f), None);
    let panicked = body::catch(&mut || returned = f.take().map(|f| f(&scope)));
    scope.shared.wait(panicked, location);
    returned.expect("what did not panic has returned")
}

impl Shared {
    /// Returns what is known of another thread, and its place.
    fn place(self: &Arc<Self>) -> (Arc<Child>, PlaceInScope) {
        let child = Arc::new(Child::default());
        self.running.fetch_add(1, Ordering::Relaxed);
        (Arc::clone(&child), PlaceInScope { shared: Arc::clone(self), child })
    }

    /// Adds a thread with its number in its execution, if it belongs to one; none if it could not be spawned.
    fn add(&self, child: &Arc<Child>, spawned: Option<Option<trace::ThreadId>>) {
        match spawned {
            Some(id) => self.children.lock().unwrap_or_else(PoisonError::into_inner).push((Arc::clone(child), id)),
            None => {
                self.running.fetch_sub(1, Ordering::Relaxed);
            }
        }
    }

    fn children(&self) -> Vec<(Arc<Child>, Option<trace::ThreadId>)> {
        std::mem::take(&mut *self.children.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits for all threads, and then panics with the payload of the scope's closure, or if a thread panicked that was
    /// not joined by hand.
    #[track_caller]
    fn wait(&self, panicked: Option<Box<dyn Any + Send>>, location: &'static Location<'static>) {
        let any_panicked = self.wait_for_all(location);
        if let Some(payload) = panicked {
            resume_unwind(payload);
        }
        assert!(!any_panicked, "a scoped thread panicked");
    }

    /// Waits for all threads, and returns whether one panicked that was not joined by hand.
    fn wait_for_all(&self, location: &'static Location<'static>) -> bool {
        let mut any_panicked = false;
        loop {
            let children = self.children();
            self.wait_for(&children, location);
            // A thread of the scope may have spawned others.
            if children.is_empty() {
                return any_panicked;
            }
            any_panicked |= children
                .iter()
                .any(|(child, _)| child.panicked.load(Ordering::Relaxed) && !child.joined.load(Ordering::Relaxed));
        }
    }

    fn wait_for(&self, children: &[(Arc<Child>, Option<trace::ThreadId>)], location: &'static Location<'static>) {
        if let Some(backend) = context::modelled() {
            for (child, id) in children {
                if let (Some(thread), false) = (*id, child.joined.load(Ordering::Relaxed)) {
                    backend.perform(None, Operation::AwaitFinish { thread }, location);
                    backend.execution().note_received(thread);
                }
            }
            return;
        }
        let real = context::real();
        for (_, id) in children {
            if let (Some(real), Some(thread)) = (&real, *id) {
                real.before(Operation::Join { thread }, None, location);
            }
        }
        while self.running.load(Ordering::Acquire) != 0 {
            std::thread::park();
        }
        for (_, id) in children {
            if let (Some(real), Some(thread)) = (&real, *id) {
                real.after();
                real.note_received(thread);
            }
        }
    }
}

/// The place of a thread in its scope, which waits until it has left.
pub(super) struct PlaceInScope {
    shared: Arc<Shared>,
    child: Arc<Child>,
}

impl PlaceInScope {
    /// Notes that the thread's closure panicked.
    pub(super) fn note_panic(&self) {
        self.child.panicked.store(true, Ordering::Relaxed);
    }

    /// Lets the scope go on, as far as it waits for this thread.
    pub(super) fn leave(self) {
        if self.shared.running.fetch_sub(1, Ordering::Release) == 1 {
            self.shared.owner.unpark();
        }
    }
}

impl<'scope, 'env> Scope<'scope, 'env> {
    /// See [`std::thread::Scope::spawn`].
    ///
    /// # Panics
    ///
    /// If the operating system cannot make a thread.
    #[track_caller]
    pub fn spawn<F, T>(&'scope self, f: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        self.spawn_built(Builder::new(), f, Location::caller()).expect("failed to spawn thread")
    }

    pub(super) fn spawn_built<F, T>(
        &'scope self,
        builder: Builder,
        f: F,
        location: &'static Location<'static>,
    ) -> io::Result<ScopedJoinHandle<'scope, T>>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        let (child, place) = self.shared.place();
        // SAFETY: `scope` does not return before `running` is 0, which the place counts down when the
        // closure and a result that nobody can take are gone; and the handle, through which alone
        // another result can be reached, does not outlive `'scope`.
        let spawned = unsafe { spawn_unchecked(builder, f, Some(place), location) };
        self.shared.add(&child, spawned.as_ref().ok().map(JoinHandle::number));
        Ok(ScopedJoinHandle { handle: spawned?, child, scope: PhantomData, result: PhantomData })
    }
}

impl<T> ScopedJoinHandle<'_, T> {
    /// See [`std::thread::ScopedJoinHandle::thread`].
    pub fn thread(&self) -> &Thread {
        self.handle.thread()
    }

    /// See [`std::thread::ScopedJoinHandle::join`].
    ///
    /// # Errors
    ///
    /// The payload of the panic that ended the thread.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        let result = self.handle.join();
        self.child.joined.store(true, Ordering::Relaxed);
        result
    }

    /// See [`std::thread::ScopedJoinHandle::is_finished`].
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        self.handle.is_finished()
    }
}

impl fmt::Debug for Scope<'_, '_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Scope").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for ScopedJoinHandle<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ScopedJoinHandle").finish_non_exhaustive()
    }
}
