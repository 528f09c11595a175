//! What of a master's answers has gone out. Until then an item that was taken for good is kept for who comes next, and one who asks
//! for much at once gets no more.

use std::time::Duration;

use super::queue::{Answer, Client};
use super::server::Server;
use super::session::UNSENT_BYTES_MAX;

impl Server {
    /// All that a connection was sent has gone out: no item comes back any more that it was answered, and what it has asked for
    /// meanwhile is dealt with.
    pub fn went_out(&mut self, client: Client, now: Duration) {
        self.let_go(client);
        let Some(session) = self.sessions.get_mut(&client) else { return };
        if std::mem::take(&mut session.unsent_bytes) > UNSENT_BYTES_MAX {
            self.to_read.push_back(client);
            self.read_all(now);
        }
    }

    /// Keeps no items for a connection any more that it was answered.
    fn let_go(&mut self, client: Client) {
        let session = self.sessions.get_mut(&client).map(|session| &mut session.taken_from);
        let Some(taken_from) = session.or_else(|| self.leaving.get_mut(&client)) else { return };
        for ident in taken_from.drain(..) {
            self.objects.queue(ident).into_iter().for_each(|queue| queue.went_out(client));
        }
    }

    /// Notes that an item is on its way.
    pub(super) fn note_taken(&mut self, client: Client, ident: u64, answer: &Answer) {
        if let (Answer::Item(_), Some(session)) = (answer, self.sessions.get_mut(&client)) {
            session.taken_from.push(ident);
        }
    }
}
