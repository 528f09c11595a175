//! `selvedge worker --redis`: takes tasks from a stream of Redis, as one of a group of consumers. The broker has the tasks, the
//! leases and the results: an entry that was handed out is pending until it is acknowledged, and who claims one that has been
//! pending for too long has it next. `models/master_worker/broker.rs` explores what is done here at the end of a task.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

use redis::streams::{StreamAutoClaimReply, StreamId, StreamPendingCountReply, StreamPendingReply, StreamReadReply};
use redis::{ConnectionAddr, ErrorKind, FromRedisValue, IntoConnectionInfo, RedisError, Script, cmd};
use selvedge_models::master_worker::wire::value::Value;

use super::NetworkError;
use super::arguments::Worker;
use super::command::{self, CommandError, commanded, square};
use super::reconnecting::connected_again;
use super::task::{self, AsJson};
use crate::CallError;
use crate::interrupt;

/// How long to wait for a task at a time: after that it is looked whether somebody asks for the end.
const GLANCE: Duration = Duration::from_millis(200);

/// How long the broker may take to answer.
const ANSWER_TIME: Duration = Duration::from_secs(10);

/// Adds the result of an entry of the stream `KEYS[1]` to another stream, and acknowledges the entry for a group, in one step:
/// whoever comes second adds nothing. Of a result that was handed in and not answered, the second time is nothing either. What was
/// done of a script that fails stays done: so the entry is acknowledged last.
const HAND_IN: &str = "
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1) == 0 then return 0 end
redis.call('XADD', KEYS[2], '*', 'task', ARGV[2], ARGV[3], ARGV[4])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
return 1";

/// Begins the time of a lease again, if the consumer still has the entry; not the count of deliveries.
const EXTEND: &str = "
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1, ARGV[3]) == 0 then return 0 end
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, ARGV[2], 'JUSTID')
return 1";

/// Why the work ends early.
#[derive(Debug, thiserror::Error)]
enum BrokerError {
    #[error(transparent)]
    Redis(#[from] RedisError),
    #[error(transparent)]
    Command(#[from] CommandError),
}

/// Runs the command; returns whether it came to its end without anything going wrong.
pub(super) fn run(call: &Worker, url: &str) -> Result<bool, CallError> {
    if call.lease.is_zero() {
        // All that others are at would be taken from them.
        return Err(NetworkError::Broker {
            error: "tasks of a broker are taken on a lease: --lease has to be more than 0".into(),
        }
        .into());
    }
    let client = opened(url).map_err(|error| NetworkError::Broker { error: error.to_string() })?;
    let _log = super::log(&call.log);
    let is_interrupted = Arc::new(AtomicBool::new(false));
    interrupt::tells(&is_interrupted, || {});
    let place = address(&client);
    let consumer = match consumer_name() {
        Ok(name) => name,
        Err(error) => return Err(NetworkError::Random(error.to_string()).into()),
    };
    let mut working = Working { call, client, consumer, is_interrupted, count: 0, unsaid: None };
    match working.work() {
        Ok(()) => {
            tracing::info!(count = working.count, "no more tasks");
            Ok(true)
        }
        Err(BrokerError::Command(CommandError { program, error })) => {
            Err(NetworkError::File { path: program, error }.into())
        }
        Err(BrokerError::Redis(error)) => {
            eprintln!("selvedge: {place}: {error}");
            Ok(false)
        }
    }
}

/// Returns a client of the broker; with the password that Redis's own client takes from the environment, if the address has none.
fn opened(url: &str) -> redis::RedisResult<redis::Client> {
    let mut info = url.into_connection_info()?;
    if let (None, Ok(password)) = (info.redis_settings().password(), std::env::var("REDISCLI_AUTH")) {
        let settings = info.redis_settings().clone().set_password(password);
        info = info.set_redis_settings(settings);
    }
    redis::Client::open(info)
}

/// Returns where the broker is, without a password that its address may have.
fn address(client: &redis::Client) -> String {
    match client.get_connection_info().addr() {
        ConnectionAddr::Tcp(host, port) => format!("{host}:{port}"),
        other => other.to_string(),
    }
}

/// Returns a name that no other consumer has.
fn consumer_name() -> Result<String, getrandom::Error> {
    let mut random = [0; 8];
    getrandom::fill(&mut random)?;
    Ok(format!("selvedge-{:016x}", u64::from_le_bytes(random)))
}

/// A worker at work.
struct Working<'a> {
    call: &'a Worker,
    client: redis::Client,
    consumer: String,
    is_interrupted: Arc<AtomicBool>,
    /// How many tasks it has done.
    count: u64,
    /// The entry that it has done, with its result, as long as the broker may not have it.
    unsaid: Option<(String, String)>,
}

impl Working<'_> {
    fn is_interrupted(&self) -> bool {
        self.is_interrupted.load(SeqCst)
    }

