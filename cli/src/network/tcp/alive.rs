//! Noticing that the other side is gone, if it goes without a word.

use std::io;
use std::time::Duration;

/// After so much silence the system asks whether the other side is still there, and then so often.
const AFTER: Duration = Duration::from_secs(60);
const EVERY: Duration = Duration::from_secs(15);

/// Has the system look after a connection. Otherwise one that is lost would be waited for, and handed tasks, for ever.
pub(crate) fn look_after(stream: socket2::SockRef<'_>) -> io::Result<()> {
    stream.set_tcp_keepalive(&socket2::TcpKeepalive::new().with_time(AFTER).with_interval(EVERY))
}
