//! The stepper for a terminal, or for whoever writes commands to it: a line asks, a few lines answer.

use std::io::{self, BufRead, Write};

use super::{Stepper, Wish};
use crate::render;

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
        let wish = match command {
            "b" => Wish::Back,
            "f" => Wish::Forward,
            "n" | "e" if self.position().choices.is_empty() => {
                return Some("the execution is over; `b` goes back".to_owned());
            }
            "n" => Wish::On,
            "e" => Wish::End,
            "j" => Wish::GoTo(argument.trim().to_owned()),
            number => match number.parse::<usize>() {
                // No choice has the number 0.
                Ok(number) => match number.checked_sub(1) {
                    Some(place) => Wish::Take(place),
                    None => return Some(self.no_step(number)),
                },
                Err(_) => return Some(format!("{number:?} is no command; `?` lists them")),
            },
        };
        self.fulfil(&wish).err()
    }
}
