//! The stepper on a terminal, over all of it.

use std::io::{self, Stdout, stdout};
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::{Hide, Show};
use ratatui::crossterm::event::{self, Event, KeyEventKind};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};

use super::keys::Pressed;
use super::screen::Screen;
use crate::schedule::Token;
use crate::stepper::Stepper;

impl Stepper {
    /// Shows where the execution stands on the whole terminal, and does what keys ask for, until one asks to leave. `?` lists
    /// the keys. `replay_line` says how a token is used; it is returned for the last position.
    ///
    /// # Errors
    ///
    /// If the terminal cannot be read or written.
    pub fn on_terminal(&mut self, replay_line: &dyn Fn(&Token) -> String) -> io::Result<String> {
        {
            let _screen = WholeScreen::begin()?;
            let mut terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
            converse(self, &mut terminal, replay_line)?;
        }
        Ok(replay_line(&self.token()))
    }
}

/// The whole terminal, until this is dropped. No hook for panics is set: those of a scenario are caught, and are no reason to
/// leave the screen.
struct WholeScreen;

impl WholeScreen {
    fn begin() -> io::Result<Self> {
        enable_raw_mode()?;
        let screen = Self;
        execute!(stdout(), EnterAlternateScreen, Hide)?;
        Ok(screen)
    }
}

impl Drop for WholeScreen {
    fn drop(&mut self) {
        // Who cannot be told that it fails cannot be helped.
        let _ = execute!(stdout(), Show, LeaveAlternateScreen);
        let _ = disable_raw_mode();
    }
}

fn converse(
    stepper: &mut Stepper,
    terminal: &mut Terminal<CrosstermBackend<Stdout>>,
    replay_line: &dyn Fn(&Token) -> String,
) -> io::Result<()> {
    let mut screen = Screen::new(stepper.view(replay_line));
    loop {
        terminal.draw(|frame| screen.draw(frame))?;
        let Event::Key(key) = event::read()? else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        match screen.press(key) {
            Pressed::Nothing => continue,
            Pressed::Quit => return Ok(()),
            Pressed::Asks(wish) => {
                // A look at what can come may take seconds.
                screen.message = Some("looking at what can come ..".to_owned());
                terminal.draw(|frame| screen.draw(frame))?;
                screen.obey(stepper, &wish, replay_line);
                // What was typed meanwhile was meant for another position.
                while event::poll(Duration::ZERO)? {
                    event::read()?;
                }
            }
        }
    }
}
