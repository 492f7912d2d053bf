"""The twin: the same types with serde's derive, made from the text of the generated ones.

Generated files come in, files of the same names come out. A struct keeps its members, their order and their types; what
the contract does not name is ignored, as serde does by default. An open enum of strings becomes a closed one (the quickest
that serde has), one of integers becomes `i64`, a union becomes an untagged enum whose last variant takes anything, free
maps become `BTreeMap`, typed additional members a flattened one, instants and dates `String`, decimals and floats that
keep their text `f64`. A member that tells absent from null is an option in an option. It never compiles or measures.
"""

import re

PLAIN = {
    "JsonValue": "serde_json::Value",
    "Object": "serde_json::Map<String, serde_json::Value>",
    "Timestamp": "String",
    "Date": "String",
    "Base64": "String",
    "Number": "f64",
    "Float": "f64",
    "Integer": "i64",
}
MEMBER = re.compile(r"^    (pub )?(\w+): (.+?),\n(?=    \w|\})", re.DOTALL | re.MULTILINE)
READ = re.compile(r'\b(\w+): v\s*\.(\w+)\((?:\s*"([^"]*)",?\s*)?\)')
ROW = re.compile(r'^    (\w+): "(.*)",$', re.MULTILINE)
DERIVE = "#[derive(serde::Serialize, serde::Deserialize)]\n"


def items(text):
    """The items of a file, without comments: one begins and ends where nothing is indented."""
    found, lines = [], []
    for line in text.splitlines(keepends=True):
        if line.startswith("//") or not lines and not line.strip():
            continue
        lines.append(line)
        if not line.startswith((" ", "#")) and line.rstrip().endswith(("}", ";")):
            found.append("".join(line for line in lines if not line.lstrip().startswith("///")))
            lines = []
    return found


def spelt(ty):
    """A type as the twin has it."""
    ty = " ".join(ty.split())
    ty = re.sub(r"\bMap<", "std::collections::BTreeMap<String, ", ty)
    ty = re.sub(r"\bMaybe<", "Option<", ty)
    return re.sub(r"\b(" + "|".join(PLAIN) + r")\b", lambda found: PLAIN[found[1]], ty)


def struct(name, item, reads):
    """A struct with derives; `reads` says how each field is read, and from which member."""
    fields = ""
    for _, field, ty in MEMBER.findall(item.partition("{")[2]):
        how, member = reads[field]
        if how == "rest":
            continue
        says = [f'rename = "{member}"'] if member != field else []
        ty = " ".join(ty.split())
        twin = spelt(ty)
        if how == "rest_as":
            says = ["flatten"]
        elif ty.startswith("Maybe<"):
            twin = f"Option<{twin}>"
            says += ["default", 'deserialize_with = "crate::given"', 'skip_serializing_if = "Option::is_none"']
        elif how == "get" and ty.startswith("Option<"):
            says += ["default", 'skip_serializing_if = "Option::is_none"']
        fields += (f"    #[serde({', '.join(says)})]\n" if says else "") + f"    pub {field}: {twin},\n"
    return f"{DERIVE}pub struct {name} {{\n{fields}}}\n"


def enumeration(name, table):
    """A closed enum of strings."""
    rows = re.findall(r'"((?:[^"\\]|\\.)*)",\s*Self::(\w+)', table)
    variants = "".join(f'    #[serde(rename = "{text}")]\n    {variant},\n' for text, variant in rows)
    return f"{DERIVE}pub enum {name} {{\n{variants}}}\n"


def union(name, item):
    """An untagged enum: the first variant that reads."""
    body = re.sub(r"^.*?\{", "", item, count=1, flags=re.DOTALL)
    variants = "".join(
        f"    {variant}({spelt(inner).rstrip(', ')}),\n" if inner else f"    {variant},\n"
        for variant, inner in re.findall(r"^    (\w+)(?:\((.*?)\))?,$", body, re.MULTILINE | re.DOTALL)
    )
    return f"{DERIVE}#[serde(untagged)]\npub enum {name} {{\n{variants}}}\n"


def twin(text):
    """The text of a generated file of models as the twin has it."""
    parts = items(text)
    reads, tables, integers = {}, {}, set()
    for item in parts:
        if found := re.match(r"impl glue::Json\s+for (\w+)", item):
            read = item.partition("fn write")[0]
            reads[found[1]] = {field: (how, member) for field, how, member in READ.findall(read)}
        elif found := re.match(r"glue::object!\((\w+) \{", item):
            reads[found[1]] = {field: ("get", member) for field, member in ROW.findall(item)} | {"extra": ("rest", "")}
        elif found := re.match(r"impl glue::Enum\s+for (\w+)", item):
            tables[found[1]] = item.partition("TABLE")[2].partition("];")[0]
        elif found := re.match(r"impl glue::IntEnum\s+for (\w+)", item):
            integers.add(found[1])
    out = "#![allow(unused_imports)]\nuse crate::models::*;\n\n"
    for item in parts:
        if found := re.search(r"^pub (struct|enum|type) (\w+)", item, re.MULTILINE):
            kind, name = found.groups()
            if kind == "type":
                left, _, right = item.partition(" = ")
                out += f"{left} = {spelt(right)}\n"
            elif name in integers:
                out += f"pub type {name} = i64;\n"
            elif name in tables:
                out += enumeration(name, tables[name])
            elif kind == "enum":
                out += union(name, item)
            elif name in reads:
                out += struct(name, item, reads[name])
    return out
