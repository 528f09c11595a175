//! Nothing: the measurements are in the files beside this one, one bench a file.
