//! Writing values: in protocol 3 of the pickle format, which every Python since 3.0 reads, and without its memo; but for values
//! that are passed on as they came.

use super::frame::{HEADER, framed, short_header};
use super::opcode as op;
use super::value::Value;

/// Room for so many bytes is there from the beginning: most messages are shorter.
const USUAL_BYTES: usize = 64;

/// The protocol of what is written here.
const PROTOCOL: u8 = 3;

/// Returns the bytes of a value.
pub fn encode(value: &Value) -> Vec<u8> {
    written(value, &[])
}

/// Returns the bytes of a value with the header of a message.
pub fn encode_framed(value: &Value) -> Vec<u8> {
    let bytes = written(value, &[0; HEADER]);
    match short_header(bytes.len() - HEADER) {
        Some(header) => {
            let mut bytes = bytes;
            bytes[..HEADER].copy_from_slice(&header);
            bytes
        }
        None => framed(&bytes[HEADER..]),
    }
}

/// Returns the bytes of a value after others.
fn written(value: &Value, before: &[u8]) -> Vec<u8> {
    let mut writer =
        Writer { bytes: Vec::with_capacity(USUAL_BYTES + long_bytes(value)), remembered: 0, protocol: PROTOCOL };
    writer.bytes.extend_from_slice(before);
    writer.bytes.extend([op::PROTO, PROTOCOL]);
    writer.write(value);
    writer.bytes.push(op::STOP);
    writer.bytes[before.len() + 1] = writer.protocol;
    writer.bytes
}

/// Returns how many bytes what may be long in a message has.
fn long_bytes(value: &Value) -> usize {
    match value {
        Value::Tuple(items) => items.iter().map(long_bytes).sum(),
        Value::Pickled(pickle) => pickle.len(),
        Value::Bytes(bytes) | Value::ByteArray(bytes) => bytes.len(),
        Value::Text(text) => text.len(),
        _ => 0,
    }
}

/// Returns how many bytes a value takes as a message.
pub fn encoded_bytes(value: &Value) -> usize {
    match value {
        // What is before and after the operations.
        Value::Pickled(pickle) => pickle.len() + 3,
        value => encode(value).len(),
    }
}

/// A message that is being written.
struct Writer {
    bytes: Vec<u8>,
    /// How many values are remembered: by those that are passed on.
    remembered: u32,
    /// The protocol that it needs.
    protocol: u8,
}

impl Writer {
    fn write(&mut self, value: &Value) {
        let bytes = &mut self.bytes;
        match value {
            Value::None => bytes.push(op::NONE),
            Value::Bool(value) => bytes.push(if *value { op::NEWTRUE } else { op::NEWFALSE }),
            Value::Int(value) => write_int(*value, bytes),
            Value::Long(value) => write_long(value, bytes),
            Value::Float(value) => {
                bytes.push(op::BINFLOAT);
                bytes.extend(value.to_be_bytes());
            }
            Value::Text(text) => write_sized([op::BINUNICODE, op::BINUNICODE8], text.as_bytes(), bytes),
            Value::Bytes(value) => write_sized([op::BINBYTES, op::BINBYTES8], value, bytes),
            Value::ByteArray(value) => {
                // Before protocol 5 a `bytearray` is a call of its class.
                write_global("builtins", "bytearray", bytes);
                write_sized([op::BINBYTES, op::BINBYTES8], value, bytes);
                bytes.extend([op::TUPLE1, op::REDUCE]);
            }
            Value::Tuple(items) => self.write_tuple(items),
            Value::List(items) => self.write_filled(op::EMPTY_LIST, items, op::APPENDS),
            Value::Dict(items) => {
                bytes.extend([op::EMPTY_DICT, op::MARK]);
                for (key, value) in items {
                    self.write(key);
                    self.write(value);
                }
                self.bytes.push(op::SETITEMS);
            }
            Value::Set(items) => self.write_set("set", items),
            Value::FrozenSet(items) => self.write_set("frozenset", items),
            Value::Instance(class, arguments) => {
                let (module, name) = class.name();
                write_global(module, name, bytes);
                self.write_tuple(arguments);
                self.bytes.push(op::REDUCE);
            }
            Value::Pickled(pickle) => {
                self.remembered = pickle.write(bytes, self.remembered);
                self.protocol = self.protocol.max(pickle.protocol());
            }
        }
    }

    fn write_tuple(&mut self, items: &[Value]) {
        let opcode = match items.len() {
            0 => op::EMPTY_TUPLE,
            1 => op::TUPLE1,
            2 => op::TUPLE2,
            3 => op::TUPLE3,
            _ => {
                self.bytes.push(op::MARK);
                op::TUPLE
            }
        };
        items.iter().for_each(|item| self.write(item));
        self.bytes.push(opcode);
    }

    fn write_filled(&mut self, empty: u8, items: &[Value], fill: u8) {
        self.bytes.extend([empty, op::MARK]);
        items.iter().for_each(|item| self.write(item));
        self.bytes.push(fill);
    }

    /// Before protocol 4 a set is a call of its class with a list.
    fn write_set(&mut self, name: &str, items: &[Value]) {
        write_global("builtins", name, &mut self.bytes);
        self.write_filled(op::EMPTY_LIST, items, op::APPENDS);
        self.bytes.extend([op::TUPLE1, op::REDUCE]);
    }
}

fn write_int(value: i64, bytes: &mut Vec<u8>) {
    if let Ok(small) = u8::try_from(value) {
        bytes.extend([op::BININT1, small]);
    } else if let Ok(short) = u16::try_from(value) {
        bytes.push(op::BININT2);
        bytes.extend(short.to_le_bytes());
    } else if let Ok(int) = i32::try_from(value) {
        bytes.push(op::BININT);
        bytes.extend(int.to_le_bytes());
    } else {
        write_long(&shortest(&value.to_le_bytes()), bytes);
    }
}

fn write_long(value: &[u8], bytes: &mut Vec<u8>) {
    match u8::try_from(value.len()) {
        Ok(length) => bytes.extend([op::LONG1, length]),
        Err(_) => {
            bytes.push(op::LONG4);
            bytes.extend((value.len() as u32).to_le_bytes());
        }
    }
    bytes.extend(value);
}

/// Writes bytes after their length, which decides between two opcodes.
fn write_sized([short, long]: [u8; 2], value: &[u8], bytes: &mut Vec<u8>) {
    match u32::try_from(value.len()) {
        Ok(length) => {
            bytes.push(short);
            bytes.extend(length.to_le_bytes());
        }
        Err(_) => {
            bytes.push(long);
            bytes.extend((value.len() as u64).to_le_bytes());
        }
    }
    bytes.extend(value);
}

fn write_global(module: &str, name: &str, bytes: &mut Vec<u8>) {
    bytes.push(op::GLOBAL);
    bytes.extend(format!("{module}\n{name}\n").bytes());
}

/// Returns a two's complement number, the lowest byte first, without the bytes that only repeat its sign; nothing for 0,
/// as Python has it.
pub(super) fn shortest(bytes: &[u8]) -> Vec<u8> {
    let mut rest = bytes;
    while let [.., below, last] = rest {
        let repeats = (*last == 0 && *below < 0x80) || (*last == 0xff && *below >= 0x80);
        if !repeats {
            break;
        }
        rest = &rest[..rest.len() - 1];
    }
    if rest == [0] { Vec::new() } else { rest.to_vec() }
}
