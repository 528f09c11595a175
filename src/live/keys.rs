//! What the keys of the terminal's stepper ask for.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::screen::Screen;
use crate::stepper::Wish;

/// What a key asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pressed {
    /// Nothing, or nothing that is not on the screen alone.
    Nothing,
    /// To leave.
    Quit,
    /// Something of the stepper.
    Asks(Wish),
}

/// The keys and what they do, as `?` lists them.
pub(super) const KEYS: [(&str, &str); 9] = [
    ("1 .. 9", "take that step"),
    ("up, down, Enter", "choose a step and take it"),
    ("b, left", "take a step back"),
    ("f, right", "take it again"),
    ("n", "go on until there is something to choose"),
    ("e", "go on to the end"),
    ("j", "go to where a token leads"),
    ("page up, page down", "look at earlier steps, and at later ones"),
    ("q, Esc", "leave"),
];

/// The longest token that may be typed.
const TOKEN_LENGTH_MAX: usize = 16 << 10;

/// How many steps a page of the trace is.
const PAGE_STEPS: usize = 10;

impl Screen {
    /// Does what a key asks of the screen, and returns what it asks of the stepper.
    pub(super) fn press(&mut self, key: KeyEvent) -> Pressed {
        self.message = None;
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            return if matches!(key.code, KeyCode::Char('c' | 'd')) { Pressed::Quit } else { Pressed::Nothing };
        }
        if self.asked.is_some() {
            return self.type_token(key.code);
        }
        if std::mem::take(&mut self.has_help) {
            return Pressed::Nothing;
        }
        let count = self.view.choices.len();
        match key.code {
            KeyCode::Char('q') | KeyCode::Esc => return Pressed::Quit,
            KeyCode::Char('?') => self.has_help = true,
            KeyCode::Char('j') => self.asked = Some(String::new()),
            KeyCode::Up => self.chosen = self.chosen.saturating_sub(1),
            KeyCode::Down => self.chosen = (self.chosen + 1).min(count.saturating_sub(1)),
            KeyCode::PageUp => {
                self.hidden = (self.hidden + PAGE_STEPS).min(self.view.execution.steps.len().saturating_sub(1));
            }
            KeyCode::PageDown => self.hidden = self.hidden.saturating_sub(PAGE_STEPS),
            KeyCode::Char('b') | KeyCode::Left => return Pressed::Asks(Wish::Back),
            KeyCode::Char('f') | KeyCode::Right => return Pressed::Asks(Wish::Forward),
            _ if count == 0 => {}
            KeyCode::Char('n') => return Pressed::Asks(Wish::On),
            KeyCode::Char('e') => return Pressed::Asks(Wish::End),
            KeyCode::Enter => return Pressed::Asks(Wish::Take(self.chosen)),
            KeyCode::Char(digit @ '1'..='9') => {
                let place = digit as usize - '1' as usize;
                if place < count {
                    return Pressed::Asks(Wish::Take(place));
                }
                self.message =
                    Some(format!("there is no step {digit} here: the choices have the numbers 1 to {count}"));
            }
            _ => {}
        }
        Pressed::Nothing
    }

    /// Adds what is typed to the token, until it is asked for or given up.
    fn type_token(&mut self, code: KeyCode) -> Pressed {
        let typed = self.asked.get_or_insert_default();
        match code {
            KeyCode::Char(letter) if typed.len() < TOKEN_LENGTH_MAX => typed.push(letter),
            KeyCode::Backspace => {
                typed.pop();
            }
            KeyCode::Esc => self.asked = None,
            KeyCode::Enter => {
                let typed = self.asked.take().unwrap_or_default();
                return Pressed::Asks(Wish::GoTo(typed.trim().to_owned()));
            }
            _ => {}
        }
        Pressed::Nothing
    }
}
