//! What read-modify-writes make of the bits of an atomic.

use super::{AtomicKind, Update};

/// Returns what `update` makes of `old` and `operand`, both bit patterns of `kind`.
pub(crate) fn updated(kind: AtomicKind, update: Update, old: u64, operand: u64) -> u64 {
    let result = match update {
        Update::Swap => operand,
        Update::Add => old.wrapping_add(operand),
        Update::Subtract => old.wrapping_sub(operand),
        Update::And => old & operand,
        Update::Nand => !(old & operand),
        Update::Or => old | operand,
        Update::Xor => old ^ operand,
        Update::Maximum if less(kind, old, operand) => operand,
        Update::Minimum if less(kind, operand, old) => operand,
        Update::Maximum | Update::Minimum => old,
    };
    result & mask(kind)
}

fn mask(kind: AtomicKind) -> u64 {
    match kind {
        AtomicKind::Signed(bits) | AtomicKind::Unsigned(bits) => u64::MAX >> (64 - bits),
        AtomicKind::Bool => 1,
        AtomicKind::Pointer => u64::MAX,
    }
}

fn less(kind: AtomicKind, left: u64, right: u64) -> bool {
    match kind {
        AtomicKind::Signed(bits) => sign_extended(left, bits) < sign_extended(right, bits),
        _ => left < right,
    }
}

/// Returns the signed integer of `bits` bits whose pattern is `value`.
pub(crate) fn sign_extended(value: u64, bits: u32) -> i64 {
    (value << (64 - bits)).cast_signed() >> (64 - bits)
}
