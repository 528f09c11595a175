//! Concurrent objects built with the facade, each beside a twin that is wrong in one realistic way.

pub(crate) mod bounded;
pub(crate) mod counter;
