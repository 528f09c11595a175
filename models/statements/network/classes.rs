//! `BaseManager` method by method, the examples of 003, and servers with a process for each client.

use super::super::{Evidence, Statement, Truth, in_001, in_002, in_003};
use Evidence::{Contradicts, Script, Shows};

/// What the tutorials say of `BaseManager`, and of servers.
pub(super) const CLASSES: &[Statement] = &[
    Statement {
        name: "network/manager_parameters",
        places: &[in_003(1363, 1370)],
        says: "`BaseManager` takes an `address`, an `authkey`, a `serializer`, which is \"pickle\" by default, and a `ctx`.",
        evidence: &[Script("manager_parameters")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/start_makes_a_process",
        places: &[in_003(1376, 1376), in_003(1391, 1394)],
        says: "`BaseManager.start()` makes a server process for the manager.",
        evidence: &[Script("queue_lives_in")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/connect",
        places: &[in_003(1301, 1301), in_003(1377, 1377), in_003(1404, 1407)],
        says: "`BaseManager.connect()` connects a manager to a server process.",
        evidence: &[Script("connection_refused")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/get_server",
        places: &[in_003(1298, 1300), in_003(1379, 1379), in_003(1517, 1520)],
        says: "`BaseManager.get_server()` returns a server object that has `serve_forever()` and `address`.",
        evidence: &[Script("three_parties")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/serve_forever",
        places: &[in_003(1300, 1300), in_003(1317, 1317)],
        says: "`serve_forever()` serves for ever, so that there is nothing to be ended.",
        truth: Truth::OnlyWhen("no client that has the key asks the server to shut down"),
        explanation: "It goes on when all clients have gone, but such a request ends it.",
        evidence: &[Script("three_parties")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/start_needs_shutdown",
        places: &[in_003(1317, 1317)],
        says: "A server that was started with `start()` has to be ended with `shutdown()`.",
        truth: Truth::Refuted,
        explanation: "It ends with the program that has started it.",
        evidence: &[Script("no_shutdown")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/manager_join",
        places: &[in_003(1380, 1380), in_003(1529, 1532)],
        says: "`BaseManager.join()` waits for the manager's process, as `join` of a process does.",
        evidence: &[Script("shutdown_needs_start")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/shutdown_ends_the_process",
        places: &[in_003(1381, 1381), in_003(1542, 1542)],
        says: "`BaseManager.shutdown()` ends the manager's process.",
        explanation: "Workers that wait for it learn of that, since their connections are closed.",
        evidence: &[Shows("master_worker/shutdown"), Script("shutdown_needs_start"), Script("shutdown_while_waiting")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/shutdown_needs_start",
        places: &[in_003(1542, 1542)],
        says: "`shutdown()` can be used only after `start()`.",
        explanation: "A manager that was not started, or has only connected, has no such attribute: \
                      `AttributeError`.",
        evidence: &[Script("shutdown_needs_start")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/typeid_is_text",
        places: &[in_003(1418, 1418), in_003(1456, 1456)],
        says: "The `typeid` of `register` is a type identifier, and must be a string.",
        evidence: &[Script("register_options")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/register_adds_a_method",
        places: &[in_003(1378, 1378), in_003(1428, 1429)],
        says: "`register` gives the manager class a method of the name `typeid`.",
        evidence: &[Script("register_options"), Script("manager_names")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/callable_is_a_function",
        places: &[in_003(1430, 1430), in_003(1461, 1461), in_003(1789, 1789)],
        says: "The `callable` of `register` makes the object, usually a queue that a function returns; it is given \
               without parentheses.",
        explanation: "The server calls it. With parentheses it is the object itself, which cannot be called: \
                      `TypeError`.",
        evidence: &[Script("register_options")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/base_manager_import",
        places: &[in_003(1434, 1434)],
        says: "`BaseManager` is imported from `multiprocessing`.",
        truth: Truth::Refuted,
        explanation: "It is in `multiprocessing.managers`: the import raises `ImportError`.",
        evidence: &[Script("base_manager_from_multiprocessing")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/callable_may_be_left_out",
        places: &[in_003(1464, 1464)],
        says: "`callable` can be left out where no object is to be made, as by clients.",
        evidence: &[Script("manager_names")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/proxytype",
        places: &[in_003(1469, 1472)],
        says: "`proxytype` is the class of the proxies; without it one is made.",
        evidence: &[Script("register_options")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/exposed",
        places: &[in_003(1476, 1477)],
        says: "`exposed` names the methods that proxies may call.",
        evidence: &[Script("register_options")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/exposed_of_the_proxytype",
        places: &[in_003(1479, 1479), in_003(1493, 1494)],
        says: "If `exposed` or `method_to_typeid` is `None`, what the `proxytype` has under `_exposed_` or \
               `_method_to_typeid_` is used instead.",
        evidence: &[Script("register_options")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/exposed_of_the_proxytype_unused",
        places: &[in_003(1480, 1480)],
        says: "If `exposed` is `None`, the `_exposed_` of the `proxytype` is not used.",
        truth: Truth::Refuted,
        explanation: "So the Chinese translation beside the English text, which says the opposite; the English is \
                      right.",
        evidence: &[Script("register_options")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/public_methods",
        places: &[in_003(1482, 1486)],
        says: "Without `exposed` all public methods can be called: attributes that can be called and whose names do \
               not begin with `_`.",
        evidence: &[Script("register_options")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/method_to_typeid",
        places: &[in_003(1490, 1491)],
        says: "`method_to_typeid` says which methods return proxies, and of which type.",
        evidence: &[Script("register_options")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/returned_by_value",
        places: &[in_003(1496, 1497)],
        says: "What a method returns that is not named in `method_to_typeid` is copied by value.",
        explanation: "A change to the copy is not seen by the server.",
        evidence: &[Script("register_options")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/create_method",
        places: &[in_003(1501, 1502)],
        says: "With `create_method`, which is the default, the manager class gets a method that has the server make \
               an object and returns a proxy.",
        evidence: &[Script("register_options")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/base_manager_itself",
        places: &[in_003(1560, 1560)],
        says: "`BaseManager` itself can be used instead of a class that inherits from it.",
        evidence: &[Script("results_are_tasks")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/three_parties",
        places: &[in_003(1564, 1619)],
        says: "It is enough to start the server, the sender and the receiver one after the other.",
        explanation: "The receiver may also be there first: it waits in `get()`.",
        evidence: &[Script("three_parties")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/while_not_empty",
        places: &[in_003(1747, 1751)],
        says: "A worker with `while not task.empty()` and `task.get(True, timeout=5)` does all tasks, and ends.",
        truth: Truth::OnlyWhen("it is the only one, and is started after the tasks were put"),
        explanation: "Started before that it ends at once, and the master waits for a thousand seconds. With two, \
                      one may find that the other has taken the last task, and end with `queue.Empty`.",
        evidence: &[
            Shows("master_worker/while_not_empty"),
            Contradicts("master_worker/while_not_empty_too_early"),
            Contradicts("master_worker/while_not_empty_and_taken"),
            Script("multiprocessing_queue_served"),
        ],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/result_queue_of_example_3",
        places: &[in_003(1772, 1772), in_003(1783, 1785), in_003(1845, 1845)],
        says: "`get_result_queue` gives the queue that receives results; the worker takes from the task queue and \
               adds to that one.",
        truth: Truth::Refuted,
        explanation: "The function returns `task_queue`: each result is a task again, and is done over and over.",
        evidence: &[Contradicts("master_worker/results_are_tasks"), Script("results_are_tasks")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/shutdown_after_put_queue",
        places: &[in_003(1817, 1818)],
        says: "After `put_queue(manager)` the server is closed with `manager.shutdown()`.",
        truth: Truth::Refuted,
        explanation: "`put_queue` has `while 1:` and never returns: the line is not reached.",
        evidence: &[Script("results_are_tasks")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/fork_per_request",
        places: &[in_001(39, 39), in_002(27, 27)],
        says: "A process can fork a child for each new task: Apache's parent listens at the port, and a child serves \
               each request.",
        explanation: "No client waits for another one.",
        evidence: &[Shows("socket/process_per_client")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/chat_server",
        places: &[in_003(301, 301), in_003(316, 338)],
        says: "The chat server, with a `Process` for each connection that `accept()` returns, serves several clients \
               at once.",
        truth: Truth::OnlyWhen("processes are started by `fork`"),
        explanation: "Under `spawn` each child imports the program, whose `bind` does not stand under `if __name__ \
                      == '__main__':`, and ends with `EADDRINUSE`.",
        evidence: &[Shows("socket/process_per_client"), Script("chat_server")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/chat_guard",
        places: &[in_003(334, 334)],
        says: "On Windows `start()` of a process has to stand under `if __name__ == '__main__':`.",
        explanation: "Under `spawn` that is so everywhere.",
        evidence: &[Script("freeze_support_is_no_guard")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/chat_messages",
        places: &[in_003(328, 330), in_003(350, 351)],
        says: "Each `recv(1024)` of server and client returns the message that the other side has sent.",
        truth: Truth::Refuted,
        explanation: "A connection carries bytes: one `recv` may return two messages, or the first bytes of a long \
                      one.",
        evidence: &[Contradicts("socket/recv_as_message"), Contradicts("socket/long_message"), Script("chat_recv")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/chat_client_closes",
        places: &[in_003(329, 329)],
        says: "`recv` returns nothing when the client has closed, and the child's loop ends.",
        evidence: &[Shows("socket/process_per_client")],
        ..Statement::DEFAULT
    },
    Statement {
        name: "network/chat_child_ends",
        places: &[in_003(325, 332), in_003(351, 351)],
        says: "When the child's loop ends, so does the conversation with its client.",
        truth: Truth::OnlyWhen("the parent has closed its copy of the connection, or accepted another client"),
        explanation: "The parent has `conn` open until the next `accept()` returns: until then the client of a child \
                      that has ended waits in `recv`.",
        evidence: &[
            Shows("socket/parent_closes"),
            Shows("socket/parent_keeps_until_the_next"),
            Contradicts("socket/parent_keeps"),
            Script("chat_parent_keeps"),
        ],
        ..Statement::DEFAULT
    },
];
