"""Calls every operation of a contract once, with its own request example, signed by the standard library alone.

In: the contract as JSON (a file), base URL, client id and secret (arguments). Out: one line per call, exit code 1 if one
was not answered with 2xx. Never: a line of the server's code or of the SDK's.

Arguments after these: the name of an example to take; `OPERATION=-ending` for the end of the references that an operation
sends; `OPERATION+` for one that is called once for each owner; `OPERATION<OTHER` for one that needs what the other one makes
or does for the same owner.
"""

import base64, datetime, hashlib, hmac, http.client, itertools, json, os, sys, time, urllib.parse

contract_file, base_url, client_id, client_secret = sys.argv[1:5]
contract = json.load(open(contract_file, encoding="utf-8"))
base = urllib.parse.urlsplit(base_url)
schemes = contract["components"]["securitySchemes"]
scheme = next(s for s in schemes.values() if "x-signing" in s)
signing = scheme["x-signing"]
idempotency = contract["x-idempotency"]
failures = 0
endings = dict(one.split("=") for one in sys.argv[5:] if "=" in one)
single = {one.removesuffix("+") for one in sys.argv[5:] if one.endswith("+")}
needs = {tuple(one.split("<")) for one in sys.argv[5:] if "<" in one}


def resolve(node):
    while isinstance(node, dict) and "$ref" in node:
        target = contract
        for token in node["$ref"][2:].split("/"):
            target = target[token.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def word(schema, name):
    if not isinstance(schema, dict):
        return None
    if name in schema:
        return schema[name]
    if "$ref" in schema:
        return word(resolve(schema), name)
    return next((w for w in (word(s, name) for s in schema.get("allOf", [])) if w is not None), None)


def properties(schema):
    schema, found = resolve(schema), {}
    for part in ("allOf", "oneOf", "anyOf"):
        for one in schema.get(part, []):
            found.update(properties(one))
    found.update(schema.get("properties", {}))
    return found


def example(node, schema):
    if "example" in node:
        return node["example"]
    if "examples" in node:
        names = sorted(node["examples"], key=lambda name: name not in sys.argv[5:])
        return node["examples"][names[0]]["value"]
    found = word(schema, "example")
    if found is not None:
        return found
    if "properties" in resolve(schema):
        return {name: example({}, one) for name, one in properties(schema).items()}
    if word(schema, "enum"):
        return word(schema, "enum")[0]
    if word(schema, "format") == "binary":
        return "binary"
    return {"integer": 1, "boolean": True}.get(word(schema, "type"), "text")


class Operation:
    def __init__(self, path, item, method, node):
        self.path, self.method, self.node, self.id = path, method.upper(), node, node["operationId"]
        self.parameters = [resolve(p) for p in item.get("parameters", []) + node.get("parameters", [])]
        self.content = resolve(node.get("requestBody", {})).get("content", {})
        statuses = sorted(s for s in node["responses"] if s.startswith("2"))
        self.creates = "201" in statuses
        answer = resolve(node["responses"][statuses[-1]]).get("content", {})
        self.answer = next(iter(answer.values()), {}).get("schema", {})

    def kinds(self):
        for p in self.parameters:
            if p["in"] == "path":
                yield p["name"], p.get("x-newtype") or word(p["schema"], "x-newtype") or p["name"]

    def media(self):
        # A file is uploaded rather than named.
        return max(self.content.items(), key=lambda one: one[0] == "multipart/form-data", default=(None, {}))


operations = [
    Operation(path, item, method, node)
    for path, item in contract["paths"].items()
    for method, node in item.items()
    if method in ("get", "post", "put", "patch", "delete")
]


def kind_of(name, schema):
    return word(schema, "x-newtype") or name


def digest(data):
    return hashlib.sha256(data).digest()


def key_bytes():
    form = signing.get("secret", "utf8")
    return {"utf8": lambda: client_secret.encode(), "hex": lambda: bytes.fromhex(client_secret),
            "base64": lambda: base64.b64decode(client_secret)}[form]()


def send(operation, ids, body=b"", media=None, extra=None, query=""):
    path = base.path + operation.path
    for name, kind in operation.kinds():
        path = path.replace("{%s}" % name, urllib.parse.quote(ids[name], safe=""))
    target = path + query
    timestamp = str(int(time.time())) if signing["timestamp"] == "unix-seconds" else now()
    nonce = base64.urlsafe_b64encode(os.urandom(21)).decode()
    key = "walk-" + os.urandom(8).hex() if operation.method != "GET" else ""
    texts = {
        "method": operation.method, "target": target, "timestamp": timestamp, "nonce": nonce, "client-id": client_id,
        "idempotency-key": key, "body-sha256-hex": digest(body).hex(),
        "body-sha256-base64": base64.b64encode(digest(body)).decode(),
    }
    text = signing.get("separator", "\n").join(texts[c] for c in signing["components"])
    mac = hmac.new(key_bytes(), text.encode(), hashlib.sha256).digest()
    names = signing["headers"]
    headers = {
        names["clientId"]: client_id, names["timestamp"]: timestamp, names["nonce"]: nonce,
        scheme["name"]: mac.hex() if signing["encoding"] == "hex" else base64.b64encode(mac).decode(),
        contract["x-sdk"]["requestId"]["header"]: "walk-" + nonce, **(extra or {}),
    }
    if key:
        headers[idempotency["header"]] = key
    if media:
        headers["Content-Type"] = media
    connection = http.client.HTTPConnection(base.hostname, base.port, timeout=20)
    connection.request(operation.method, target, body or None, headers)
    answer = connection.getresponse()
    data = answer.read()
    return answer.status, data


def substitute(operation, schema, value, ids, named):
    """Puts known ids and the client's id into a body example. What names one thing twice names the same one."""
    if isinstance(value, list):
        return [substitute(operation, word(schema, "items") or {}, item, ids, named) for item in value]
    if not isinstance(value, dict):
        return value
    out = dict(value)
    # Ids come first: what they name has amounts that the rest repeats.
    order = sorted(properties(schema).items(), key=rank)
    for name, one in order:
        if name not in out:
            continue
        if word(one, "x-bound") == "client-id":
            out[name] = client_id
        elif isinstance(out[name], str) and (word(one, "x-newtype") or "") in made and not own(operation, one):
            kind = word(one, "x-newtype")
            if kind not in named:
                named.update({**fresh(kind, ids, from_state(operation, kind) or usable(kind)), **named})
            out[name] = named[kind]
        elif isinstance(out[name], str) and name in named:
            out[name] = named[name]
        else:
            out[name] = substitute(operation, one, out[name], ids, named)
    return out


def maker(kind):
    for operation in operations:
        if not operation.creates or operation.method == "GET" or kind in [k for _, k in operation.kinds()]:
            continue
        _, media = operation.media()
        sent = [kind_of(n, s) for n, s in properties(media.get("schema", {})).items()]
        if kind not in sent and kind in [kind_of(n, s) for n, s in properties(operation.answer).items()]:
            return operation
    # A creation may give the id of what it makes, such as that of a file which is there already.
    for operation in operations:
        around = [k for _, k in operation.kinds()]
        answered = [kind_of(n, s) for n, s in properties(operation.answer).items()]
        if operation.creates and operation.method != "GET" and around and [
                k for k in answered if (k or "").endswith("Id") and k not in around] == [kind]:
            return operation
    return None


def rank(member):
    """Ids before other members, and those of what names others first."""
    operation = maker(word(member[1], "x-newtype")) if word(member[1], "x-newtype") in made else None
    return -len([n for n in properties(operation.answer) if n.endswith("Id")]) if operation else 1


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def own(operation, schema):
    """True for the id that a creation gives to what it makes."""
    _, media = operation.media()
    sent_kinds = [kind_of(n, s) for n, s in properties(media.get("schema", {})).items()] + [k for _, k in operation.kinds()]
    answered = [kind_of(n, s) for n, s in properties(operation.answer).items() if kind_of(n, s) in made]
    return word(schema, "x-newtype") in answered and all(kind in sent_kinds for kind in answered)


def usable(kind):
    """A state in which others may refer to a resource of this kind."""
    return next(((life.get("usable") or life["done"])[0] for life in lives(kind)), None)


def open_state(kind):
    """A state in which calls are made on a resource of this kind: a usable one, unless it is over then."""
    state = usable(kind)
    return None if any(state in life.get("terminal", []) for life in lives(kind)) else state


def lives(kind):
    """The lifecycles of the resources with ids of this kind."""
    operation = maker(kind)
    for answer in [operation.answer] if operation else [listed(one) for one in operations if listed(one)]:
        members = properties(answer)
        if kind in [kind_of(n, s) for n, s in members.items()]:
            return [word(s, "x-lifecycle") for s in members.values() if word(s, "x-lifecycle")]
    return []


def listed(operation):
    """The schema of what an operation lists."""
    own_rules = operation.node.get("x-pagination")
    if not own_rules:
        return None
    rules = {**contract.get("x-pagination", {}), **(own_rules if isinstance(own_rules, dict) else {})}
    item = operation.answer
    for token in rules["items"].strip("/").split("/"):
        item = properties(item)[token]
    return word(item, "items")


known = {}


def fresh(kind, ids, state=None):
    """The ids in a new resource, or in a listed one in the wanted state."""
    operation = maker(kind)
    if operation:
        answer, _ = call(operation, state=state)
        return ids_of(operation.answer, answer)
    for listing in operations:
        rules = {**contract.get("x-pagination", {}), **(listing.node["x-pagination"] if isinstance(listing.node.get("x-pagination"), dict) else {})}
        if not listing.node.get("x-pagination"):
            continue
        items, item = rules["items"].strip("/").split("/"), listing.answer
        for token in items:
            item = properties(item)[token]
        members = properties(word(item, "items"))
        if kind in [k for _, k in listing.kinds()]:
            continue
        own = [n for n, s in members.items() if word(s, "x-newtype") == kind]
        states = [n for n, s in members.items() if word(s, "x-lifecycle")]
        # What is listed may need some seconds to come into its state.
        for _ in range(20 if own else 0):
            answer, _ = call(listing)
            for token in items:
                answer = answer[token]
            for one in answer:
                if own[0] in one and (state is None or any(one.get(n) == state for n in states)):
                    return ids_of(word(item, "items"), one)
            time.sleep(0.5)
    raise SystemExit(f"nothing makes or lists a {kind}")


evidence = {}
sent = {}
numbers = itertools.count()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def bind(operation, schema, body, ids):
    for name, one in properties(schema).items():
        rule = word(one, "x-payload-hash")
        if not rule:
            continue
        if "of" in rule:
            body[name] = evidence[next(iter(ids.values()))]
            continue
        body[name] = dict(body.get(name) or example({}, one))
        rest = {k: v for k, v in body.items() if k != name}
        sources = {"operationId": operation.id, "body": rest, **{"path." + k: v for k, v in ids.items()}}
        inputs = {k: sources[v] for k, v in rule["inputs"].items()}
        # What is approved is approved now.
        body[name].update({n: now() for n, s in properties(one).items() if word(s, "format") == "date-time"})
        body[name][rule["into"]] = hashlib.sha256(canonical(inputs)).hexdigest()
        return body[name]
    return None


def ids_of(schema, value):
    """Ids by kind, the first of each."""
    found = {}
    for n, s in properties(schema).items():
        if isinstance(value.get(n), str):
            found.setdefault(kind_of(n, s), value[n])
    return found


def from_state(operation, kind):
    """The state that this call leaves, if it moves resources of this kind."""
    steps = [step for life in lives(kind) for step in life.get("transitions", [])]
    return next((step["from"] for step in steps if step["by"] == operation.id), None)


def owned(operation, other=None):
    """A call for the owner that is known."""
    return ((other or operation).id, *[known.get(kind) for _, kind in operation.kinds()])


def prepare(operation):
    """Makes the calls that this one needs, each once for each owner."""
    for other in [one for one in operations if (operation.id, one.id) in needs]:
        if owned(operation, other) not in met:
            kinds = [kind_of(n, s) for n, s in properties(other.answer).items()]
            call(other, next((usable(kind) for kind in kinds if maker(kind) is other), None))
            met.add(owned(operation, other))


def call(operation, state=None):
    global failures
    if operation.id in single and owned(operation) in used:
        for _, kind in operation.kinds():
            known.pop(kind, None)
    prepare(operation)
    ids, moved = {}, []
    kinds = list(operation.kinds())
    for name, kind in kinds:
        before = from_state(operation, kind)
        if before or kind not in known:
            known[kind] = fresh(kind, ids, before or open_state(kind))[kind]
        ids[name] = known[kind]
        if before:
            # This call moves it on.
            moved.append(kind)
    media, node = operation.media()
    data, proof = b"", None
    if media:
        schema = node["schema"]
        body = substitute(operation, schema, example(node, schema), ids, {})
        for part in operation.node.get("x-idempotency", {}).get("subject", []):
            # Each creation is another action.
            if part.startswith("/") and body.get(part[1:]):
                body[part[1:]] += f"-{next(numbers)}{endings.get(operation.id, '')}"
        proof = bind(operation, schema, body, ids)
        if media == "multipart/form-data":
            data, media = multipart(schema, body)
        else:
            data = json.dumps(body).encode()
    status, answer = send(operation, ids, data, media, {"Sandbox-State": state} if state else None)
    sent[operation.id] = (ids, data, media)
    for kind in moved:
        known.pop(kind, None)
    print(operation.id, status)
    done.add(operation.id)
    if operation.id in single:
        used.add(owned(operation))
    if not 200 <= status < 300:
        failures += 1
        print("   ", answer.decode(errors="replace")[:600])
        raise SystemExit(1)
    value = json.loads(answer) if answer else None
    if proof:
        for name, one in properties(operation.answer).items():
            if isinstance(value.get(name), str):
                evidence[value[name]] = proof
    return value, status


def multipart(schema, body):
    lines = b""
    for name, value in body.items():
        binary = word(properties(schema)[name], "format") == "binary"
        file = '; filename="paper.pdf"\r\nContent-Type: application/pdf' if binary else ""
        lines += f'--walk\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode()
        lines += (b"%PDF\r\n--wal\x00" if binary else str(value).encode()) + b"\r\n"
    return lines + b"--walk--\r\n", "multipart/form-data; boundary=walk"


made = {kind for operation in operations for kind in [k for _, k in operation.kinds()]} | {
    word(s, "x-newtype") for operation in operations for s in properties(operation.answer).values() if maker(word(s, "x-newtype"))}
made = {kind for kind in made if kind and kind.endswith("Id")}
done, used, met = set(), set(), set()
for operation in sorted(operations, key=lambda o: (o.method == "GET", not o.creates, o.path.count("/"))):
    if operation.id not in done:
        call(operation)
print(f"{len(done)} of {len(operations)} operations answered with 2xx")

registry = next(s["x-problem-registry"] for s in contract["components"]["schemas"].values() if "x-problem-registry" in s)
pointer = contract["x-sdk"]["problem"]["code"].strip("/").split("/")
codes = 0
for operation in operations:
    for code in operation.node.get("x-problems", []):
        status, answer = send(operation, *sent[operation.id], {"Sandbox-Answer": code})
        found = json.loads(answer)
        for token in pointer:
            found = found[token]
        if (status, found) != (registry[code]["status"], code):
            print(operation.id, "asked for", code, "got", status, found)
            failures += 1
        codes += 1
print(f"{codes} problems answered as asked for")
sys.exit(1 if failures or len(done) != len(operations) else 0)
