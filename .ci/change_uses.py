"""Programs that use every public item of a crate, for `.ci/changes-rust`.

Items are lines of `cargo public-api`, in its order: an `impl` stands before its items. Types in these lines are named where they are
defined; `names` knows the paths by which a program reaches them.
"""

import re

# Traits that only the compiler uses.
NOT_USED = ("std::marker::StructuralPartialEq",)
FOREIGN = re.compile(r"(?<![\w:])(?!cells::|std::)[a-z_]\w*(?:::\w+)+")


def whole(known):
    """Returns the names of types that programs write or match in full."""
    names = set()
    for item in known["index"].values():
        inner = item["inner"]
        if item["crate_id"] != 0 or any("non_exhaustive" in str(one) for one in item["attrs"]):
            continue
        fields = inner.get("struct", {}).get("kind", {})
        is_open = isinstance(fields, dict) and not fields.get("plain", {}).get("has_stripped_fields", True)
        if "enum" in inner or is_open:
            names.add(item["name"])
    return names


def reachable(known):
    """Returns the public path of each item of a crate, by the path of its definition; modules of other crates stand for their content."""
    index, paths, found = known["index"], known["paths"], {}
    open_modules, seen = [(str(known["root"]), index[str(known["root"])]["name"])], set()
    while open_modules:
        number, at = open_modules.pop(0)
        if (number, at) in seen or at.count("::") > 6:
            continue
        seen.add((number, at))
        for child in index[number]["inner"]["module"]["items"]:
            item = index.get(str(child))
            if item is None:
                continue
            used = item["inner"].get("use")
            target, name = (str(used["id"]), used["name"]) if used else (str(child), item["name"])
            if used and used["is_glob"]:
                if target in index and "module" in index[target]["inner"]:
                    open_modules.append((target, at))
                continue
            path = f"{at}::{name}"
            if target in paths:
                found.setdefault("::".join(paths[target]["path"]), path)
            if target in index and "module" in index[target]["inner"]:
                open_modules.append((target, path))
    return found


def names(crates):
    """Returns a function from the path of a definition to the path by which a program reaches it, through the first crate; else None."""
    first, *others = [reachable(known) for known in crates]
    below = {}
    for one in others:
        for definition, public in one.items():
            crate, _, rest = public.partition("::")
            if crate in first:
                below[definition] = f"{first[crate]}::{rest}"
    known = {**below, **first}
    serde = lambda path: f"{first['serde']}::{path.rpartition('::')[2]}" if path.startswith("serde_core::") and "serde" in first else None
    return lambda path: known.get(path) or serde(path)


class Unreachable(Exception):
    """A type that a program cannot name."""


