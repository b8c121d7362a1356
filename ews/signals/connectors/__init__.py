"""Forms that a contract can't say: each module has `read(content) -> Table`, bytes to a table of text.

A connector reads no clock, file or network and judges no values: the contract does. It raises FileRefusedError
when the bytes are not of its form.
"""
