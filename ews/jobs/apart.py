"""Foreign files are read in a process of their own, with a ceiling on memory and time: a bomb ends that process, not ours.

One such process serves this one for as long as it lives: starting it takes longer than reading most files. What comes
back are tables of text. CSV is read here: its size says what it costs, and the limits on size hold it.
"""

import atexit
import json
import os
import resource
import select
import struct
import subprocess
import sys
import threading
from dataclasses import asdict
from functools import cache, lru_cache
from pathlib import Path
from typing import IO, Any

import numpy as np
from pydantic import TypeAdapter

from ews.dutch import thousands
from ews.errors import FileRefusedError
from ews.signals.content import Content, FileLimits, open_content
from ews.signals.contract import SourceContract
from ews.signals.dictionary import read_variables
from ews.signals.files import read_tables
from ews.signals.mapping import Variable
from ews.signals.table import Table

_SIZE = struct.Struct("!Q")
_SLOWER_THAN_CPU = 5
"""The wait before a reader that uses no processor either is given up, in times the limit on processor time."""
_MEMORY_STATUS = 3
"""Exit status of a reader that asked for more memory than it may have."""


def tables_of(content: Content, contract: SourceContract, limits: FileLimits) -> list[Table]:
    """`files.read_tables`, apart unless the file is plain text. Raises FileRefusedError."""
    if content.shape == "text":
        return read_tables(content, contract, limits)
    told = _reader().ask("tables", content, contract, limits)
    return [_table(one) for one in told]


def variables_of(content: Content, contract: SourceContract, limits: FileLimits) -> list[Variable]:
    """`dictionary.read_variables`, apart. Raises FileRefusedError."""
    return [Variable(*one) for one in _reader().ask("variables", content, contract, limits)]


def _table(told: dict[str, Any]) -> Table:
    return Table(
        header=tuple(told["header"]),
        columns=tuple(np.array(column, dtype=object) for column in told["columns"]),
        rows=np.array(told["rows"], dtype=np.int64),
        ragged=tuple((row, text) for row, text in told["ragged"]),
    )


class _Reader:
    """The process that reads, started when it is first asked and again after it died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()
        self._owner = os.getpid()

    def ask(self, what: str, content: Content, contract: SourceContract, limits: FileLimits) -> Any:
        """Have a file read. Raises FileRefusedError for what the reader refuses, and when it dies of it."""
        order = {"what": what, "name": content.name, "limits": asdict(limits), "contract": _text(contract)}
        with self._turn:
            process = self._running()
            assert process.stdin is not None
            try:
                _send(process.stdin, json.dumps(order).encode())
                _send(process.stdin, content.data)
                answer = json.loads(self._answer(process, limits))
            except (BrokenPipeError, EOFError):
                code = process.wait()
                self.close()
                raise FileRefusedError(_died(content.name, code, limits)) from None
        if "refused" in answer:
            raise FileRefusedError(answer["refused"])
        return answer["result"]

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None or self._owner != os.getpid():
            self._owner = os.getpid()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ews.jobs.apart"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a trace may hold what stands in the file
                env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
        return self._process

    def _answer(self, process: subprocess.Popen[bytes], limits: FileLimits) -> bytes:
        assert process.stdout is not None
        if not select.select([process.stdout], [], [], _SLOWER_THAN_CPU * limits.cpu_seconds)[0]:
            process.kill()
        return _receive(process.stdout)

    def close(self) -> None:
        """End the process, if it is ours and runs."""
        if self._process is not None and self._owner == os.getpid():
            self._process.kill()
            self._process.communicate()
        self._process = None


@cache
def _reader() -> _Reader:
    reader = _Reader()
    atexit.register(reader.close)
    return reader


def _text(contract: SourceContract) -> str:
    return json.dumps(asdict(contract), default=str)


def _died(name: str, code: int, limits: FileLimits) -> str:
    if code in {-9, -24}:  # killed, or out of processor time
        return (
            f"{name}: het lezen kost meer dan {limits.cpu_seconds} seconden. Splits het bestand, of verhoog "
            "[limits] cpu_seconds in settings.toml."
        )
    if code in {_MEMORY_STATUS, -6, -11}:  # libraries in C stop the process when they get no memory
        return (
            f"{name}: het lezen vraagt meer dan {thousands(limits.memory_bytes)} bytes geheugen. Splits het bestand, of "
            "verhoog [limits] memory_bytes in settings.toml."
        )
    return f"{name}: is niet te lezen (het lezen stopte met code {code}). Vraag de leverancier om een nieuw bestand."


def _send(pipe: IO[bytes], body: bytes) -> None:
    pipe.write(_SIZE.pack(len(body)))
    pipe.write(body)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    """What the other side sent. Raises EOFError when it is gone."""
    head = pipe.read(_SIZE.size)
    if len(head) < _SIZE.size:
        raise EOFError
    (size,) = _SIZE.unpack(head)
    body = pipe.read(size)
    if len(body) < size:
        raise EOFError
    return body


def _serve() -> None:
    """Read what is asked until the asking process is gone."""
    while True:
        try:
            order, data = json.loads(_receive(sys.stdin.buffer)), _receive(sys.stdin.buffer)
        except EOFError:
            return
        limits = FileLimits(**order["limits"])
        _set_limits(limits)
        try:
            answer = _read(order, data, limits)
            _send(sys.stdout.buffer, json.dumps(answer).encode())
        except MemoryError:
            os._exit(_MEMORY_STATUS)  # whatever it left behind goes with the process


def _read(order: dict[str, Any], data: bytes, limits: FileLimits) -> dict[str, Any]:
    contract = _contract(order["contract"])
    try:
        content = open_content(order["name"], data, limits)
        if order["what"] == "variables":
            found = read_variables(content, contract, limits)
            return {"result": [[one.name, one.label, one.sheet] for one in found]}
        return {"result": [_told(table) for table in read_tables(content, contract, limits)]}
    except FileRefusedError as error:
        return {"refused": str(error)}


@lru_cache(maxsize=64)
def _contract(text: str) -> SourceContract:
    return TypeAdapter(SourceContract).validate_python(json.loads(text))


def _told(table: Table) -> dict[str, Any]:
    return {
        "header": table.header,
        "columns": [column.tolist() for column in table.columns],
        "rows": table.rows.tolist(),
        "ragged": table.ragged,
    }


def _set_limits(limits: FileLimits) -> None:
    """Ceilings above what the process holds and used so far."""
    resource.setrlimit(resource.RLIMIT_AS, (_held() + limits.memory_bytes, resource.RLIM_INFINITY))
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + limits.cpu_seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


def _held() -> int:
    """Bytes of address space in use: what the interpreter itself took does not count."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()


if __name__ == "__main__":
    _serve()
