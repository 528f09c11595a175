//! The file of `selvedge master --dead-letters`: tasks that were given up, kept for whoever looks at them later.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::NetworkError;
use super::tally::DeadLetter;

/// The file, and how many of a run's have been written to it.
pub(super) struct DeadLetters {
    file: Option<(PathBuf, File)>,
    written: usize,
}

impl DeadLetters {
    /// Opens the file, if there is to be one. What is in it stays; so many were written by an earlier master.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(super) fn open(path: Option<&Path>, written: usize) -> Result<Self, NetworkError> {
        let file = path.map(|path| match File::options().append(true).create(true).open(path) {
            Ok(file) => Ok((path.to_owned(), file)),
            Err(error) => Err(NetworkError::File { path: path.display().to_string(), error }),
        });
        Ok(Self { file: file.transpose()?, written })
    }

    /// Writes those that have not been written yet, a line each. If that fails, it is said, and not tried again: they are
    /// printed at the end in any case.
    pub(super) fn keep(&mut self, all: &[DeadLetter]) {
        let new = &all[self.written..];
        self.written = all.len();
        let Some((path, file)) = self.file.as_mut().filter(|_| !new.is_empty()) else { return };
        let lines: String = new.iter().filter_map(|letter| Some(serde_json::to_string(letter).ok()? + "\n")).collect();
        if let Err(error) = file.write_all(lines.as_bytes()) {
            eprintln!("selvedge: {}: {error}; tasks that are given up are not written there any more", path.display());
            self.file = None;
        }
    }
}
