//! `selvedge worker`: takes tasks from a master, and puts results. Without a command it does what the tutorial's worker
//! does, and squares numbers.

use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use selvedge_models::master_worker::queue::{Answer, Patience, Request, Ticket};
use selvedge_models::master_worker::wire::value::Value;
use selvedge_models::master_worker::worker::{Name, Next, Worker as Machine};

use super::arguments::Worker;
use super::command::{self, CommandError, commanded, square};
use super::reconnecting::{PAUSE_MIN, connected_again};
use super::task::AsJson;
use super::tcp::client::{ClientError, RemoteQueues};
use super::{NetworkError, key, redis_worker};
use crate::CallError;
use crate::interrupt;

/// How many bytes a message has beside the result in it, at most.
const REST_BYTES: usize = 256;

/// Runs the command; returns whether it came to its end without anything going wrong.
pub(crate) fn run(call: &Worker) -> Result<bool, CallError> {
    if let Some(url) = &call.redis {
        return redis_worker::run(call, url);
    }
    let key = key::read(call.authkey_file.as_deref())?;
    let _log = super::log(&call.log);
    let mut working = Working::new(call);
    match working.work(&key) {
        Ok(()) => {
            tracing::info!(count = working.count, "no more tasks");
            if working.lost > 0 {
                let lost = working.lost;
                eprintln!("selvedge: {}: the results of {lost} tasks were lost with the connection", call.connect);
            }
            Ok(working.lost == 0)
        }
        Err(ClientError::Program { program, error }) => Err(NetworkError::File { path: program, error }.into()),
        Err(error) => {
            eprintln!("selvedge: {}: {error}", call.connect);
            Ok(false)
        }
    }
}

/// A worker at work.
struct Working<'a> {
    call: &'a Worker,
    is_interrupted: Arc<AtomicBool>,
    /// What ends the connection while all that is waited for is a task on a lease.
    ender: Arc<Mutex<Option<TcpStream>>>,
    /// How many tasks it has done.
    count: u64,
    /// How many of them, taken for good, have no result because a connection was lost.
    lost: u64,
    /// What it had when the last connection was lost.
    machine: Option<Machine>,
}

impl<'a> Working<'a> {
    fn new(call: &'a Worker) -> Self {
        let is_interrupted = Arc::new(AtomicBool::new(false));
        let ender: Arc<Mutex<Option<TcpStream>>> = Arc::default();
        let idle = Arc::clone(&ender);
        interrupt::tells(&is_interrupted, move || {
            if let Some(stream) = &*idle.lock().unwrap_or_else(PoisonError::into_inner) {
                let _ = stream.shutdown(std::net::Shutdown::Both);
            }
        });
        Self { call, is_interrupted, ender, count: 0, lost: 0, machine: None }
    }

    fn is_interrupted(&self) -> bool {
        self.is_interrupted.load(SeqCst)
    }

    /// Does tasks until there are none for some time. Connects again when a connection is lost.
    fn work(&mut self, key: &[u8]) -> Result<(), ClientError> {
        let open = || RemoteQueues::open(self.call.connect, key, self.call.message_bytes as usize);
        let mut queues = open()?;
        loop {
            match self.work_on(&mut queues) {
                Err(error) if error.is_end() && !self.is_interrupted() => {
                    tracing::warn!(%error, "the connection is lost");
                    let again = connected_again(self.call.reconnect, &self.is_interrupted, open).ok_or(error)?;
                    let former = std::mem::replace(&mut queues, again);
                    if former.run() != queues.run() {
                        // Its tasks, and its tickets, are others.
                        self.machine = None;
                    }
                }
                result => return result,
            }
        }
    }

