//! The pages of Selvedge in a real browser: this package has tests only.
