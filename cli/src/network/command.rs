//! What a worker does with a task: a program of the user's, or what the tutorial's worker does.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use selvedge_models::master_worker::wire::value::Value;

use super::task::AsJson;
use super::tcp::client::ClientError;
use crate::interrupt;

/// A program that cannot be run, or does not do what it has to.
#[derive(Debug, thiserror::Error)]
#[error("{program}: {error}")]
pub(crate) struct CommandError {
    pub(crate) program: String,
    pub(crate) error: std::io::Error,
}

impl From<CommandError> for ClientError {
    fn from(CommandError { program, error }: CommandError) -> Self {
        Self::Program { program, error }
    }
}

/// What the tutorial's worker returns: `3 * 3 = 9`.
pub(super) fn square(task: &Value) -> Value {
    match task {
        Value::Int(number) => Value::Text(format!("{number} * {number} = {}", i128::from(*number).pow(2))),
        other => Value::Text(format!("not a number: {}", AsJson(other))),
    }
}

/// Runs a program with the task, as JSON, as its input; what it prints is the result.
pub(super) fn commanded(command: &[String], task: &str, bytes_max: usize) -> Result<Value, CommandError> {
    let wrong = |error| CommandError { program: command[0].clone(), error };
    let mut program = Command::new(&command[0]);
    program.args(&command[1..]).stdin(Stdio::piped()).stdout(Stdio::piped());
    // Keys are nothing that a task needs.
    program.env_remove("SELVEDGE_AUTHKEY").env_remove("REDISCLI_AUTH");
    // It ends with the worker, with all that it starts, but not by what the terminal sends to the worker.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut program, 0);
    let mut child = program.spawn().map_err(wrong)?;
    interrupt::runs(Some(child.id()));
    let input = format!("{task}\n");
    let mut stdin = child.stdin.take();
    // It may not read all of it before it writes, or none at all.
    let writer = std::thread::spawn(move || stdin.as_mut().map(|stdin| stdin.write_all(input.as_bytes())));
    let mut output = Vec::new();
    let mut stdout = child.stdout.take().map(|stdout| stdout.take(bytes_max as u64 + 1));
    stdout.as_mut().map_or(Ok(0), |stdout| stdout.read_to_end(&mut output)).map_err(wrong)?;
    // Who goes on writing is told that nobody reads any more.
    drop(stdout);
    let status = child.wait().map_err(wrong)?;
    interrupt::runs(None);
    let _ = writer.join();
    let text = String::from_utf8_lossy(&output).trim_end().to_owned();
    // Text that is none becomes longer.
    if output.len() > bytes_max || text.len() > bytes_max {
        return Ok(failed(status.code(), format!("it prints more than {bytes_max} bytes")));
    }
    Ok(if status.success() { Value::Text(text) } else { failed(status.code(), text) })
}

/// Does a task while its lease is extended, three times in the time for which it lasts. If `extend` fails, somebody else has the task:
/// its command is ended, and the error returned. If it returns `false`, nobody can be asked, and the command goes on: the first result
/// counts.
pub(super) fn extending<T: Send, E>(
    lease: Duration,
    mut extend: impl FnMut() -> Result<bool, E>,
    work: impl FnOnce() -> T + Send,
) -> Result<T, E> {
    std::thread::scope(|scope| {
        let (is_at_work, is_over) = mpsc::channel::<()>();
        let worker = scope.spawn(move || {
            let _is_at_work = is_at_work;
            work()
        });
        while let Err(RecvTimeoutError::Timeout) = is_over.recv_timeout(lease / 3) {
            match extend() {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    interrupt::end_command();
                    return Err(error);
                }
            }
        }
        Ok(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// The result of a task that has failed. There is no exit code if a signal has ended the program.
fn failed(exit_code: Option<i32>, output: String) -> Value {
    Value::Dict(vec![
        (Value::text("status"), Value::text("failed")),
        (Value::text("exit_code"), exit_code.map_or(Value::None, |code| Value::Int(code.into()))),
        (Value::text("output"), Value::Text(output)),
    ])
}
