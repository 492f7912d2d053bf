"""Generates a crate for each contract, and compiles all crates and their programs in one workspace with one target folder.

A program has the crate's pages, the types of its examples and its documented calls. Crates are compiled without TLS and with
every group of operations; those without documented calls also without an HTTP client. Cargo unites the features of the
runtime over one call, so that one call compiles the crates that turn on the same parts of the runtime.
"""

import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import time
import tomllib
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TEMPLATES = pathlib.Path(__file__).resolve().parent / "program"
FOLDER = ROOT / "target" / "field"
TARGET = ROOT / "target" / "field-build"
LOGS = FOLDER / "logs"
RUNTIME = ROOT / "runtime"
# Time limit of one generation, in seconds.
PATIENCE = 300
# The documentation of so many contracts is built, smallest first.
DOCUMENTED = 5


@dataclass
class Subject:
    """A contract of the pass: its crate, its program, its figures and its failures."""

    file: pathlib.Path
    limits: object = None
    name: str = ""
    figures: dict = field(default_factory=dict)
    failures: list = field(default_factory=list)
    has_calls: bool = False
    artifact: pathlib.Path | None = None

    def __post_init__(self):
        self.name = self.name or self.file.stem
        self.package = "corpus-" + re.sub("[^a-z0-9]+", "-", self.name.lower())
        self.library = self.package.replace("-", "_")
        self.crate = FOLDER / "crates" / self.name
        self.program = FOLDER / "programs" / self.name

    def log(self, stage, text):
        """Writes the log of a stage; returns its path."""
        path = LOGS / f"{self.name}.{stage}.log"
        path.write_text(text, encoding="utf-8")
        return path

    def fail(self, stage, complaint, text=None):
        """Records a failure: its stage, the first complaint, and the text of its log."""
        lines = complaint.strip().splitlines() or ["no output"]
        self.failures.append((stage, lines[:8], self.log(stage, complaint if text is None else text)))


def generate(subject, xtask, *options):
    """Generates the crate and counts what it has; returns the exit code, and the complaint if it is not 0."""
    start = time.monotonic()
    command = [xtask, "generate", "--format", "json", "--contract", subject.file, "--out", subject.crate, *options]
    if "--config" not in options:
        command += ["--package", subject.package]
    command += ["--runtime", f"path:{RUNTIME}"]
    try:
        run = subprocess.run(command, cwd=ROOT, env={**os.environ, "NO_COLOR": "1"}, capture_output=True, text=True, timeout=PATIENCE)
        code, output = run.returncode, run.stdout + run.stderr
    except subprocess.TimeoutExpired:
        code, output = 124, f"no end after {PATIENCE} s"
    subject.log("generate", output)
    subject.figures |= {"generated": int(code == 0), "seconds": round(time.monotonic() - start, 2)}
    if code:
        return code, output.strip().splitlines()[-1]
    count(subject, output)
    manifest = subject.crate / "Cargo.toml"
    # The crate is a member of the workspace of all.
    manifest.write_text(re.sub(r"^\[workspace\]$", "", manifest.read_text(encoding="utf-8"), flags=re.M), encoding="utf-8")
    return 0, None


def server(subject):
    """Writes the settings of a crate with its server's side; returns their file."""
    settings = LOGS / f"{subject.name}.yaml"
    settings.write_text(f"package: {subject.package}\nserver: true\n", encoding="utf-8")
    return settings


def count(subject, output):
    """Counts what the generator reports, and the generated code."""
    summary = json.loads(next(line for line in output.splitlines() if line.startswith('{"') and '"kind":"summary"' in line))
    subject.figures |= {"reported": summary["levels"]["warning"], "schemas": summary["schemas"]}
    is_unserved = lambda row: row["reason"].startswith("server: ")
    for name, rows in (
        ("fell back", [row for row in summary["fallbacks"] if not is_unserved(row)]),
        ("unserved", [row for row in summary["fallbacks"] if is_unserved(row)]),
        ("left out", summary["left_out"]),
    ):
        subject.figures[name] = sum(row["count"] for row in rows)
        subject.figures[name + " by reason"] = {row["reason"]: row["count"] for row in rows}
    sources = {file: file.read_text(encoding="utf-8") for file in (subject.crate / "src").rglob("*.rs")}
    lines = {file.relative_to(subject.crate / "src").parts[0]: 0 for file in sources}
    for file, text in sources.items():
        lines[file.relative_to(subject.crate / "src").parts[0]] += text.count("\n")
    subject.figures["server"] = sum(lines.pop(name, 0) for name in ("server", "server.rs"))
    subject.figures["lines"], texts = sum(lines.values()), sources.values()
    subject.figures["ops"] = sum(len(re.findall(r"impl glue::Operation\s+for ", text)) for text in texts)


