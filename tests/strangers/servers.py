"""Servers of foreign contracts: generates a crate with its server's side, and compiles a program that serves it."""

import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FOLDER = ROOT / "target" / "strangers"
# The contracts, with the header that their callers need.
SERVERS = {"codat-bankfeeds": "Authorization: Basic dGVzdDo=", "ogen-firecracker": None}

MAIN = """mod served;

#[tokio::main]
async fn main() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("listening on http://{}", listener.local_addr().unwrap());
    axum::serve(listener, served::served()).await.unwrap();
}
"""


def generate(xtask, contract, name):
    """Generates the crate of a contract with its server's side."""
    settings = FOLDER / f"{name}.yaml"
    settings.write_text(f"package: strange-{name}\nserver: true\nlevel: lenient\nruntime: path:{ROOT / 'runtime'}\n")
    crate = FOLDER / "crates" / name
    run = subprocess.run([xtask, "generate", "--contract", contract, "--config", settings, "--out", crate], capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"{contract} is not generated\n{run.stderr}")
    manifest = crate / "Cargo.toml"
    manifest.write_text(re.sub(r"^\[workspace\]$", "", manifest.read_text(), flags=re.M))
    return crate


def served(name, crate):
    """Returns the handlers of a server: those of `servers/NAME.rs`, or none, so that each response is 501."""
    own = HERE / "servers" / f"{name}.rs"
    if own.exists():
        return own.read_text()
    library = f"strange_{name.replace('-', '_')}"
    traits = re.findall(r"^pub use self::\w+::(\w+Api);", (crate / "src" / "server.rs").read_text(), re.M)
    empty = "\n".join(f"impl {one} for Nothing {{}}" for one in traits)
    router = "pub fn served() -> axum::Router {\n    router(Nothing, Options::new())\n}\n"
    return f"use {library}::server::*;\n\nstruct Nothing;\n\n{empty}\n\n{router}"


def build(xtask, corpus):
    """Compiles the servers; returns their programs by name."""
    members = []
    for name in SERVERS:
        crate = generate(xtask, corpus / f"{name}.json", name)
        program = FOLDER / "servers" / name
        (program / "src").mkdir(parents=True, exist_ok=True)
        (program / "src" / "main.rs").write_text(MAIN)
        (program / "src" / "served.rs").write_text(served(name, crate))
        (program / "Cargo.toml").write_text(f"""[package]
name = "{name}"
version = "0.0.0"
edition = "2024"

[dependencies]
axum = {{ version = "0.8", default-features = false, features = ["http1", "tokio"] }}
strange-{name} = {{ path = "{crate}", default-features = false, features = ["rust-crypto", "server"] }}
tokio = {{ version = "1", features = ["macros", "net", "rt-multi-thread"] }}
""")
        members += [f"crates/{name}", f"servers/{name}"]
    listed = ", ".join(f'"{member}"' for member in members)
    (FOLDER / "Cargo.toml").write_text(f'[workspace]\nresolver = "3"\nmembers = [{listed}]\n')
    (FOLDER / "Cargo.lock").write_text((ROOT / "Cargo.lock").read_text())
    packages = [option for name in SERVERS for option in ("-p", name)]
    subprocess.run(["cargo", "build", "--quiet", "--manifest-path", FOLDER / "Cargo.toml", "--target-dir", FOLDER / "build", *packages], check=True)
    return {name: FOLDER / "build" / "debug" / name for name in SERVERS}
