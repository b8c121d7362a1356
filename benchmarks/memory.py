"""The most memory that this process has held, read from /proc.

`ru_maxrss` will not do: in a fresh process it begins at what its parent held when it forked.
"""

from pathlib import Path


def peak_megabytes(process: int | str = "self") -> float:
    """MB (10^6 bytes) since the program of a process, by default this one, was loaded; Linux only."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    held = next(line for line in lines if line.startswith("VmHWM:"))
    return int(held.split()[1]) * 1024 / 1e6
