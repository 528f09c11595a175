//! Shared memory and managers: what the tutorials say.

use super::{Chapter, Evidence, Statement, Truth, in_003};
use crate::python::{self, EACH, script_file};
use Evidence::{Contradicts, Script, Shows};

pub(super) const CHAPTER: Chapter =
    Chapter { name: "managers", title: "Shared memory and managers", statements: &[STATEMENTS], scripts: SCRIPTS };

const SCRIPTS: &[python::Script] = &[
    script_file!("value", EACH, |_, _| &["2, 1, 1"]),
    script_file!("value_and_array", EACH, |_, _| &["3.1415927 [0, -1, -2, -3, -4, -5, -6, -7, -8, -9]"]),
    script_file!("value_types", EACH, |_, _| {
        &["TypeError, made, made, TypeError, made, hallo, (7 2.5), 8, signed, zeros, 2, made, AttributeError, \
           Synchronized, c_int, abs 3"]
    }),
    script_file!("managed_types", EACH, |_, _| &["7 of 7 seen, 0 plain, another process"]),
    script_file!("managed_string", EACH, |_, _| &["NameError; TypeError; hello, world"]),
    script_file!("managed_append", EACH, |_, _| &["right"]),
    script_file!("managed_increment", EACH, |_, _| &["1, 1, 1"]),
    script_file!("managed_nested", EACH, |_, _| &["wrong"]),
    script_file!("managed_example", EACH, |_, _| &["as printed"]),
    script_file!("proxy_on_its_way", EACH, |_, _| &["42, nothing"]),
];

