//! Writing values: in protocol 3 of the pickle format, which every Python since 3.0 reads, and without its memo.

use super::opcode as op;
use super::value::Value;

/// Room for so many bytes is there from the beginning: most messages are shorter.
const USUAL_BYTES: usize = 64;

/// Returns the bytes of a value.
pub fn encode(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(USUAL_BYTES);
    bytes.extend([op::PROTO, 3]);
    write(value, &mut bytes);
    bytes.push(op::STOP);
    bytes
}

fn write(value: &Value, bytes: &mut Vec<u8>) {
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
        Value::Tuple(items) => write_tuple(items, bytes),
        Value::List(items) => write_filled(op::EMPTY_LIST, items, op::APPENDS, bytes),
        Value::Dict(items) => {
            bytes.extend([op::EMPTY_DICT, op::MARK]);
            for (key, value) in items {
                write(key, bytes);
                write(value, bytes);
            }
            bytes.push(op::SETITEMS);
        }
        Value::Set(items) => write_set("set", items, bytes),
        Value::FrozenSet(items) => write_set("frozenset", items, bytes),
        Value::Instance(class, arguments) => {
            let (module, name) = class.name();
            write_global(module, name, bytes);
            write_tuple(arguments, bytes);
            bytes.push(op::REDUCE);
        }
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

fn write_tuple(items: &[Value], bytes: &mut Vec<u8>) {
    let opcode = match items.len() {
        0 => op::EMPTY_TUPLE,
        1 => op::TUPLE1,
        2 => op::TUPLE2,
        3 => op::TUPLE3,
        _ => {
            bytes.push(op::MARK);
            op::TUPLE
        }
    };
    items.iter().for_each(|item| write(item, bytes));
    bytes.push(opcode);
}

fn write_filled(empty: u8, items: &[Value], fill: u8, bytes: &mut Vec<u8>) {
    bytes.extend([empty, op::MARK]);
    items.iter().for_each(|item| write(item, bytes));
    bytes.push(fill);
}

/// Before protocol 4 a set is a call of its class with a list.
fn write_set(name: &str, items: &[Value], bytes: &mut Vec<u8>) {
    write_global("builtins", name, bytes);
    write_filled(op::EMPTY_LIST, items, op::APPENDS, bytes);
    bytes.extend([op::TUPLE1, op::REDUCE]);
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
