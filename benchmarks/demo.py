"""What `ews demo` costs as a whole process: seconds on the wall and of processor, and peak memory."""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    """Play the demo in a folder of its own and print the three figures beside what is asked."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        command = [sys.executable, "-m", "ews", "demo", "--out", str(Path(folder) / "demo-out"), "--json"]
        subprocess.run(command, check=True, capture_output=True)
        wall = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"wall {wall:.0f} s (target 60), processor {used.ru_utime + used.ru_stime:.0f} s")
    print(f"peak {used.ru_maxrss // 1024} MB (target 500)")


if __name__ == "__main__":
    main()
