"""Runs one command: wall seconds, processor seconds and the peak resident memory of its largest process come out.

The figures are the kernel's own (`wait4`), so a child of the command counts as soon as the command has waited for it.
It keeps what the command said, and never judges it.
"""

import dataclasses
import os
import pathlib
import re
import signal
import subprocess
import time


@dataclasses.dataclass
class Run:
    """What one run took and said."""

    code: int
    wall: float
    cpu: float
    peak_mb: float
    said: str

    def why(self):
        """The lines that say best why it failed, as one."""
        lines = [line.strip(" \t╰─▶×│") for line in self.said.splitlines() if line.strip()]
        telling = [at for at, line in enumerate(lines) if re.match(r"gen fail|error\b|Error\b|thread .* panicked|Exception", line)]
        at = telling[0] if telling else 0
        more = lines[at + 1 : at + 2] if lines[at : at + 1] and re.search(r"panicked|Error:\s", lines[at]) else []
        line = re.sub(r"/\S*/registry/src/[^/]+/|\s*[×╰─▶]+|\(\d+\) ", "", " ".join(lines[at : at + 1] + more))
        return f"exit {self.code}: {line[:200]}"


def run(command, folder=".", environment=None, log="/dev/null", patience=1800):
    """Runs `command` once; output goes to the file `log`. The environment is this one plus `environment`."""
    everything = {**os.environ, "CARGO_TERM_COLOR": "never", "NO_COLOR": "1", "RUST_BACKTRACE": "0", **(environment or {})}
    with open(log, "wb") as sink:
        start = time.monotonic()
        child = subprocess.Popen(
            command, cwd=folder, env=everything, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, start_new_session=True
        )
        signal.signal(signal.SIGALRM, lambda *_: os.killpg(child.pid, signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, patience)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - start
        signal.setitimer(signal.ITIMER_REAL, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    said = "" if log == "/dev/null" else pathlib.Path(log).read_text(encoding="utf-8", errors="replace")[-200_000:]
    return Run(child.returncode, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said)
