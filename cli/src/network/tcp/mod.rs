//! TCP, as both a master and a worker use it; and the client of a master.

pub(crate) mod alive;
pub(crate) mod attention;
pub(crate) mod client;
