//! `selvedge worker`: takes tasks from a master, and puts results. Without a command it does what the tutorial's worker
//! does, and squares numbers.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

use selvedge_models::master_worker::queue::{Patience, Request};
use selvedge_models::master_worker::wire::value::Value;
use selvedge_models::master_worker::worker::{Next, Worker as Machine};

use super::tcp::client::{ClientError, RemoteQueues};
use super::{NetworkError, key, task};
use crate::CallError;
use crate::arguments::Worker;
use crate::interrupt;

/// How many bytes a message has beside the result in it, at most.
const REST_BYTES: usize = 256;

/// How long to wait before connecting again: first, and at most.
const PAUSE_MIN: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// Runs the command; returns whether it came to its end without anything going wrong.
pub(crate) fn run(call: &Worker) -> Result<bool, CallError> {
    let key = key::read(call.authkey_file.as_deref())?;
    super::log();
    match work(call, &key) {
        Ok(count) => {
            tracing::info!(count, "no more tasks");
            Ok(true)
        }
        Err(ClientError::Program { program, error }) => Err(NetworkError::File { path: program, error }.into()),
        Err(error) => {
            eprintln!("selvedge: {}: {error}", call.connect);
            Ok(false)
        }
    }
}

/// Does tasks until there are none for some time; returns how many. Connects again when a connection is lost.
fn work(call: &Worker, key: &[u8]) -> Result<u64, ClientError> {
    let mut count = 0;
    let is_interrupted = Arc::new(AtomicBool::new(false));
    interrupt::wakes(None, &is_interrupted);
    let mut queues = RemoteQueues::open(call.connect, key, call.message_bytes as usize)?;
    loop {
        match work_on(&mut queues, call, &is_interrupted, &mut count) {
            Err(error) if error.is_end() && is_interrupted.load(SeqCst) => return Err(error),
            Err(error) if error.is_end() => {
                tracing::warn!(%error, "the connection is lost");
                queues = connected_again(call, key, error)?;
            }
            result => return result.map(|()| count),
        }
    }
}

/// Connects again, with growing pauses. Returns the error that it began with, if that fails for too long.
fn connected_again(call: &Worker, key: &[u8], lost: ClientError) -> Result<RemoteQueues, ClientError> {
    let end = Instant::now() + call.reconnect;
    let mut pause = PAUSE_MIN;
    while Instant::now() + pause <= end {
        std::thread::sleep(pause);
        pause = (2 * pause).min(PAUSE_MAX);
        match RemoteQueues::open(call.connect, key, call.message_bytes as usize) {
            Ok(queues) => return Ok(queues),
            Err(error) => tracing::info!(%error, "not connected yet"),
        }
    }
    Err(lost)
}

/// Does the tasks of one connection.
fn work_on(
    queues: &mut RemoteQueues,
    call: &Worker,
    is_interrupted: &AtomicBool,
    count: &mut u64,
) -> Result<(), ClientError> {
    let lease = Some(call.lease).filter(|lease| queues.has_leases && !lease.is_zero());
    tracing::info!(leases = lease.is_some(), "connected");
    let mut worker = Machine::new(lease, Patience::Some(call.timeout));
    let bytes_max = (call.message_bytes as usize).saturating_sub(REST_BYTES);
    loop {
        match worker.next() {
            // No more tasks then. One that has just come on a lease goes back.
            Next::Ask(_, Request::Get | Request::Lease(_), _) if is_interrupted.load(SeqCst) => return Ok(()),
            Next::Work(_) if lease.is_some() && is_interrupted.load(SeqCst) => return Ok(()),
            Next::Ask(name, request, patience) => match queues.ask(name, &request, patience) {
                Ok(answer) => worker.answered(answer),
                // A master of CPython's cannot say that it ends: that it has gone is all that there is to hear.
                Err(error) if error.is_end() && !queues.has_leases && request == Request::Get => return Ok(()),
                Err(error) => return Err(error),
            },
            Next::Work(task) => {
                let result = match &call.command[..] {
                    [] => square(&task),
                    command => commanded(command, &task, bytes_max)?,
                };
                worker.worked(result);
                *count += 1;
            }
            Next::End => return Ok(()),
            Next::Refused => return Err(ClientError::Refused),
        }
    }
}

/// What the tutorial's worker returns: `3 * 3 = 9`.
fn square(task: &Value) -> Value {
    match task {
        Value::Int(number) => Value::Text(format!("{number} * {number} = {}", i128::from(*number).pow(2))),
        other => Value::Text(format!("not a number: {}", task::to_json(other))),
    }
}

/// Runs a program with the task, as JSON, as its input; what it prints is the result.
fn commanded(command: &[String], task: &Value, bytes_max: usize) -> Result<Value, ClientError> {
    let mut program = Command::new(&command[0]);
    program.args(&command[1..]).stdin(Stdio::piped()).stdout(Stdio::piped());
    // The key is nothing that a task needs.
    program.env_remove("SELVEDGE_AUTHKEY");
    // It ends with the worker, with all that it starts, but not by what the terminal sends to the worker.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut program, 0);
    let mut child = program.spawn().map_err(|error| ClientError::Program { program: command[0].clone(), error })?;
    interrupt::runs(Some(child.id()));
    let input = format!("{}\n", task::to_json(task));
    let mut stdin = child.stdin.take();
    // It may not read all of it before it writes, or none at all.
    let writer = std::thread::spawn(move || stdin.as_mut().map(|stdin| stdin.write_all(input.as_bytes())));
    let mut output = Vec::new();
    let mut stdout = child.stdout.take().map(|stdout| stdout.take(bytes_max as u64 + 1));
    stdout.as_mut().map_or(Ok(0), |stdout| stdout.read_to_end(&mut output))?;
    // Who goes on writing is told that nobody reads any more.
    drop(stdout);
    let status = child.wait()?;
    interrupt::runs(None);
    let _ = writer.join();
    let text = String::from_utf8_lossy(&output).trim_end().to_owned();
    // Text that is none becomes longer.
    if output.len() > bytes_max || text.len() > bytes_max {
        return Ok(failed(status.code(), format!("it prints more than {bytes_max} bytes")));
    }
    Ok(if status.success() { Value::Text(text) } else { failed(status.code(), text) })
}

/// The result of a task that has failed. There is no exit code if a signal has ended the program.
fn failed(exit_code: Option<i32>, output: String) -> Value {
    Value::Dict(vec![
        (Value::text("status"), Value::text("failed")),
        (Value::text("exit_code"), exit_code.map_or(Value::None, |code| Value::Int(code.into()))),
        (Value::text("output"), Value::Text(output)),
    ])
}
