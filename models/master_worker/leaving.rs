//! Connections that go, by themselves or because the master closes them: what they had is for others then.

use std::time::Duration;

use super::config::{Effect, Refusal};
use super::queue::Client;
use super::server::Server;
use super::session::Session;

impl Server {
    pub(super) fn refuse(&mut self, client: Client, refusal: Refusal, now: Duration) {
        self.effects.push(Effect::Refused(client, refusal));
        self.close(client, now);
    }

    pub(super) fn close(&mut self, client: Client, now: Duration) {
        self.effects.push(Effect::Close(client));
        if let Some(session) = self.remove(client, now) {
            // What it was answered before is still sent: if it goes first, that is for others too.
            if !session.taken_from.is_empty() {
                self.leaving.insert(client, session.taken_from);
            }
            self.change_all(now, |queue| queue.leave(client));
        }
    }

    /// Forgets a connection. What it had on a lease, or was on its way to it, is for others.
    pub(super) fn forget(&mut self, client: Client, now: Duration) {
        let is_leaving = self.leaving.remove(&client).is_some_and(|taken_from| !taken_from.is_empty());
        if self.remove(client, now).is_some() || is_leaving {
            self.change_all(now, |queue| queue.forget(client));
        }
    }

    fn remove(&mut self, client: Client, now: Duration) -> Option<Session> {
        let session = self.sessions.remove(&client)?;
        session.uses.iter().for_each(|&ident| self.objects.left(ident, client, now));
        Some(session)
    }
}
