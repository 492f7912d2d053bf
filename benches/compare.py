#!/usr/bin/env python3
"""Compares generators of Rust clients: processor time to generate a crate and to check it, and the tokens of its code.

    benches/compare.py FOLDER... [--contracts NAME,...] [--tools NAME,...] [--rounds N] [--scratch FOLDER]

The folders contain the contracts. The script installs each peer once, at the pinned version, into $PEERS (target/peers), and
prints the table of docs/generate/benchmarks.md. openapi-generator needs Java. Each tool runs with the command that its documentation
shows first, and the versions of dependencies are those of the generated manifest.

Generating: the whole process, into a new folder. Folders of earlier rounds are removed at the end: without a journal, ext4 looks at
each inode that was removed in the last minutes before it creates a file. Checking: `cargo check` with all dependencies built and incremental
compilation off. Both figures are the least of all rounds. Tokens: those of the Rust Reference in every file below `src`,
without comments and doc comments.
"""

import argparse
import dataclasses
import datetime
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PEERS = pathlib.Path(os.environ.get("PEERS", TARGET / "peers"))
# A small contract, one with `allOf`, one with unions, and a large one.
CONTRACTS = ["codat-bankfeeds", "recurly", "vercel", "kubernetes"]
# Seconds after which a command is stopped.
LIMIT = 1800

TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*)
  | (?P<block>/\*)
  | (?P<doc>\#!?\[doc\s*=\s*"(?:[^"\\]|\\.)*"\s*\])
  | (?:b|c)?r(?P<hashes>\#*)".*?"(?P=hashes)
  | (?:b|c)?"(?:[^"\\]|\\.)*"
  | b?'(?:[^'\\\n]|\\(?:u\{[0-9a-fA-F_]+\}|x[0-9a-fA-F]{2}|.))'
  | '(?:r\#)?[^\W\d]\w*
  | (?:0[xob][0-9a-fA-F_]+|\d[\d_]*(?:\.(?!\.|[^\W\d])[\d_]*)?(?:[eE][+-]?[\d_]+)?)\w*
  | (?:r\#)?[^\W\d]\w*
  | <<=|>>=|\.\.\.|\.\.=|::|->|=>|==|!=|<=|>=|&&|\|\||\+=|-=|\*=|/=|%=|\^=|&=|\|=|<<|>>|\.\.|[\#\[\](){}<>,;:.=+\-*/%^!&|@?$~]
    """,
    re.VERBOSE | re.DOTALL,
)
BLOCK = re.compile(r"/\*|\*/")


class Failed(Exception):
    """A tool or the compiler failed. The text is one line."""


def count_tokens(text):
    """Returns the number of Rust tokens of a file: `::` is one token, and so is a string."""
    at, tokens = 0, 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None:
            raise Failed(f"not a token: {text[at:at + 40]!r}")
        at = found.end()
        if found["block"]:
            depth = 1
            while depth:
                mark = BLOCK.search(text, at)
                depth += 1 if mark.group() == "/*" else -1
                at = mark.end()
        elif not (found["space"] or found["doc"]):
            tokens += 1
    return tokens


def run(command, folder, log):
    """Runs a command and returns its processor seconds, with those of its children."""
    environment = {**os.environ, "CARGO_INCREMENTAL": "0", "CARGO_TERM_COLOR": "never", "NO_COLOR": "1", "RUST_BACKTRACE": "0"}
    for name in ("RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_PROFILE_DEV_DEBUG", "RUSTC_WRAPPER"):
        environment.pop(name, None)
    with open(log, "wb") as sink:
        limited = ["timeout", str(LIMIT), *map(str, command)]
        child = subprocess.Popen(limited, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink)
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        lines = pathlib.Path(log).read_text(encoding="utf-8", errors="replace").splitlines()
        cause = re.compile(r"\s*(gen fail|error\b|Error\b|thread .* panicked|Exception)")
        raise Failed(next((line.strip() for line in lines if cause.match(line)), f"exit code {child.returncode}")[:200])
    return usage.ru_utime + usage.ru_stime


@dataclasses.dataclass
class Tool:
    """A generator. `command` has the placeholders {contract}, {out} and {name}."""

    name: str
    version: str
    command: list
    # The package of a peer in the cargo registry.
    package: str = ""

    def install(self):
        """Installs the peer, if it is not there."""
        if self.package and not (PEERS / "bin" / self.package).exists():
            command = ["cargo", "install", "--quiet", "--locked", "--root", PEERS, self.package, "--version", f"={self.version}"]
            subprocess.run(command, env={**os.environ, "CARGO_TARGET_DIR": str(PEERS / "target")}, check=True)

    def generate(self, contract, out):
        """Generates the crate into a new folder and returns the processor seconds."""
        if out.exists():
            older = out.parents[1] / "older"
            older.mkdir(exist_ok=True)
            out.rename(tempfile.mkdtemp(dir=older))
        out.parent.mkdir(parents=True, exist_ok=True)
        values = {"contract": contract, "out": out, "name": f"bench-{out.name}", "peers": PEERS, "root": ROOT, "target": TARGET}
        return run([part.format(**values) for part in self.command], out.parent, f"{out}.generate.log")

    def prepare(self, out):
        """Completes the crate so that cargo accepts it."""
        manifest = out / "Cargo.toml"
        text = manifest.read_text(encoding="utf-8")
        if "[workspace]" not in text:
            manifest.write_text(f"{text}\n[workspace]\n", encoding="utf-8")


class Ours(Tool):
    """The generator of this repository."""

    def install(self):
        command = ["cargo", "build", "--quiet", "--release", "--package", "sdkwright"]
        subprocess.run(command, cwd=ROOT, check=True)


class OpenapiToRust(Tool):
    """openapi-to-rust writes a module and a list of its dependencies, and no manifest."""

    def prepare(self, out):
        required = (out / "src" / "generated" / "REQUIRED_DEPS.toml").read_text(encoding="utf-8")
        head = f'[package]\nname = "bench-{out.name}"\nversion = "0.1.0"\nedition = "2024"\n\n'
        (out / "Cargo.toml").write_text(head + required, encoding="utf-8")
        (out / "src" / "lib.rs").write_text("pub mod generated;\n", encoding="utf-8")
        super().prepare(out)


class OpenapiGenerator(Tool):
    """openapi-generator is a Java program; the Python registry has it with a link to its jar."""

    def install(self):
        if not (PEERS / "openapi-generator.jar").exists():
            subprocess.run([sys.executable, "-m", "venv", PEERS / "python"], check=True)
            pip = PEERS / "python" / "bin" / "pip"
            subprocess.run([pip, "install", "--quiet", f"openapi-generator-cli=={self.version}"], check=True)
            jar = next(PEERS.glob("python/lib/python*/site-packages/openapi_generator_cli/openapi-generator.jar"))
            (PEERS / "openapi-generator.jar").symlink_to(jar)


def tools():
    """Returns all generators, ours first."""
    ours = "{target}/release/sdkwright generate --contract {contract} --out {out} --package {name} --runtime path:{root}/runtime"
    jar = "java -jar {peers}/openapi-generator.jar generate -g rust -i {contract} -o {out} --package-name {name}"
    jar += " --additional-properties packageVersion=0.1.0 --skip-validate-spec"
    oas3 = "{peers}/bin/oas3-gen generate client-mod -i {contract} -o {out} --workspace"
    to_rust = "{peers}/bin/openapi-to-rust generate {contract} --output-dir {out}/src/generated --module-name api"
    ploidy = "{peers}/bin/ploidy generate rust {contract} -o {out} --name {name}"
    progenitor = "{peers}/bin/cargo-progenitor progenitor -i {contract} -o {out} -n {name} -v 0.1.0"
    return [
        Ours("sdkwright", "0.1.0", ours.split()),
        Tool("oas3-gen", "0.29.0", oas3.split(), "oas3-gen"),
        OpenapiToRust("openapi-to-rust", "0.23.0", to_rust.split(), "openapi-to-rust"),
        Tool("ploidy", "0.15.0", ploidy.split(), "ploidy"),
        OpenapiGenerator("openapi-generator", "7.26.0", jar.split()),
        Tool("progenitor", "0.15.1", progenitor.split(), "cargo-progenitor"),
    ]


def measure(tool, contract, out, rounds):
    """Yields the three figures of a tool and a contract, each as the text of a table cell."""
    yield f"{min(tool.generate(contract, out) for _ in range(rounds)):.2f}"
    tokens = sum(count_tokens(file.read_text(encoding="utf-8")) for file in sorted((out / "src").rglob("*.rs")))
    tool.prepare(out)
    check = ["cargo", "check", "--target-dir", out.parents[1] / "target"]
    run(check, out, f"{out}.check.log")
    times = []
    for _ in range(rounds):
        (out / "src" / "lib.rs").touch()
        times.append(run([*check, "--offline"], out, f"{out}.check.log"))
    yield f"{min(times):.2f}"
    yield f"{tokens:,}"


def machine():
    """Returns date, processor and compiler in one sentence."""
    model = re.search(r"model name\s*: (.+)", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.split(" (")[0]
    cores = len(os.sched_getaffinity(0))
    return f"{datetime.date.today():%-d %B %Y}, {cores} cores of {model[1] if model else 'an unknown processor'}, {rustc}"


def main():
    every = tools()
    parser = argparse.ArgumentParser(prog="benches/compare.py", description="Compares generators of Rust clients.")
    parser.add_argument("folders", type=pathlib.Path, nargs="+", help="folders with contracts")
    parser.add_argument("--contracts", default=",".join(CONTRACTS), help="names without endings (default: %(default)s)")
    parser.add_argument("--tools", default=",".join(tool.name for tool in every), help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each timed command (default: %(default)s)")
    parser.add_argument("--scratch", type=pathlib.Path, default="/tmp/compare", help="folder of the crates (default: %(default)s)")
    arguments = parser.parse_args()
    files = {file.stem: file.resolve() for folder in arguments.folders for file in folder.iterdir() if file.suffix in (".json", ".yaml", ".yml")}
    names = arguments.contracts.split(",")
    chosen = [tool for tool in every if tool.name in arguments.tools.split(",")]
    unknown = set(arguments.tools.split(",")) - {tool.name for tool in every} | set(names) - set(files)
    if unknown:
        sys.exit(f"unknown tools or contracts: {', '.join(sorted(unknown))}")
    for tool in chosen:
        tool.install()

    measures = ["generate, s", "`cargo check`, s", "tokens"]
    rows, failures = {}, []
    for name in names:
        for tool in chosen:
            out = arguments.scratch.resolve() / tool.name / name
            cells = rows.setdefault(name, {}).setdefault(tool.name, [])
            try:
                cells.extend(measure(tool, files[name], out, arguments.rounds))
            except Failed as failure:
                step = "generate" if not cells else "`cargo check`"
                failures.append(f"- {tool.name}, {name}: {step} fails: {failure}")
            print(f"{name}, {tool.name}: {', '.join(cells)}", file=sys.stderr, flush=True)
            cells += ["fails"] * (len(measures) - len(cells))
    shutil.rmtree(arguments.scratch / "older", ignore_errors=True)

    print(f"{machine()}: {', '.join(f'{tool.name} {tool.version}' for tool in chosen)}.\n")
    print(f"| contract | measure | {' | '.join(tool.name for tool in chosen)} |\n|---|---|{'---:|' * len(chosen)}")
    for name in names:
        for at, title in enumerate(measures):
            print(f"| {name} | {title} | {' | '.join(rows[name][tool.name][at] for tool in chosen)} |")
    print("\n" + "\n".join(failures))


if __name__ == "__main__":
    main()
