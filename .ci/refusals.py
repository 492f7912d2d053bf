"""Sends JSON values with the calls of a generated crate, over a transport that only records.

Each value is read by the type of a call's body and sent as that body. What comes back is what became of it: it could not be
read, it was refused before it was sent, or it was sent, with the bytes that were.
"""

import os
import pathlib
import re
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent

# The group of the calls that are made.
GROUP = "instances"

MANIFEST = """\
[package]
name = "suite-refusals"
version = "0.0.0"
edition = "2024"

[dependencies]
suite = { path = "../crate", default-features = false, features = ["rust-crypto", "validation", "blocking", "instances"] }
sdkwright-runtime = { path = "RUNTIME", default-features = false }

[profile.dev]
debug = 0

[workspace]
"""

PROGRAM = """\
use std::io::{BufRead, Write};

use sdkwright_runtime::glue::from_slice;
use suite::Client;
use suite::blocking::Wait as _;
use suite::testing::{Script, Step};

type Check = fn(&Client, &str) -> Result<Result<(), String>, String>;
const CHECKS: &[Check] = &[
CHECKS_OF_ALL];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (which, text) = line.split_once('\\t').ok_or("a line has no tab")?;
        let script = Script::new([Step::answer(204, "")]);
        let client = Client::builder().base_url("https://suite.example").transport(script.clone()).build()?;
        let said = CHECKS[which.parse::<usize>()?](&client, text);
        let told = match (said, script.sent().pop()) {
            (Err(error), _) => format!("unread\\t{error}"),
            (Ok(_), Some(request)) => format!("sent\\t{}", String::from_utf8_lossy(&request.body)),
            (Ok(Err(error)), None) => format!("refused\\t{error}"),
            (Ok(Ok(())), None) => "lost\\t".to_owned(),
        };
        writeln!(out, "{}", told.replace('\\n', " "))?;
    }
    Ok(())
}
"""

CHECK = """\
    |client, text| {{
        let value = from_slice(text.as_bytes()).map_err(|error| error.to_string())?;
        Ok(client.{group}().{method}({borrow}value).wait().map_err(|error| error.to_string()))
    }},
"""


def send(contract, values, xtask, folder):
    """Sends values; returns a pair of word and text for each. `values` are pairs of a method of the group GROUP and JSON text."""
    crate, program = folder / "crate", folder / "program"
    for made in (crate, program):
        shutil.rmtree(made, ignore_errors=True)
    runtime = ROOT / "runtime"
    command = [xtask, "generate", "--contract", contract, "--out", crate, "--package", "suite", "--runtime", f"path:{runtime}"]
    subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    calls = (crate / "src" / "operations" / f"{GROUP}.rs").read_text(encoding="utf-8")
    borrowed = dict(re.findall(r"pub fn (\w+)\(\s*self,\s*body: (&?)", calls))
    methods = list(dict.fromkeys(method for method, _ in values))
    checks = "".join(CHECK.format(group=GROUP, method=method, borrow=borrowed[method]) for method in methods)
    (program / "src").mkdir(parents=True)
    (program / "src" / "main.rs").write_text(PROGRAM.replace("CHECKS_OF_ALL", checks), encoding="utf-8")
    (program / "Cargo.toml").write_text(MANIFEST.replace("RUNTIME", str(runtime)), encoding="utf-8")
    shutil.copy(ROOT / "Cargo.lock", program / "Cargo.lock")
    target = folder.parent / "round-trip"
    environment = {**os.environ, "CARGO_TARGET_DIR": str(target), "CARGO_INCREMENTAL": "0", "RUSTFLAGS": ""}
    subprocess.run(["cargo", "build", "--quiet"], cwd=program, env=environment, check=True)
    lines = "".join(f"{methods.index(method)}\t{text}\n" for method, text in values)
    run = subprocess.run([target / "debug" / "suite-refusals"], input=lines.encode(), capture_output=True, check=True)
    # The texts may have line breaks of other kinds.
    told = [tuple(line.split("\t", 1)) for line in run.stdout.decode().split("\n")[:-1]]
    if len(told) != len(values):
        raise RuntimeError(f"{len(values)} values were sent, and {len(told)} lines came back")
    return told
