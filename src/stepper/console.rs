//! The stepper for a terminal, or for whoever writes commands to it: a line asks, a few lines answer.

use std::io::{self, BufRead, Write};

use super::Stepper;
use crate::render;
use crate::schedule::Token;

const HELP: &str = "\
  NUMBER   take that step
  n        go on until there is something to choose
  e        go on to the end
  b, f     one step back, and forward again
  t        all steps so far, as a table
  j TOKEN  go to where a token leads
  ?        this list
  q        leave
";

impl Stepper {
    /// Shows where the execution stands, and does what each line of `input` says, until it says `q` or ends.
    ///
    /// # Errors
    ///
    /// If nothing can be read or written.
    pub fn converse(&mut self, mut input: impl BufRead, output: &mut impl Write) -> io::Result<()> {
        write!(output, "{}", render::position(self.position(), &self.token()))?;
        let mut line = String::new();
        loop {
            write!(output, "> ")?;
            output.flush()?;
            line.clear();
            if input.read_line(&mut line)? == 0 {
                return writeln!(output);
            }
            let (command, argument) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
            let refused = match command {
                "q" => return Ok(()),
                "" => continue,
                "?" => {
                    write!(output, "{HELP}")?;
                    continue;
                }
                "t" => {
                    writeln!(output, "{}", render::table(&self.position().trace))?;
                    continue;
                }
                _ => self.obey(command, argument),
            };
            match refused {
                Some(why) => writeln!(output, "{why}")?,
                None => write!(output, "{}", render::position(self.position(), &self.token()))?,
            }
        }
    }

    /// Does what a command says; returns why not, if it cannot.
    fn obey(&mut self, command: &str, argument: &str) -> Option<String> {
        match command {
            "b" => (!self.back()).then(|| "this is the beginning".to_owned()),
            "f" => (!self.forward()).then(|| "no step was taken back".to_owned()),
            "n" | "e" if self.position().choices.is_empty() => Some("the execution is over; `b` goes back".to_owned()),
            "n" => {
                self.run_on();
                None
            }
            "e" => {
                self.run_to_end();
                None
            }
            "j" => match argument.trim().parse::<Token>() {
                Ok(token) if self.go_to(&token) => None,
                Ok(_) => Some("that token does not lead to a place of this scenario".to_owned()),
                Err(error) => Some(format!("{:?} is no token: {error}", argument.trim())),
            },
            number => match number.parse::<usize>() {
                Ok(number) if number > 0 && self.take(number - 1) => None,
                Ok(_) => Some(format!(
                    "there is no step {number} here: the choices have the numbers 1 to {}",
                    self.position().choices.len()
                )),
                Err(_) => Some(format!("{number:?} is no command; `?` lists them")),
            },
        }
    }
}
