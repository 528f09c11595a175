//! Concurrent objects built with the facade, each beside a twin that is wrong in one realistic way.

pub(crate) mod bounded;
pub(crate) mod chase_lev;
pub(crate) mod counter;
pub(crate) mod michael_scott;
pub(crate) mod treiber;
