//! One connection of a master: where it is, and when it has to say something.

use std::time::Duration;

use super::admission::Origin;
use super::config::Config;
use super::wire::frame::Frames;
use super::wire::handshake::Handshake;

/// Where a connection is.
pub(super) enum Step {
    Handshake(Handshake),
    /// It may ask the server itself one thing.
    Control,
    /// It may ask objects for things, one at a time.
    Serving,
    /// It waits for the answer of a queue, until then if there is a time.
    Waiting {
        queue: u64,
        until: Option<Duration>,
    },
}

pub(super) struct Session {
    pub(super) step: Step,
    pub(super) frames: Frames,
    /// Where it comes from, if that is known.
    pub(super) origin: Option<Origin>,
    pub(super) connected_at: Duration,
    pub(super) last_heard: Duration,
    /// How many bytes were answered since all that was answered before had gone out.
    pub(super) unsent_bytes: usize,
    /// The queues that clients have made, and that it has used.
    pub(super) uses: Vec<u64>,
    /// The queues of which it was answered items since then.
    pub(super) taken_from: Vec<u64>,
}

/// When so many bytes of answers may not have gone out yet, nothing more is done for a connection: who asks for much at once gets
/// one long answer after the other, and no item leaves its queue for an answer that cannot be kept.
pub(super) const UNSENT_BYTES_MAX: usize = 1 << 20;

impl Session {
    /// Returns when something has to be done about it, if nothing happens.
    pub(super) fn deadline(&self, config: &Config) -> Option<Duration> {
        match self.step {
            Step::Waiting { until, .. } => until,
            // To say something now and then is not enough.
            Step::Handshake(_) => Some(self.connected_at + config.handshake_time),
            _ => Some(self.last_heard + config.idle_time),
        }
    }

    /// Returns whether its next message is not to be dealt with yet.
    pub(super) fn is_held_back(&self) -> bool {
        matches!(self.step, Step::Waiting { .. }) || self.unsent_bytes > UNSENT_BYTES_MAX
    }

    /// Returns whether that is so by now.
    pub(super) fn is_due(&self, config: &Config, now: Duration) -> bool {
        self.deadline(config).is_some_and(|time| time <= now)
    }
}