    /// Does tasks until there are none for some time. Connects again when a connection is lost.
    fn work(&mut self) -> Result<(), BrokerError> {
        let mut connection = self.connected()?;
        loop {
            match self.work_on(&mut connection) {
                Err(BrokerError::Redis(error)) if is_lost(&error) && !self.is_interrupted() => {
                    tracing::warn!(%error, "the connection is lost");
                    let open = || self.connected();
                    connection = connected_again(self.call.reconnect, &self.is_interrupted, open).ok_or(error)?;
                }
                result => return result,
            }
        }
    }

    fn connected(&self) -> redis::RedisResult<redis::Connection> {
        let mut connection = self.client.get_connection_with_timeout(ANSWER_TIME)?;
        connection.set_read_timeout(Some(ANSWER_TIME))?;
        connection.set_write_timeout(Some(ANSWER_TIME))?;
        let Worker { stream, group, .. } = self.call;
        let made = cmd("XGROUP").arg("CREATE").arg(stream).arg(group).arg("0").arg("MKSTREAM").exec(&mut connection);
        match made {
            Err(error) if error.code() != Some("BUSYGROUP") => Err(error),
            _ => Ok(connection),
        }
    }

    /// Does the tasks of one connection.
    fn work_on(&mut self, connection: &mut redis::Connection) -> Result<(), BrokerError> {
        tracing::info!(consumer = self.consumer, "connected");
        let mut since = Instant::now();
        loop {
            if let Some((entry, result)) = &self.unsaid {
                self.hand_in(connection, &self.call.results, entry, "result", result)?;
                self.unsaid = None;
                since = Instant::now();
            }
            if self.is_interrupted() {
                return Ok(());
            }
            let Some(entry) = self.taken(connection)? else {
                if since.elapsed() >= self.call.timeout && !self.is_somebody_at_work(connection)? {
                    return Ok(());
                }
                continue;
            };
            if let Some(result) = self.done(connection, &entry)? {
                self.unsaid = Some((entry.id, result));
                self.count += 1;
            }
        }
    }

    /// Takes an entry that somebody has had for longer than a lease, else one that nobody had; none if none comes.
    fn taken(&self, connection: &mut redis::Connection) -> redis::RedisResult<Option<StreamId>> {
        let Worker { stream, group, lease, .. } = self.call;
        let mut claim = cmd("XAUTOCLAIM");
        claim.arg(stream).arg(group).arg(&self.consumer).arg(milliseconds(*lease)).arg("0-0").arg("COUNT").arg(1);
        let claimed: StreamAutoClaimReply = claim.query(connection)?;
        if let Some(entry) = claimed.claimed.into_iter().next() {
            return Ok(Some(entry));
        }
        let mut read = cmd("XREADGROUP");
        read.arg("GROUP").arg(group).arg(&self.consumer).arg("COUNT").arg(1);
        read.arg("BLOCK").arg(milliseconds(GLANCE)).arg("STREAMS").arg(stream).arg(">");
        let new: Option<StreamReadReply> = read.query(connection)?;
        Ok(new.and_then(|reply| reply.keys.into_iter().next()?.ids.into_iter().next()))
    }

