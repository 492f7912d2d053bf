"""Judges the names of a contract's methods and types. The lists here are not the generator's.

A method's name may leave out the group of its operation. The rest must not end in a preposition, an article or an
adjective that the operation's id does not end in, and its object must be the last resource of the path. A type's name has at
most LONGEST characters, but for a few that collide or are one name in the contract, and does not repeat one kind.
"""

import re
import subprocess

STUMPS = set(
    "a an the of for by to in on at from with without into onto per via as and or about between new old active current default "
    "pending single multiple specific given own".split()
)
# After these words nothing names the object.
AFTER = STUMPS - set("new old active current default pending single multiple specific given own and or".split())
AMOUNTS = {"all", "many", "one", "list"}
ACTIONS = set("get list create add update delete remove put post patch read find search fetch restore retrieve set replace watch".split())
LONGEST = 60
DOUBLED = ("ObjectObject", "TextText", "ListListList")


def words(text):
    text = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text)
    text = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", text)
    return [word.lower() for word in re.split(r"[^A-Za-z0-9]+", text) if word]


def forms(text):
    """Returns a word and what its singular may be."""
    cuts = (("ies", "y"), ("es", ""), ("s", ""))
    return {text} | {text[: -len(ending)] + rest for ending, rest in cuts if text.endswith(ending)}


def is_same(first, second):
    return bool(forms(first) & forms(second))


def is_version(text):
    return re.fullmatch(r"v?\d[\w.\-]*", text) is not None


def resources(path):
    """Returns the literal segments of a path that can be nouns, the last one first."""
    found = []
    for segment in reversed(re.split("[/:]", re.split(r"[?#]", path)[0])):
        literal = re.split(r"[{(]", segment)[0]
        literal = re.sub(r"\.(json|xml|csv|html|pdf|txt)$", "", literal)
        if literal and literal != "api" and not is_version(literal) and words(literal) and words(literal)[0] not in AFTER:
            found.append(words(literal))
    return found


def object_words(method, group):
    """Returns the words between the verb and the first preposition; the group if there are none."""
    rest = method[3:] if method[1:2] in (["or"], ["and"]) else method[1:]
    end = next((at for at, word in enumerate(rest) if word in AFTER), len(rest))
    return [word for word in rest[:end] if not is_version(word) and word not in AMOUNTS] or group


def complaint(group, method, operation_id, verb, path):
    """Returns the reason why a method's name differs from its operation; None if it does not."""
    # Some frameworks append path and method to an id.
    appended = "".join(words(path)) + verb.lower()
    whole, short = words(operation_id), words(method)
    whole = whole[: next((at for at in range(1, len(whole)) if "".join(whole[at:]) == appended), len(whole))]
    if len("".join(short)) >= len("".join(whole)):
        return None
    if short[-1] in STUMPS and whole[-1] != short[-1]:
        return "ends in a stump"
    beside = [word for word in whole if not any(is_same(word, known) for known in words(group))]
    if "".join(whole).endswith("".join(short)) or beside == short:
        # Only the beginning, or the group, is left out: group and method read like the id.
        return None
    named, places = object_words(short, words(group)), resources(path)
    if not places:
        return None
    # An action at the end of a path belongs to the resource before it.
    action = len(places[0]) == 1 and (places[0][0] == short[0] or places[0][0] in ACTIONS)
    last = places[1 if action and len(places) > 1 else 0]
    # In a path of actions (`/pet/findByStatus`) the resource is further left.
    parts = re.findall(r"}/{([^}]*)}$", path)
    candidates = [last, *([words(parts[0])] if parts else []), *(places[1:] if last[0] in ACTIONS else [])]
    fits = any(is_same(named[-1], word) for words in candidates for word in [words[-1], *words[-2:-1]])
    fits = fits or any(is_same("".join(named[at:]), "".join(words)) for words in candidates for at in range(len(named)))
    fits = fits or short[-1] == last[-1]
    return None if fits else f"acts on `{' '.join(named)}`, the path on `{' '.join(last)}`"


def repeats(method, verb, path, is_list):
    """Returns true if a name only repeats the method and the path of a request, or calls a list `get`."""
    named, places = words(method), {word for step in resources(path) for word in step}
    parameters = ["".join(words(name)) for name in re.findall(r"{([^}]*)}", path)]
    after = ["".join(named[at + 1 :]) for at, word in enumerate(named) if word == "by"]
    is_token = any(word in ("post", "put") and word not in places for word in (named[0], named[-1]))
    is_last = len(named) > 1 and named[-1] == verb.lower() and verb in ("GET", "DELETE") and named[-1] not in places
    is_by = bool(parameters) and path.endswith("}") and named[0] in ("get", "delete", "by") and any(rest.startswith(parameters[-1]) for rest in after)
    is_prefix = len(named) > 1 and (named[0] == "api" or is_version(named[0])) and f"/{named[0]}/" in path.lower()
    return is_token or is_last or is_by or is_prefix or named == ["get"] and is_list and not path.endswith("}")


def check(subject, names):
    """Judges the names of one contract; `names` is the example `names` of the generator."""
    run = subprocess.run([names, subject.file], capture_output=True, text=True)
    methods, types, found, counts = 0, 0, [], {"aliases": 0, "long": 0, "repeats": 0, "paged": 0, "keyed": 0}
    rows = [line.split("\t") for line in run.stdout.splitlines()]
    lists = {tuple(row[1:3]) for row in rows if row[0] == "operation" and row[5] == "list"}
    for line in run.stdout.splitlines():
        kind, *cells = line.split("\t")
        if kind == "method":
            group, method, operation_id, verb, path = cells
            methods += bool(operation_id)
            counts["repeats"] += repeats(method, verb, path, (verb, path) in lists)
            wrong = complaint(group, method, operation_id, verb, path) if operation_id else None
            if wrong:
                found.append(f"{operation_id} at {path} is {group}().{method}: {wrong}")
        elif kind == "operation":
            counts["paged"] += cells[2] != "-"
            counts["keyed"] += cells[3] != "-"
        else:
            types += 1
            counts["aliases"] += kind == "alias"
            counts["long"] += len(cells[0]) > LONGEST
            if any(word in cells[0] for word in DOUBLED):
                found.append(f"{cells[1]} is {cells[0]}: repeats one kind")
    if run.returncode != 0 or not run.stdout:
        subject.fail("names", f"no names were read: {run.stderr}")
    subject.figures |= {"methods": methods, **counts, "misnamed": len(found)}
    wrong = [f"{subject.figures[what]} {what}, more than {most}" for what in ("aliases", "long", "misnamed") if subject.figures[what] > (most := subject.limits.number(what))]
    if wrong:
        subject.fail("names", "\n".join(wrong + found))
