//! The naive twin of the kernel's memory, and the straight-line programs on which the two are compared: by the tests and by a
//! fuzz target. It is a package of its own because it is optimised, which the tests are not.

pub mod axioms;
pub mod comparison;
pub mod straight_line;
