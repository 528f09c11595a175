//! Spawning: `spawn` and `Builder`.
#![allow(unsafe_code)]

use std::io;
use std::panic::Location;
use std::sync::Arc;

use super::body::{self, Packet};
use super::handle::{Detaches, JoinHandle, Native, Thread};
use super::scope::{PlaceInScope, Scope, ScopedJoinHandle};
use crate::execution::context::{self, Mode};
use crate::trace::{Operation, ThreadId};

/// See [`std::thread::spawn`].
///
/// # Panics
///
/// If the operating system cannot make a thread.
#[track_caller]
pub fn spawn<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    Builder::new().spawn(f).expect("failed to spawn thread")
}

/// See [`std::thread::Builder`].
#[derive(Debug, Default)]
#[must_use = "must eventually spawn the thread"]
pub struct Builder {
    name: Option<String>,
    stack_size: Option<usize>,
}

impl Builder {
    /// See [`std::thread::Builder::new`].
    pub fn new() -> Self {
        Self::default()
    }

    /// See [`std::thread::Builder::name`].
    pub fn name(mut self, name: String) -> Self {
        self.name = Some(name);
        self
    }

    /// See [`std::thread::Builder::stack_size`], in bytes. Modelled threads have stacks of 2 MiB.
    pub fn stack_size(mut self, size: usize) -> Self {
        self.stack_size = Some(size);
        self
    }

    /// See [`std::thread::Builder::spawn`].
    ///
    /// # Errors
    ///
    /// If the operating system cannot make a thread.
    ///
    /// # Panics
    ///
    /// If the name has a NUL byte.
    #[track_caller]
    pub fn spawn<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        // SAFETY: `f` and what it returns are `'static`, so the thread may outlive everything.
        unsafe { spawn_unchecked(self, f, None, Location::caller()) }
    }

    /// See [`std::thread::Builder::spawn_scoped`].
    ///
    /// # Errors
    ///
    /// If the operating system cannot make a thread.
    ///
    /// # Panics
    ///
    /// If the name has a NUL byte.
    #[track_caller]
    pub fn spawn_scoped<'scope, 'env, F, T>(
        self,
        scope: &'scope Scope<'scope, 'env>,
        f: F,
    ) -> io::Result<ScopedJoinHandle<'scope, T>>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        scope.spawn_built(self, f, Location::caller())
    }
}

/// Spawns a thread that runs `f` and then, when nothing of `f` is left, tells its scope. What is compiled for each type of
/// `f` is as little as may be.
///
/// # Safety
///
/// What `f` and its result borrow must live until the thread has told its scope (or, where the
/// result is still to be taken, until the returned handle is gone).
pub(super) unsafe fn spawn_unchecked<'a, F, T>(
    builder: Builder,
    f: F,
    place: Option<PlaceInScope>,
    location: &'static Location<'static>,
) -> io::Result<JoinHandle<T>>
where
    F: FnOnce() -> T + Send + 'a,
    T: Send + 'a,
{
    let packet = Packet::<T>::new();
    let body: Body<'a> = {
        let packet = Arc::clone(&packet);
        Box::new(move || body::run(packet, f, place))
    };
    // SAFETY: by this function's contract what the closure borrows outlives its run; who gets it runs it once, or, when
    // it discards the execution, leaks it.
    let body = unsafe { std::mem::transmute::<Body<'a>, Body<'static>>(body) };
    let Spawned { native, thread, detaches } = spawn_boxed(builder, body, location)?;
    Ok(JoinHandle { native, packet, thread, detaches })
}

/// The whole of what a thread does.
type Body<'a> = Box<dyn FnOnce() + Send + 'a>;

/// A handle without the result.
struct Spawned {
    native: Native,
    thread: Thread,
    detaches: Option<Detaches>,
}

fn spawn_boxed(builder: Builder, body: Body<'static>, location: &'static Location<'static>) -> io::Result<Spawned> {
    let Builder { name, stack_size } = builder;
    if context::mode() == Mode::Modelled {
        let backend = context::backend();
        let epoch = backend.execution().epoch;
        let id = backend.spawn(name.clone(), body, location);
        let thread = Thread::modelled(epoch, id, name);
        return Ok(Spawned { native: Native::Modelled(id, epoch), thread, detaches: Some(Detaches(id, epoch)) });
    }
    let mut native = std::thread::Builder::new();
    if let Some(name) = &name {
        native = native.name(name.clone());
    }
    if let Some(size) = stack_size {
        native = native.stack_size(size);
    }
    let real = context::real();
    let entry = real.as_ref().map(|real| (Arc::clone(real), real.add_thread(name)));
    let number = entry.as_ref().map(|(_, thread)| thread.id);
    if let Some(real) = &real {
        real.before(Operation::Spawn { child: number.unwrap_or(ThreadId::MAIN) }, None, location);
    }
    let run = move || match entry {
        Some((real, thread)) => real.clone().run_thread(thread, body),
        None => body(),
    };
    let handle = native.spawn(run)?;
    if let Some(real) = &real {
        real.after();
    }
    let thread = Thread::native(handle.thread().clone());
    Ok(Spawned { native: Native::Real(handle, number), thread, detaches: None })
}