def page_blocks(subject):
    """Returns a module with all blocks of Rust on the crate's pages, a function for each; counts them."""
    lines = ["#![allow(unused, deprecated)]"]
    blocks = 0
    for page in sorted(subject.crate.glob("*.md")):
        for block in re.findall(r"^```rust\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S):
            # The attribute of a program allows no parameter.
            block = block.replace("#[tokio::main]\n", "")
            head = f"async fn block_{blocks}(client: &{subject.library}::Client) -> Result<(), Box<dyn std::error::Error>>"
            lines.append(f"// {page.name}\n{head} {{\n{block}Ok(())\n}}")
            blocks += 1
    subject.figures["blocks"] = blocks
    if not blocks:
        subject.fail("pages", "no page of the crate has a block of Rust")
    return "\n".join(lines) + "\n"


def manifest(crate):
    return tomllib.loads((crate / "Cargo.toml").read_text(encoding="utf-8"))


def features(crate, has_client):
    """Returns the features to compile a crate with: all groups of operations, the server's side, and no TLS."""
    left_out, all = {"tls-aws-lc", *(() if has_client else ("reqwest",))}, manifest(crate)["features"]
    server = ["server"] if "server" in all else []
    return ["rust-crypto", *server, *(name for name in all["default"] if name not in left_out)]


def runtime_parts(crate):
    """Returns the parts of the runtime that a crate turns on."""
    return tuple(manifest(crate)["dependencies"]["sdkwright-runtime"].get("features", []))


def write_program(subject, files, kind="bin", main="src/main.rs"):
    """Writes the program of a contract; with the kind `lib` it is empty, and only its crate is compiled."""
    (subject.program / "src").mkdir(parents=True)
    for name, text in files.items():
        (subject.program / "src" / name).write_text(text, encoding="utf-8")
    given = json.dumps(features(subject.crate, subject.has_calls))
    text = f"""[package]
name = "field-{subject.name}"
version = "0.0.0"
edition = "2024"

{"[[bin]]" if kind == "bin" else "[lib]"}
name = "{("field-" + subject.name) if kind == "bin" else subject.library + "_program"}"
path = {json.dumps(str(main))}

[dependencies]
{manifest(subject.crate)["package"]["name"]} = {{ path = {json.dumps(str(subject.crate))}, default-features = false, features = {given} }}
sdkwright-runtime = {{ path = {json.dumps(str(RUNTIME))}, default-features = false, features = ["reqwest"] }}
serde_core = {{ package = "serde", version = "1" }}
serde_json = "1"
tokio = {{ version = "1", features = ["macros", "rt-multi-thread"] }}
"""
    (subject.program / "Cargo.toml").write_text(text, encoding="utf-8")


def template(name, **inserts):
    """Returns a file of the program, with texts inserted at its marks."""
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    for mark, insert in inserts.items():
        text = text.replace(mark if mark == "LIBRARY" else f"// {mark}", insert)
    return text


def start_over():
    """Removes what the last pass wrote, but for compiled code."""
    for folder in (FOLDER, TARGET / "doc"):
        shutil.rmtree(folder, ignore_errors=True)
    for folder in (LOGS, FOLDER / "crates", FOLDER / "programs"):
        folder.mkdir(parents=True)


def build(subjects):
    """Compiles all programs with their crates, and the documentation of the smallest contracts."""
    workspace = '[workspace]\nresolver = "3"\nmembers = ["programs/*"]\n\n[profile.dev]\ndebug = 0\n'
    (FOLDER / "Cargo.toml").write_text(workspace, encoding="utf-8")
    shutil.copy(ROOT / "Cargo.lock", FOLDER / "Cargo.lock")
    groups = collections.defaultdict(list)
    for subject in subjects:
        groups[runtime_parts(subject.crate)].append(subject)
    for group in groups.values():
        cargo(["build", "--keep-going", *(f"--package=field-{subject.name}" for subject in group)], group)
    for subject in subjects:
        if subject.artifact is None and not any(stage == "compile" for stage, *_ in subject.failures):
            subject.fail("compile", f"cargo built no program field-{subject.name}")


def document(subjects):
    """Builds the documentation of the smallest contracts, without an HTTP client; returns how many there are."""
    chosen = sorted(subjects, key=lambda subject: subject.file.stat().st_size)[:DOCUMENTED]
    options = [f"--package={subject.package}" for subject in chosen]
    given = ",".join(f"{subject.package}/{name}" for subject in chosen for name in features(subject.crate, False))
    cargo(["doc", "--no-deps", "--lib", "--keep-going", "--no-default-features", "--features", given, *options], chosen)
    written = [subject for subject in chosen if (TARGET / "doc" / subject.library / "index.html").is_file()]
    for subject in chosen:
        if subject not in written and all(stage != "document" for stage, *_ in subject.failures):
            subject.fail("document", "rustdoc wrote no documentation")
    return len(written)


def cargo(arguments, subjects):
    """Runs cargo; each error or warning in a file of a contract is a failure of it. Others are failures of all."""
    command, stage = ["cargo", *arguments, "--quiet", "--message-format=json"], {"build": "compile", "doc": "document"}[arguments[0]]
    flags = {"RUSTFLAGS": "", "RUSTDOCFLAGS": "-D warnings"}
    run = subprocess.run(command, cwd=FOLDER, env={**os.environ, "CARGO_TARGET_DIR": str(TARGET), "CARGO_INCREMENTAL": "0", **flags}, capture_output=True, text=True)
    complaints = collections.defaultdict(list)
    for line in run.stdout.splitlines():
        entry = json.loads(line)
        folder = pathlib.Path(entry.get("manifest_path", "")).parent
        owner = next((subject for subject in subjects if folder in (subject.crate, subject.program)), None)
        message = entry.get("message") or {}
        if message.get("level") in ("error", "warning") and message.get("spans"):
            complaints[owner and owner.name].append(message["rendered"])
        if owner and folder == owner.program and entry["reason"] == "compiler-artifact":
            owner.artifact = pathlib.Path(entry["executable"] or entry["filenames"][0])
    if run.returncode != 0 and not complaints:
        complaints[None].append(run.stderr)
    for subject in subjects:
        mine = [*complaints[subject.name], *complaints[None]]
        subject.figures["warnings"] = subject.figures.get("warnings", 0) + len(mine)
        if mine:
            subject.fail(stage, mine[0], "\n".join(mine))
