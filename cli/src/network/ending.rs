//! How a master comes to its end: what is out is waited for, who waits is told, and what is left to be sent is sent.

use std::time::{Duration, Instant};

use mio::Events;
use selvedge_models::master_worker::queue::Queue;
use selvedge_models::master_worker::worker::Name;

use super::master::Network;

/// Sends what is left to be sent for so long, when a connection is closed or the master ends.
const LAST_WORDS: Duration = Duration::from_secs(2);

impl Network {
    /// Hands out no more tasks, because somebody has asked for the end: those that are out are waited for.
    pub(super) fn begin_to_drain(&mut self) {
        self.hand_out_no_more();
        match self.leased() {
            0 => {}
            out => tracing::warn!("waits for the results of {out} tasks; another signal ends it at once"),
        }
    }

    /// Answers those that lease tasks that there are no more.
    fn hand_out_no_more(&mut self) {
        self.server.change(Name::Tasks.kind(), self.now(), Queue::end);
        self.do_effects();
    }

    /// Returns how many tasks are out on a lease.
    pub(super) fn leased(&self) -> usize {
        self.server.queue(Name::Tasks.kind()).map_or(0, Queue::leased)
    }

    /// Tells the workers that lease tasks that there are no more, for some time.
    pub(super) fn tell_workers(&mut self, events: &mut Events) -> std::io::Result<()> {
        self.hand_out_no_more();
        let tasks = Name::Tasks.kind();
        let end = Instant::now() + LAST_WORDS;
        while Instant::now() < end && self.server.queue(tasks).is_some_and(Queue::has_leasers) {
            self.wait_for(events, Some(Duration::from_millis(20)))?;
            self.read_each();
            self.do_effects();
        }
        Ok(())
    }

    /// Says what is lost with the queues of a master that has no tasks of its own.
    pub(super) fn tell_what_is_left(&self) {
        let length = |name: Name| self.server.queue(name.kind()).map_or(0, Queue::len);
        let (tasks, results) = (length(Name::Tasks), length(Name::Results));
        if tasks + results > 0 {
            let kept = if self.keeper.has_state() { "; the state has them" } else { "" };
            super::say_last([format!("ended with {tasks} tasks that nobody took, and {results} results{kept}")]);
        }
    }

    /// Closes connections whose last words are not taken.
    pub(super) fn close_late(&mut self) {
        self.closing.retain(|(client, _)| self.sockets.contains_key(client));
        let is_late = |(_, since): &(usize, Instant)| since.elapsed() >= LAST_WORDS;
        let late: Vec<usize> =
            self.closing.iter().filter(|closing| is_late(closing)).map(|(client, _)| *client).collect();
        late.into_iter().for_each(|client| self.drop_client(client));
    }

    /// Sends what is still to be sent, for some time.
    pub(super) fn say_goodbye(&mut self) {
        let end = Instant::now() + LAST_WORDS;
        let mut events = Events::with_capacity(64);
        while Instant::now() < end && self.sockets.values().any(|socket| !socket.is_through()) {
            if self.poll.poll(&mut events, Some(Duration::from_millis(20))).is_err() {
                return;
            }
            let clients: Vec<usize> = self.sockets.keys().copied().collect();
            clients.into_iter().for_each(|client| self.flush(client));
        }
    }
}
