//! What a master of tasks does with the results that have come, and with what was given up.

use selvedge_models::master_worker::queue::Queue;
use selvedge_models::master_worker::worker::Name;

use super::master::Network;
use super::tally::{Tally, Verdict};
use super::task::AsJson;

impl Network {
    /// Prints the results of tasks, and puts those once more that failed and are to be tried again. If much is yet to be printed
    /// the others wait in their queue, unless `takes_all`. A master without tasks of its own says what was given up.
    pub(super) fn take_results(&mut self, tally: Option<&mut Tally>, takes_all: bool) {
        let Some(tally) = tally else {
            return self.keeper.tell_given_up(&mut self.server);
        };
        let now = self.now();
        let tasks = Name::Tasks.kind();
        while !tally.is_done()
            && (takes_all || !self.keeper.prints_late())
            && let Some((number, result)) = self.server.take(Name::Results.kind(), now)
        {
            let taken_for_good = self.server.queue(tasks).map_or(0, Queue::own_taken);
            match tally.judge(number, &result, taken_for_good) {
                Verdict::Print(line) => self.keeper.print(line),
                Verdict::Retry(task, again) => {
                    if let Some(number) = self.server.change(tasks, now, |queue| queue.add(task)) {
                        tally.again(number, again);
                    }
                }
                Verdict::Other => {
                    let result = AsJson(&result);
                    tracing::warn!(number, %result, "ignored: it is the result of no task that has none");
                }
            }
        }
        if self.server.queue(tasks).is_some_and(Queue::has_given_up) {
            let given_up = self.server.change(tasks, now, Queue::take_given_up).unwrap_or_default();
            given_up.into_iter().for_each(|(number, _)| tally.give_up(number));
        }
        self.keeper.note(tally);
    }
}
