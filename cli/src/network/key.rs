//! The key that master and workers share: from a file, or the environment. There is none by default. And the number by which
//! a run of a master is known.

use std::path::Path;

use super::NetworkError;

/// Returns the key. Ends of lines at its end are no part of it.
pub(crate) fn read(file: Option<&Path>) -> Result<Vec<u8>, NetworkError> {
    let mut key = match file {
        Some(path) => {
            std::fs::read(path).map_err(|error| NetworkError::File { path: path.display().to_string(), error })?
        }
        None => std::env::var_os("SELVEDGE_AUTHKEY").ok_or(NetworkError::NoKey)?.into_encoded_bytes(),
    };
    while key.last().is_some_and(|last| *last == b'\n' || *last == b'\r') {
        key.pop();
    }
    if key.is_empty() { Err(NetworkError::EmptyKey) } else { Ok(key) }
}

/// Returns a number that no other run of a master has.
pub(crate) fn run_number() -> Result<u128, NetworkError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| NetworkError::Random(error.to_string()))?;
    Ok(u128::from_ne_bytes(bytes))
}