def program(names, full, lines):
    """Returns a program with one function for each use of the items in these lines. `full` are the types that are written in full."""
    uses, header, fields, variants = [], "", {}, {}

    def reach(path):
        found = names(path)
        if found is None:
            raise Unreachable(path)
        return found

    def plain(text):
        return re.sub(r"'(?!static\b|_)[a-z]\w*", "'_", FOREIGN.sub(lambda one: reach(one[0]), text))

    def use(arguments, result, body, generics=""):
        uses.append(f"fn use_{len(uses)}{generics}({arguments}){f' -> {result}' if result else ''} {{ {body} }}")

    def is_of_trait(header, item):
        return " for " in header and item.startswith(header.rpartition(" for ")[2] + "::")

    for line in lines:
        line = re.sub(r"(?<![\w:])(core|alloc)::", "std::", line.removeprefix("#[non_exhaustive] "))
        try:
            if line.startswith("impl"):
                header = line
                if match := re.match(r"impl(<.*?>)? (.+) for (cells::.+)$", line):
                    generics, trait, owner = match.groups()
                    if trait not in NOT_USED:
                        generics = (generics or "<>")[1:-1]
                        bound = FOREIGN.sub(lambda one: reach(one[0]), trait).replace("&", "&'static ")
                        use("", "", f"fn is<{generics}{', ' if generics else ''}X: {bound}>() {{}} is::<{plain(owner)}>()")
            elif match := re.match(r"pub (?:struct|enum|union) (cells::.+)$", line):
                header = ""
                use(f"_: {plain(match[1])}", "", "")
            elif match := re.match(r"pub type (cells::.+?) = (.+)$", line):
                trait = re.match(r"impl(?:<.*?>)? (.+) for (cells::.+)$", header)
                owner, _, name = match[1].rpartition("::")
                alias = f"<{plain(trait[2])} as {plain(trait[1])}>::{name}" if trait and trait[2] == owner else plain(match[1])
                use(f"x: {alias}", plain(match[2]), "x")
            elif match := re.match(r"pub (?:const |async |unsafe )*fn (.+)$", line):
                if not is_of_trait(header, match[1]):
                    call(plain, use, match[1], "async fn" in line)
            elif match := re.match(r"pub const (cells::.+?): (.+)$", line):
                if not is_of_trait(header, match[1]):
                    use("", "", f"let _ = {plain(match[1])};")
            elif match := re.match(r"pub (cells::[\w:]+)::(\w+): (.+)$", line):
                owner, name, ty = match.groups()
                use(f"x: {plain(owner)}", plain(ty), f"x.{name}")
                fields.setdefault(owner, []).append(name)
            elif match := re.match(r"pub (cells::[\w:]+)::(\w+)(?:\((.*)\))?$", line):
                owner, name, content = match.groups()
                if content is None:
                    use("", plain(owner), f"{owner}::{name}")
                else:
                    use(f"x: {plain(content)}", plain(owner), f"{owner}::{name}(x)")
                variants.setdefault(owner, []).append(name + ("" if content is None else "(_)"))
        except Unreachable:
            uses.append(f"// cannot be named by a program: {line}")
    for owner, all_fields in fields.items():
        if owner.rpartition("::")[2] in full:
            use(f"x: {owner}", "", f"let {owner} {{ {', '.join(all_fields)} }} = x;")
    for owner, arms in variants.items():
        if owner.rpartition("::")[2] in full:
            use(f"x: {owner}", "", "match x { " + ", ".join(f"{owner}::{arm} => ()" for arm in arms) + " }")
    return "\n".join(uses) + "\n"


def split(text):
    """Splits a list at its commas, not at those inside of brackets."""
    parts, depth, part = [], 0, ""
    for at, sign in enumerate(text):
        depth += (sign in "<([") - (sign in ")]" or sign == ">" and text[at - 1] != "-")
        if sign == "," and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += sign
    return [*parts, part.strip()] if part.strip() else parts


def call(plain, use, text, is_async):
    """Uses a function, given as `path(arguments) -> result`."""
    depth, start = 0, 0
    for at, sign in enumerate(text):
        depth += (sign == "<") - (sign == ">" and text[at - 1] != "-")
        if sign == "(" and depth == 0:
            start = at
            break
    depth, end = 0, len(text)
    for at in range(start, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0:
            end = at
            break
    path, result = text[:start], text[end + 1 :].strip().removeprefix("->").strip()
    path, generics = re.match(r"(.+::\w+)(<.*>)?$", path).groups() if not path.endswith(">") or re.search(r"::\w+<[^:]*:", path) else (path, None)
    owner, _, name = path.rpartition("::")
    owner = plain(owner)
    is_method = not re.fullmatch(r"[a-z_:]+", owner)
    own = lambda one: re.sub(r"\bSelf\b", lambda _: owner, plain(one))
    arguments = []
    for number, one in enumerate(split(text[start + 1 : end])):
        receiver = {"self": owner, "&self": f"&{owner}", "&mut self": f"&mut {owner}"}
        arguments.append(f"a{number}: {receiver.get(one) or own(one)}")
    given = ", ".join(f"a{number}" for number in range(len(arguments)))
    target = f"<{owner}>::{name}" if is_method else f"{owner}::{name}"
    annotation = f": {own(result)}" if result and "impl " not in result and not is_async and " where " not in result else ""
    use(", ".join(arguments), "", f"let _r{annotation} = {target}({given});", plain(generics) if generics else "")
