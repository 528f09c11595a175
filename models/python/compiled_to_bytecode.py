"""Compiles a statement, and runs what it was compiled to. Prints what that is."""

import dis

if __name__ == "__main__":
    program = compile("balance = 5 + amount", "program", "exec")
    names = {"amount": 8}
    exec(program, names)
    is_bytecode = isinstance(program.co_code, bytes) and len(list(dis.get_instructions(program))) > 2
    print("bytecode" if is_bytecode and names["balance"] == 13 else "something else")
