"""The program that uses twenty response types: chooses the types, writes the program for one tool.

The contract and the generated crates come in. The types are component schemas that successful JSON answers name, the
ones that most operations answer with first; a schema counts only if every tool of the run has made a type of it that
decodes, so all programs use the same twenty. A type is encoded again if every tool's type can be. It never builds
anything.
"""

import re

from contracts import answered, plain

WANTED = 20
DECLARED = re.compile(r"((?:^\s*#\[[^\n]*\n|^\s*#\[derive\([^)]*\)\]\n|^\s*///[^\n]*\n)*)^\s*pub (?:struct|enum) (\w+)", re.MULTILINE)


def made(out):
    """Types of a generated crate that decode, by plain name: what each is called, and whether it encodes too."""
    found = {}
    for file in sorted((out / "src").rglob("*.rs")):
        text = file.read_text(encoding="utf-8")
        for above, name in DECLARED.findall(text):
            can = {word for word in ("Serialize", "Deserialize") if re.search(rf"\b{word}\b", above)}
            can |= {word for word in ("Serialize", "Deserialize<'de>") if f"{word} for {name} " in text}
            own = f"Json for {name} " in text
            if own or any(word.startswith("Deserialize") for word in can):
                found.setdefault(plain(name), (name, own or "Serialize" in can))
    return found


def choose(contract, outs):
    """At most twenty schemas that are types in each of the crates `outs`, each with whether all of them encode it."""
    everywhere = [made(out) for out in outs]
    names = [name for name in answered(contract) if all(plain(name) in types for types in everywhere)]
    return [(name, all(types[plain(name)][1] for types in everywhere)) for name in names[:WANTED]]


SERDE = """fn decode<T: serde::de::DeserializeOwned>(text: &[u8]) -> Result<T, Failure> {
    Ok(serde_json::from_slice(text)?)
}

#[allow(dead_code)]
fn encode<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, Failure> {
    Ok(serde_json::to_vec(value)?)
}
"""
OWN = """fn decode<T: sdkwright_runtime::json::Json>(text: &[u8]) -> Result<T, Failure> {
    Ok(sdkwright_runtime::json::from_slice(text)?)
}

#[allow(dead_code)]
fn encode<T: sdkwright_runtime::json::Json>(value: &T) -> Result<Vec<u8>, Failure> {
    Ok(sdkwright_runtime::json::to_vec(value)?)
}
"""


def write(tool, out, names):
    """Writes the program's crate beside the generated one and gives its folder."""
    folder = out.parent / f"{out.name}-program"
    (folder / "src").mkdir(parents=True, exist_ok=True)
    types, crate = made(out), tool.crate(out)
    arms = ""
    for name, encodes in names:
        path = "::".join(part for part in (crate, tool.types, types[plain(name)][0]) if part)
        value = f"decode::<{path}>(&text)?"
        then = f"encode(&{value})?" if encodes else f"drop(std::hint::black_box({value}))"
        arms += f'        "{name}" => {then if encodes else f"{{ {then}; Vec::new() }}"},\n'
    head = f'[package]\nname = "{out.name}-program"\nversion = "0.1.0"\nedition = "2024"\n\n[workspace]\n\n[dependencies]\n'
    lines = [f'{crate} = {{ path = "{out}", package = "{tool.package_of(out)}" }}', *tool.codec()]
    (folder / "Cargo.toml").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    (folder / "src" / "main.rs").write_text(
        "//! Decodes one of several types from the standard input and encodes it again.\n"
        "use std::io::{Read, Write};\n\ntype Failure = Box<dyn std::error::Error>;\n\n"
        + (OWN if tool.name == "ours" else SERDE)
        + "\nfn main() -> Result<(), Failure> {\n    let mut text = Vec::new();\n"
        "    std::io::stdin().read_to_end(&mut text)?;\n"
        "    let name = std::env::args().nth(1).unwrap_or_default();\n"
        "    let again = match name.as_str() {\n" + arms + '        _ => return Err("no such type".into()),\n    };\n'
        "    std::io::stdout().write_all(&again)?;\n    Ok(())\n}\n",
        encoding="utf-8",
    )
    return folder