    /// Does the tasks of one connection.
    fn work_on(&mut self, queues: &mut RemoteQueues) -> Result<(), ClientError> {
        let lease = Some(self.call.lease).filter(|lease| queues.has_leases && !lease.is_zero());
        tracing::info!(leases = lease.is_some(), "connected");
        let timeout = self.call.timeout;
        let patience = if lease.is_some() { Patience::WithOthers(timeout) } else { Patience::Some(timeout) };
        // What was done when the connection was lost is not done again.
        let mut worker = self.machine.take().unwrap_or_else(|| Machine::new(lease, patience));
        let done = self.go_on(queues, &mut worker, lease);
        worker.connected_again();
        self.machine = Some(worker);
        done
    }

    /// Does tasks until there are none, or the connection is lost.
    fn go_on(
        &mut self,
        queues: &mut RemoteQueues,
        worker: &mut Machine,
        lease: Option<Duration>,
    ) -> Result<(), ClientError> {
        loop {
            match worker.next() {
                Next::Ask(name, request @ (Request::Get | Request::Lease(_)), patience) => {
                    match self.asked_for_a_task(queues, name, &request, patience)? {
                        Some(answer) => worker.answered(answer),
                        None => return Ok(()),
                    }
                }
                // One that has just come on a lease goes back.
                Next::Work(_) if lease.is_some() && self.is_interrupted() => return Ok(()),
                Next::Ask(name, request, patience) => match queues.ask(name, &request, patience) {
                    Ok(answer) => {
                        if answer == Answer::Full {
                            // The master has no memory for the result; it is offered until it has.
                            std::thread::sleep(PAUSE_MIN);
                        }
                        worker.answered(answer);
                    }
                    Err(error) => {
                        self.lost += u64::from(worker.has_for_good() && error.is_end());
                        return Err(error);
                    }
                },
                Next::Work(task) => {
                    let result = match &self.call.command[..] {
                        [] => square(&task),
                        command => {
                            let bytes_max = (self.call.message_bytes as usize).saturating_sub(REST_BYTES);
                            let held = worker.ticket().zip(lease).filter(|_| queues.can_extend);
                            extending(queues, held, || commanded(command, &AsJson(&task).text(), bytes_max))?
                        }
                    };
                    worker.worked(result);
                    self.count += 1;
                }
                Next::End => return Ok(()),
                Next::Refused => return Err(ClientError::Refused),
            }
        }
    }

    /// Asks for a task. Returns no answer if there are no more, or if somebody asks for the end.
    fn asked_for_a_task(
        &self,
        queues: &mut RemoteQueues,
        name: Name,
        request: &Request,
        patience: Patience,
    ) -> Result<Option<Answer>, ClientError> {
        let ender = || self.ender.lock().unwrap_or_else(PoisonError::into_inner);
        let leases = matches!(request, Request::Lease(_));
        if leases {
            // A task that was on the way goes back with the connection. One taken for good would be lost.
            *ender() = Some(queues.ender()?);
        }
        if self.is_interrupted() {
            return Ok(None);
        }
        let answer = queues.ask(name, request, patience);
        *ender() = None;
        match answer {
            Err(error) if error.is_end() && leases && self.is_interrupted() => Ok(None),
            // A master of CPython's cannot say that it ends: that it has gone is all that there is to hear.
            Err(error) if error.is_end() && !queues.has_leases => Ok(None),
            answer => answer.map(Some),
        }
    }
}

/// Does a task while its lease is extended, if it has one. If that is refused, somebody else has the task.
fn extending(
    queues: &mut RemoteQueues,
    held: Option<(Ticket, Duration)>,
    work: impl FnOnce() -> Result<Value, CommandError> + Send,
) -> Result<Value, ClientError> {
    let Some((ticket, lease)) = held else { return Ok(work()?) };
    let extend = || match queues.ask(Name::Tasks, &Request::Extend(ticket, lease), Patience::None) {
        Ok(_) => Ok(true),
        Err(error) if error.is_end() => Ok(false),
        Err(error) => Err(error),
    };
    Ok(command::extending(lease, extend, work)??)
}
