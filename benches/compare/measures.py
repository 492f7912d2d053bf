"""The measures: one tool, one contract and one measure come in, figures come out as plain data.

Generating is timed by the whole process. Compiling is timed with every dependency built, by touching the file that
the figure is about: the crate's lib.rs, or the program's main.rs. Incremental compilation is off, so that each run
compiles the whole crate; dependencies are built first, by a crate that has nothing else. Nothing here compares or prints.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import program
from stopwatch import run

HERE = pathlib.Path(__file__).resolve().parent
# A command that takes longer than this many seconds is run once.
LONG = 30

class Failed(Exception):
    """A measure could not be taken; the text says why in one line."""


def least(runs):
    """The quickest of several runs, as figures."""
    best = min(runs, key=lambda one: one.wall)
    return {
        "wall": round(best.wall, 3),
        "cpu": round(min(one.cpu for one in runs), 3),
        "peak_mb": round(min(one.peak_mb for one in runs), 1),
        "runs": len(runs),
    }


def generate(tool, contract, out, rounds):
    """Time and memory of generating the crate from nothing, every round into an empty folder.

    Earlier crates are moved away and removed behind the last round: a file system that has just removed many files takes
    longer to make new ones.
    """
    runs = []
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, ignore_cleanup_errors=True) as earlier:
        for number in range(rounds):
            if out.exists():
                out.rename(pathlib.Path(earlier) / str(number))
            once = run([str(part) for part in tool.command(contract, out)], log=f"{out}.generate.log")
            if once.code != 0:
                raise Failed(once.why())
            runs.append(once)
    return least(runs)


def count(tool, contract, out, _rounds):
    """Operations, tokens and lines of everything below the crate's src."""
    said = subprocess.run([sys.executable, HERE / "tokens.py", out / "src"], capture_output=True, text=True)
    if said.returncode != 0:
        raise Failed(said.stderr.strip())
    figures = json.loads(said.stdout)
    figures["operations"] = tool.operations(out, contract)
    if not figures["operations"]:
        raise Failed("no operation found in what it generated")
    figures["tokens_per_operation"] = round(figures["tokens"] / figures["operations"], 1)
    return figures


def prints(folder):
    """What a run could have touched: time, size and place on the disk of every file."""
    return {
        str(file): (file.stat().st_mtime_ns, file.stat().st_size, file.stat().st_ino)
        for file in folder.rglob("*")
        if file.is_file()
    }


def again(tool, contract, out, _rounds):
    """Generates over what is there and counts the files that were written or replaced."""
    before = prints(out)
    once = run([str(part) for part in tool.command(contract, out)], log=f"{out}.again.log")
    if once.code != 0:
        raise Failed(once.why())
    after = prints(out)
    changed = [file for file in after if before.get(file) != after[file]] + [file for file in before if file not in after]
    return {"touched": len(changed), "files": len(after), "wall": round(once.wall, 3)}


def settings():
    """The environment of every compilation."""
    for unset in ("RUSTFLAGS", "CARGO_PROFILE_DEV_DEBUG", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_WRAPPER"):
        os.environ.pop(unset, None)
    return {"CARGO_INCREMENTAL": "0", "CARGO_TARGET_DIR": os.environ["COMPARE_TARGET"]}


def dependencies(verb, folder, out):
    """Builds what the crate in `folder` depends on, by a crate with the same manifest and no code."""
    empty = pathlib.Path(f"{out}.dependencies")
    (empty / "src").mkdir(parents=True, exist_ok=True)
    manifest = (folder / "Cargo.toml").read_text(encoding="utf-8")
    for relative in set(re.findall(r'path = "(\.[^"]*)"', manifest)):
        manifest = manifest.replace(f'path = "{relative}"', f'path = "{(folder / relative).resolve()}"')
    (empty / "Cargo.toml").write_text(manifest, encoding="utf-8")
    (empty / "src" / "lib.rs").write_text("", encoding="utf-8")
    once = run(["cargo", *verb], empty, settings(), f"{out}.dependencies.log")
    if once.code != 0:
        raise Failed(f"dependencies: {once.why()}")
    shutil.copy(empty / "Cargo.lock", folder / "Cargo.lock")


def cargo(verb, folder, touched, log, rounds):
    """Times `cargo VERB` of the package in `folder`, whose dependencies are built; what takes long is run once."""
    runs = []
    for _ in range(rounds + 2):
        touched.touch()
        once = run(["cargo", *verb, "--offline"], folder, settings(), log)
        if once.code != 0:
            raise Failed(once.why())
        if once.said.count("Compiling ") + once.said.count("Checking ") != 1:
            continue  # a dependency was built as well: that run does not count
        runs.append(once)
        if once.wall > LONG or len(runs) == rounds:
            break
    if not runs:
        raise Failed("cargo builds more than this crate each time")
    return {**least(runs), "warnings": runs[-1].said.count("\nwarning: ")}


def compile_with(verb):
    """The measure that compiles the generated crate itself."""

    def measure(tool, _contract, out, rounds):
        tool.make_ready(out)
        dependencies(verb, out, out)
        return cargo(verb, out, out / "src" / "lib.rs", f"{out}.{'-'.join(verb)}.log", rounds)

    return measure


def expand(tool, contract, out, _rounds):
    """Tokens after all macros and derives are expanded, as the compiler prints them, per operation."""
    tool.make_ready(out)
    dependencies(["check"], out, out)
    # The flag is one of the nightly compiler, which the stable one is asked for in this way.
    environment = {**os.environ, **settings(), "RUSTC_BOOTSTRAP": "1"}
    command = ["cargo", "rustc", "--offline", "--quiet", "--lib", "--profile", "check", "--", "-Zunpretty=expanded"]
    done = subprocess.run(command, cwd=out, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(next((line for line in done.stderr.splitlines() if line.startswith("error")), "not expanded"))
    folder = pathlib.Path(f"{out}.expanded")
    folder.mkdir(exist_ok=True)
    (folder / "lib.rs").write_text(done.stdout, encoding="utf-8")
    said = subprocess.run([sys.executable, HERE / "tokens.py", folder], capture_output=True, text=True)
    if said.returncode != 0:
        raise Failed(said.stderr.strip())
    tokens, operations = json.loads(said.stdout)["tokens"], tool.operations(out, contract)
    return {"tokens": tokens, "tokens_per_operation": round(tokens / max(operations, 1), 1)}


def use(tool, _contract, out, rounds):
    """Builds, optimised, the program that decodes and encodes the chosen response types."""
    names = json.loads((out.parent / f"{out.name}.types.json").read_text(encoding="utf-8"))
    tool.make_ready(out)
    folder = program.write(tool, out, names)
    first = run(["cargo", "build", "--release"], folder, settings(), f"{out}.program.log")
    if first.code != 0:
        raise Failed(first.why())
    figures = cargo(["build", "--release"], folder, folder / "src" / "main.rs", f"{out}.program.log", rounds)
    return {**figures, "types": len(names)}


MEASURES = {
    "generate": generate,
    "count": count,
    "again": again,
    "check": compile_with(["check"]),
    "expand": expand,
    "build": compile_with(["build"]),
    "release": compile_with(["build", "--release"]),
    "program": use,
}
