//! How the values of options are read, and what is said of those that are none.

use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

/// Parses `NAME=VALUE`.
pub(crate) fn setting(text: &str) -> Result<(String, usize), String> {
    let (name, value) = text.split_once('=').ok_or("a setting has the form NAME=VALUE")?;
    let value = value.parse().map_err(|_| format!("`{value}` is not a whole number from 0 up"))?;
    Ok((name.to_owned(), value))
}

/// Parses `INDEX/COUNT`.
pub(crate) fn shard(text: &str) -> Result<(u32, u32), String> {
    let (index, count) = text.split_once('/').ok_or("a part has the form INDEX/COUNT")?;
    let number = |text: &str| text.parse::<u32>().map_err(|_| format!("`{text}` is not a whole number from 0 up"));
    let (index, count) = (number(index)?, number(count)?);
    if index >= count {
        return Err(format!("there is no part {index} of {count}: parts are counted from 0"));
    }
    Ok((index, count))
}

/// Parses a number of seconds.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| format!("`{text}` is not a number"))?;
    Duration::try_from_secs_f64(number).map_err(|_| format!("`{text}` is not a number of seconds that can pass"))
}

/// Parses a number of seconds that is not zero.
pub(crate) fn some_seconds(text: &str) -> Result<Duration, String> {
    let time = seconds(text)?;
    if time.is_zero() { Err("it has to be more than 0 seconds".to_owned()) } else { Ok(time) }
}

/// Parses an address and a port, or the name of a host and a port. Of several addresses that a host has, the first of version 4
/// is taken, as CPython does.
pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let all: Vec<SocketAddr> = text.to_socket_addrs().map_err(|error| format!("no host and port: {error}"))?.collect();
    all.iter()
        .find(|address| address.is_ipv4())
        .or(all.first())
        .copied()
        .ok_or_else(|| "the host has no address".to_owned())
}

/// Reads the name of a queue, and for how many items it has room: 0 for any number.
pub(crate) fn queue(text: &str) -> Result<(String, usize), String> {
    let (name, size) = match text.split_once(':') {
        Some((name, size)) => (name, size.parse().ok().filter(|&size| size > 0).ok_or("a size is a number from 1 up")?),
        None => (text, 0),
    };
    let is_name = |name: &str| {
        let mut letters = name.chars();
        letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
            && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    if !is_name(name) {
        return Err("a queue is called by a name of Python: letters, digits and `_`, and no digit first".to_owned());
    }
    if ["get_task_queue", "get_result_queue", "Queue", "JoinableQueue"].contains(&name) {
        return Err(format!("there is a {name} in any case"));
    }
    Ok((name.to_owned(), size))
}
