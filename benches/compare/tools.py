"""The generators that are compared: how each is called, where its code lies, how its operations are counted.

A contract and an output folder come in, commands and counts come out. Every tool runs with the settings its own
documentation shows first. It never measures anything.
"""

import os
import pathlib
import re
import tomllib

from contracts import PEERS, ROOT, ids, plain


def texts(folder):
    """Every Rust file below `folder`, as text."""
    return [file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.rs"))]


def own_workspace(manifest):
    """Keeps a crate out of every workspace above it."""
    text = manifest.read_text(encoding="utf-8")
    if "[workspace]" not in text:
        manifest.write_text(text + "\n[workspace]\n", encoding="utf-8")


class Tool:
    """One generator. `notes` says what it needed besides what its documentation shows."""

    name = ""
    version = ""
    notes = ""
    # The package that the registry knows, and its program.
    package = ""
    # Where the types of component schemas lie, from the root of the generated crate.
    types = ""

    def command(self, contract, out):
        """The command that generates; `out` is the crate's folder."""
        raise NotImplementedError

    def make_ready(self, out):
        """What is needed before the crate compiles, done before the first compile measure and never timed."""
        own_workspace(out / "Cargo.toml")

    def operations(self, out, contract):
        """How many operations were generated: those of the contract whose id is the name of a function."""
        functions = {plain(name) for text in texts(out / "src") for name in re.findall(r"\bfn (\w+)", text)}
        spelt = [{plain(name), plain(name.replace("/", "slash"))} for name in ids(contract)]
        return sum(1 for names in spelt if names & functions)

    def package_of(self, out):
        """The name of the generated package."""
        return tomllib.loads((out / "Cargo.toml").read_text(encoding="utf-8"))["package"]["name"]

    def crate(self, out):
        """The same as Rust says it."""
        return self.package_of(out).replace("-", "_")

    def codec(self):
        """What a program needs besides the crate to decode and encode its types: lines of a manifest."""
        return ['serde = "1"', 'serde_json = "1"']


class Ours(Tool):
    """This repository's generator."""

    name = "ours"
    version = "0.1.0"
    package = "xtask"
    types = "models"

    def __init__(self):
        target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        self.program = os.environ.get("XTASK", str(target / "release" / "xtask"))

    def command(self, contract, out):
        return [self.program, "generate", "--contract", contract, "--out", out, "--package", "bench-" + out.name, "--runtime", f"path:{ROOT / 'runtime'}"]

    def codec(self):
        return [f'sdkwright-runtime = {{ path = "{ROOT / "runtime"}", default-features = false, features = ["rust-crypto"] }}']

    def operations(self, out, contract):
        """Methods are named within groups, so the ids are looked for in the descriptions of the operations."""
        said = {literal for text in texts(out / "src" / "operations") for literal in re.findall(r'"([^"\\\n]+)"', text)}
        return sum(1 for name in ids(contract) if name in said)


class Oas3Gen(Tool):
    """oas3-gen: a client crate with its own manifest."""

    name = "oas3-gen"
    version = "0.29.0"
    package = "oas3-gen"

    def command(self, contract, out):
        program = PEERS / "bin" / "oas3-gen"
        return [program, "generate", "client-mod", "-i", contract, "-o", out, "--workspace"]


class OpenapiToRust(Tool):
    """openapi-to-rust: a module and the list of its dependencies."""

    name = "openapi-to-rust"
    version = "0.23.0"
    package = "openapi-to-rust"
    types = "generated"
    notes = "writes no manifest, so its REQUIRED_DEPS.toml is put under a package header, and its module into a lib.rs"

    def command(self, contract, out):
        program = PEERS / "bin" / "openapi-to-rust"
        return [program, "generate", contract, "--output-dir", out / "src" / "generated", "--module-name", "api"]

    def make_ready(self, out):
        required = (out / "src" / "generated" / "REQUIRED_DEPS.toml").read_text(encoding="utf-8")
        head = f'[package]\nname = "bench-{out.name}"\nversion = "0.1.0"\nedition = "2024"\n\n'
        (out / "Cargo.toml").write_text(head + required, encoding="utf-8")
        (out / "src" / "lib.rs").write_text("pub mod generated;\n", encoding="utf-8")
        own_workspace(out / "Cargo.toml")


class Ploidy(Tool):
    """ploidy: a crate on ploidy-util."""

    name = "ploidy"
    version = "0.15.0"
    package = "ploidy"
    types = "types"

    def command(self, contract, out):
        program = PEERS / "bin" / "ploidy"
        return [program, "generate", "rust", contract, "-o", out, "--name", "bench-" + out.name]


class OpenapiGenerator(Tool):
    """openapi-generator: the Java program, its `rust` generator."""

    name = "openapi-generator"
    version = "7.26.0"
    package = "openapi-generator-cli"
    types = "models"
    notes = "is given a version for the crate, because of `unversioned` it makes one that cargo refuses"

    def command(self, contract, out):
        jar = next(PEERS.glob("python/lib/python*/site-packages/openapi_generator_cli/openapi-generator.jar"))
        settings = ["--package-name", "bench-" + out.name, "--additional-properties", "packageVersion=0.1.0"]
        settings += ["--skip-validate-spec"]
        return ["java", "-jar", jar, "generate", "-g", "rust", "-i", contract, "-o", out, *settings]


class Progenitor(Tool):
    """cargo-progenitor: a crate, OpenAPI 3.0 only."""

    name = "progenitor"
    version = "0.15.1"
    package = "cargo-progenitor"
    types = "types"

    def command(self, contract, out):
        program = PEERS / "bin" / "cargo-progenitor"
        return [program, "progenitor", "-i", contract, "-o", out, "-n", "bench-" + out.name, "-v", "0.1.0"]


def every():
    """All tools, ours first."""
    return [Ours(), Oas3Gen(), OpenapiToRust(), Ploidy(), OpenapiGenerator(), Progenitor()]