    /// Returns whether a consumer has an entry: it may come back.
    fn is_somebody_at_work(&self, connection: &mut redis::Connection) -> redis::RedisResult<bool> {
        let pending: StreamPendingReply =
            cmd("XPENDING").arg(&self.call.stream).arg(&self.call.group).query(connection)?;
        Ok(pending.count() > 0)
    }

    /// Does the task of an entry, and returns its result as JSON; none if it was given up, or somebody else has it now.
    fn done(&self, connection: &mut redis::Connection, entry: &StreamId) -> Result<Option<String>, BrokerError> {
        let task = entry.map.get("task").and_then(|task| String::from_redis_value_ref(task).ok());
        let Some(task) = task.filter(|task| task.len() <= self.call.message_bytes as usize) else {
            self.give_up(connection, entry, "it has no text as its `task`, or one longer than --message-bytes")?;
            return Ok(None);
        };
        if self.deliveries(connection, entry)? > self.call.deliveries as usize {
            self.give_up(connection, entry, "it was handed out too often, and came back each time")?;
            return Ok(None);
        }
        let result = match &self.call.command[..] {
            [] => Ok(Ok(square(&task::from_json(&task)))),
            command => self.extending(connection, &entry.id, || {
                commanded(command, task.trim_end(), self.call.message_bytes as usize)
            }),
        };
        match result {
            Ok(result) => Ok(Some(AsJson(&result?).text())),
            Err(IsOver) => {
                tracing::warn!(entry = entry.id, "somebody else has the task now");
                Ok(None)
            }
        }
    }

    /// Returns how often an entry was handed out.
    fn deliveries(&self, connection: &mut redis::Connection, entry: &StreamId) -> redis::RedisResult<usize> {
        let mut pending = cmd("XPENDING");
        pending.arg(&self.call.stream).arg(&self.call.group).arg(&entry.id).arg(&entry.id).arg(1);
        let pending: StreamPendingCountReply = pending.query(connection)?;
        Ok(pending.ids.first().map_or(0, |pending| pending.times_delivered))
    }

    fn give_up(&self, connection: &mut redis::Connection, entry: &StreamId, why: &str) -> redis::RedisResult<()> {
        tracing::warn!(entry = entry.id, why, "given up");
        let dead = format!("{}:dead", self.call.stream);
        self.hand_in(connection, &dead, &entry.id, "reason", why)
    }

    /// Acknowledges an entry and says what has come of it, unless somebody has done so before.
    fn hand_in(
        &self,
        connection: &mut redis::Connection,
        stream: &str,
        entry: &str,
        field: &str,
        text: &str,
    ) -> redis::RedisResult<()> {
        let script = Script::new(HAND_IN);
        let mut script = script.key(&self.call.stream);
        script.key(stream).arg(&self.call.group).arg(entry).arg(field).arg(text);
        let is_first: bool = script.invoke(connection)?;
        if !is_first {
            tracing::info!(entry, "somebody else was first");
        }
        Ok(())
    }

    /// Does a task while its lease is extended.
    fn extending(
        &self,
        connection: &mut redis::Connection,
        entry: &str,
        work: impl FnOnce() -> Result<Value, CommandError> + Send,
    ) -> Result<Result<Value, CommandError>, IsOver> {
        let (script, Worker { stream, group, lease, .. }) = (Script::new(EXTEND), self.call);
        let extend = || match script.key(stream).arg(group).arg(entry).arg(&self.consumer).invoke(connection) {
            Ok(true) => Ok(true),
            Ok(false) => Err(IsOver),
            Err(error) => {
                tracing::warn!(%error, "the lease is not extended");
                Ok(false)
            }
        };
        command::extending((*lease).max(GLANCE), extend, work)
    }
}

/// A lease is over: somebody else has the task.
struct IsOver;

/// Returns whether a connection is of no use any more, and another one may be.
fn is_lost(error: &RedisError) -> bool {
    error.is_io_error() || error.is_connection_dropped() || error.kind() == ErrorKind::Parse
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
