//! What a reader asks of the stepper, whether by a line, by a key or by a request of the page.

use super::Stepper;
use crate::schedule::Token;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// To take the step of the choice with this place, counted from 0.
    Take(usize),
    /// To take the last step back.
    Back,
    /// To take it again.
    Forward,
    /// To go on to the next choice.
    On,
    /// To go on to the end.
    End,
    /// To go to where a token leads.
    GoTo(String),
}

impl Stepper {
    /// Returns what is said of a number that no choice has.
    pub(crate) fn no_step(&self, number: usize) -> String {
        format!("there is no step {number} here: the choices have the numbers 1 to {}", self.position().choices.len())
    }

    /// Does what was asked.
    ///
    /// # Errors
    ///
    /// Why not, in words, if it cannot; then nothing has changed.
    pub(crate) fn fulfil(&mut self, wish: &Wish) -> Result<(), String> {
        let refused = |is_done: bool, why: &str| if is_done { Ok(()) } else { Err(why.to_owned()) };
        match wish {
            &Wish::Take(place) => {
                let why = self.no_step(place.saturating_add(1));
                refused(self.take(place), &why)
            }
            Wish::Back => refused(self.back(), "this is the beginning"),
            Wish::Forward => refused(self.forward(), "no step was taken back"),
            Wish::On => {
                self.run_on();
                Ok(())
            }
            Wish::End => {
                self.run_to_end();
                Ok(())
            }
            Wish::GoTo(typed) => match typed.parse::<Token>() {
                Ok(token) => refused(self.go_to(&token), "that token does not lead to a place of this scenario"),
                Err(error) => Err(format!("{typed:?} is no token: {error}")),
            },
        }
    }
}