const STATEMENTS: &[Statement] = &[
    Statement {
        name: "managers/shared_memory",
        places: &[in_003(986, 986), in_003(1069, 1085)],
        says: "`Value` and `Array` keep their data in shared memory: the parent sees what the child has changed.",
        evidence: &[Script("value_and_array")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/avoid_shared_state",
        places: &[in_003(988, 988)],
        says: "Shared state is best avoided in concurrent programs, above all between processes.",
        truth: Truth::OutOfScope("it is advice"),
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/value_not_safe",
        places: &[in_003(990, 990)],
        says: "`Value` and `Array` are not safe for threads.",
        truth: Truth::OnlyWhen(
            "what is done takes more than one access and nobody holds `get_lock()`, or they \
            have no lock",
        ),
        explanation: "Each single access is locked. `value.value += 1` is two accesses; with `with \
                      value.get_lock():` around it nothing is lost.",
        evidence: &[Shows("shared/value_with_lock"), Shows("shared/value_without_lock"), Script("value")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/value_safe",
        places: &[in_003(1022, 1022)],
        says: "The shared objects that `Value` and `Array` make are safe for processes and threads.",
        truth: Truth::OnlyWhen(
            "it is one access at a time, or an element of one's own, or `get_lock()` is held \
            around all of it",
        ),
        explanation: "Two processes that each do `value.value += 1` may end with 1. The tutorial says the opposite \
                      elsewhere.",
        evidence: &[
            Shows("shared/value_with_lock"),
            Shows("shared/array_with_lock"),
            Shows("shared/array_elements_of_ones_own"),
            Contradicts("shared/value_each_access_locked"),
            Contradicts("shared/array_same_element"),
            Contradicts("shared/array_each_access_locked"),
            Script("value"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/managed_value_safe",
        places: &[in_003(990, 990)],
        says: "`Manager().Value` and `Manager().Array` are safe for threads, and to be preferred.",
        truth: Truth::Refuted,
        explanation: "`value.value += 1` is two calls of the server, and the manager has no lock around them: an \
                      addition may be lost. There is no `get_lock()` either.",
        evidence: &[Contradicts("manager/without_lock"), Script("managed_increment")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/lock_argument",
        places: &[in_003(999, 1000), in_003(1006, 1006)],
        says: "`lock` says whether there is a lock; by default there is one.",
        explanation: "It is held for each access, so that no access sees half of another one's.",
        evidence: &[Shows("shared/wide_with_lock"), Script("value_types")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/returns_ctypes",
        places: &[in_003(1007, 1008)],
        says: "`Value` and `Array` return an object of `ctypes` that is allocated from shared memory.",
        truth: Truth::OnlyWhen("`lock=False`"),
        explanation: "Otherwise it is a wrapper with the lock, whose `get_obj()` is that object.",
        evidence: &[Script("value_types")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/array_of_a_number",
        places: &[in_003(1010, 1010)],
        says: "`Array('i', n)` with a number `n` has that length, and is all zeros.",
        evidence: &[Script("value_types")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/array_of_a_sequence",
        places: &[in_003(1005, 1005), in_003(1011, 1011)],
        says: "`Array('i', sequence)` has the items and the length of the sequence.",
        evidence: &[Script("value_types"), Script("value_and_array")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/ctypes",
        places: &[in_003(1013, 1014)],
        says: "`ctypes` has data types compatible with C, and can call functions of shared libraries.",
        evidence: &[Script("value_types")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/typecodes",
        places: &[in_003(1022, 1022)],
        says: "`'d'` is a double-precision float, and `'i'` a signed integer.",
        evidence: &[Script("value_types")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/numbers",
        places: &[in_003(1016, 1017), in_003(1028, 1029), in_003(1043, 1043)],
        says: "`Value('i', 1)` and `Value('d', 1)` are shared numbers, read and written as `.value`.",
        evidence: &[Script("value_types"), Script("value_and_array")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/character",
        places: &[in_003(1018, 1018), in_003(1034, 1034), in_003(1044, 1044)],
        says: "`Value('c', '0')` is a shared character.",
        truth: Truth::Refuted,
        explanation: "It raises `TypeError`: a C character is a byte, `Value('c', b'0')`.",
        evidence: &[Script("value_types")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/sharedctypes",
        places: &[in_003(1024, 1024)],
        says: "`multiprocessing.sharedctypes` supports arbitrary objects of `ctypes` in shared memory.",
        explanation: "The script shares a `Structure`.",
        evidence: &[Script("value_types")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/no_code_for_strings",
        places: &[in_003(1051, 1051)],
        says: "There is no typecode for a string, so that a type of `ctypes` has to be used.",
        truth: Truth::Refuted,
        explanation: "`Array('c', b'hello')` is a shared string of bytes, with `.value`.",
        evidence: &[Script("value_types")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/char_pointer",
        places: &[in_003(1061, 1061)],
        says: "`Value(c_char_p, 'hello')` raises an error.",
        explanation: "`TypeError`, since it is no bytes. With bytes it would be a pointer into the memory of one \
                      process.",
        evidence: &[Script("managed_string")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/managed_string",
        places: &[in_003(1058, 1063)],
        says: "`Manager().Value(ctypes.c_char_p, 'hello')` is a shared string.",
        truth: Truth::OnlyWhen("the name `ctypes` is imported"),
        explanation: "As printed only `c_char_p` is imported, and the line raises `NameError`. With that name it \
                      holds the string, as it would any object.",
        evidence: &[Script("managed_string")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/shared_process",
        places: &[in_003(1092, 1092)],
        says: "A `Manager` shares data by way of a process.",
        evidence: &[Script("managed_types")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/changes_data_of_others",
        places: &[in_003(1092, 1092)],
        says: "Although processes share no data, one can change the data of others through a `Manager`.",
        truth: Truth::OnlyWhen(
            "the data are an object that the manager keeps, and it is that object which is \
            changed",
        ),
        explanation: "An ordinary list of another process stays as it is, and so does a list inside a managed list: \
                      what is taken out is a copy, which has to be written back.",
        evidence: &[
            Shows("manager/nested_written_back"),
            Contradicts("manager/nested_changed"),
            Script("managed_types"),
            Script("managed_nested"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/types",
        places: &[in_003(1094, 1094), in_003(1105, 1111)],
        says: "A `Manager` shares `Value`, `Array`, `dict`, `list`, `Lock`, `Semaphore` and more.",
        explanation: "Each call of a method is one step.",
        evidence: &[
            Shows("manager/append"),
            Shows("manager/semaphore"),
            Script("managed_types"),
            Script("managed_append"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/own_class",
        places: &[in_003(1094, 1094)],
        says: "A `Manager` can also share instances of classes.",
        explanation: "The class has to be registered, and its methods to be safe for threads: the server has one for \
                      each client.",
        evidence: &[Shows("manager/own_class"), Script("managed_types")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/needs_no_lock",
        places: &[in_003(1096, 1096)],
        says: "A `Manager` needs no lock, because it locks by default.",
        truth: Truth::Refuted,
        explanation: "It has no lock: single calls of a `list` or `dict` are whole, since the interpreter's lock \
                      makes them so. What takes two calls, or a method of a class of one's own, may lose changes.",
        evidence: &[
            Contradicts("manager/without_lock"),
            Contradicts("manager/append_to_a_copy"),
            Contradicts("manager/own_class_without_lock"),
            Script("managed_increment"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/example",
        places: &[in_003(1119, 1160)],
        says: "Twenty processes that add 1 under a managed `Lock` leave a `list` of 21 to 25, a `Value` of 21, a \
               `dict` of two entries, and an `Array` of 0 to 9.",
        evidence: &[Shows("manager/with_lock"), Script("managed_example")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "managers/proxies_as_arguments",
        places: &[in_003(1134, 1139)],
        says: "What a manager shares can be handed to other processes as arguments.",
        truth: Truth::OnlyWhen("who hands it on keeps its own until the other one has arrived"),
        explanation: "A proxy on its way is counted by nobody: if the last other one is dropped meanwhile, the \
                      server forgets the object.",
        evidence: &[
            Shows("manager/handed_on"),
            Contradicts("manager/handed_on_and_dropped"),
            Script("proxy_on_its_way"),
        ],
        ..Statement::DEFAULT
    },
];
