//! What goes over the wire between a master and its workers: the protocol of CPython's `multiprocessing.managers`, as
//! bytes. A stream is cut into frames ([`frame`]), of which the first ones prove that both sides have the key
//! ([`handshake`]), and the others are values ([`value`]) in a part of Python's pickle format ([`decode`], [`encode`]).
//!
//! Nothing here reads or writes a stream, or looks at a clock: bytes come in, and bytes go out. The reference is
//! `Lib/multiprocessing/connection.py` and `managers.py`, and `Lib/pickle.py`.

mod arena;
pub mod buffer;
pub mod decode;
pub mod encode;
pub mod frame;
pub mod handshake;
mod opcode;
mod operations;
mod parts;
pub mod passing;
pub mod pickle;
pub mod refused;
pub mod value;
