//! `selvedge worker`: takes tasks from a master, and puts results. Without a command it does what the tutorial's worker
//! does, and squares numbers.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use selvedge_models::master_worker::queue::{Patience, Request};
use selvedge_models::master_worker::wire::value::Value;
use selvedge_models::master_worker::worker::{Next, Worker as Machine};

use super::tcp::client::{ClientError, RemoteQueues};
use super::{NetworkError, key, task};
use crate::CallError;
use crate::arguments::Worker;

/// How many bytes a message has beside the result in it, at most.
const REST_BYTES: usize = 256;

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

/// Does tasks until there are none for some time; returns how many.
fn work(call: &Worker, key: &[u8]) -> Result<u64, ClientError> {
    let mut queues = RemoteQueues::open(call.connect, key, call.message_bytes as usize)?;
    let lease = Some(call.lease).filter(|lease| queues.has_leases && !lease.is_zero());
    tracing::info!(leases = lease.is_some(), "connected");
    let mut worker = Machine::new(lease, Patience::Some(call.timeout));
    let bytes_max = (call.message_bytes as usize).saturating_sub(REST_BYTES);
    let mut count = 0;
    loop {
        match worker.next() {
            Next::Ask(name, request, patience) => match queues.ask(name, &request, patience) {
                Ok(answer) => worker.answered(answer),
                // A master that has all its results ends: no result of ours is on its way then.
                Err(error) if error.is_end() && !matches!(request, Request::Put(_) | Request::PutOnce(..)) => break,
                Err(error) => return Err(error),
            },
            Next::Work(task) => {
                let result = match &call.command[..] {
                    [] => square(&task),
                    command => commanded(command, &task, bytes_max)?,
                };
                worker.worked(result);
                count += 1;
            }
            Next::End => break,
            Next::Refused => return Err(ClientError::Refused),
        }
    }
    Ok(count)
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
    let mut child = program.spawn().map_err(|error| ClientError::Program { program: command[0].clone(), error })?;
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
    let _ = writer.join();
    let text = String::from_utf8_lossy(&output).trim_end().to_owned();
    // Text that is none becomes longer.
    Ok(Value::Text(match status.success() {
        _ if output.len() > bytes_max || text.len() > bytes_max => {
            format!("failed: it prints more than {bytes_max} bytes")
        }
        true => text,
        false => format!("failed with {status}"),
    }))
}
