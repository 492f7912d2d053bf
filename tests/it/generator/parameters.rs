//! All that a contract says of a parameter holds, wherever and however the parameter is written; where it cannot hold, the contract is
//! refused.
//!
//! A cell of the table is a place and style, exploded or not, a kind of value, and one thing that is said of it. Each cell is a
//! contract of its own, which is refused or not as the table says, in both readings. What is not refused is an operation of one crate,
//! which is compiled and run once: what it sends, refuses, records and reports is compared, and what its server reads. Beside it are two operations of one
//! `operationId`, which share no check and no subject.

use crate::case;
use sdkwright_codegen::PackageChoice;
use sdkwright_contract::diag::{Code, Diagnostic, Level, Levels};
use sdkwright_contract::document::Only;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
    process::Command,
};

/// Place and style.
const STYLES: &[(&str, &str)] = &[
    ("path", "simple"),
    ("path", "label"),
    ("path", "matrix"),
    ("path", "content"),
    ("query", "form"),
    ("query", "spaceDelimited"),
    ("query", "pipeDelimited"),
    ("query", "deepObject"),
    ("query", "content"),
    ("header", "simple"),
    ("header", "content"),
    ("cookie", "form"),
    ("cookie", "cookie"),
    ("cookie", "content"),
];

/// A kind of value: its schema, a value, another one, one that breaks a rule of the schema, and the value as it is recorded.
struct Kind {
    name: &'static str,
    schema: &'static str,
    good: &'static str,
    other: &'static str,
    bad: Option<&'static str>,
    plain: &'static str,
}

const KINDS: &[Kind] = &[
    Kind {
        name: "scalar",
        schema: "{ type: string, maxLength: 8 }",
        good: "\"t 1\"",
        other: "\"t 2\"",
        bad: Some("\"much too long\""),
        plain: "t 1",
    },
    Kind {
        name: "newtype",
        schema: "{ $ref: '#/components/schemas/Own' }",
        good: "&Own::from(\"t 1\")",
        other: "&Own::from(\"t 2\")",
        bad: Some("&Own::from(\"much too long\")"),
        plain: "t 1",
    },
    Kind {
        name: "enum",
        schema: "{ $ref: '#/components/schemas/Colour' }",
        good: "&Colour::Red",
        other: "&Colour::Blue",
        bad: None,
        plain: "red",
    },
    Kind {
        name: "integer",
        schema: "{ type: integer, maximum: 99 }",
        good: "7",
        other: "8",
        bad: Some("100"),
        plain: "7",
    },
    Kind {
        name: "list",
        schema: "{ type: array, maxItems: 2, items: { type: string } }",
        good: "&[\"a\".to_owned(), \"b\".to_owned()]",
        other: "&[\"a\".to_owned()]",
        bad: Some("&[\"a\".to_owned(), \"b\".to_owned(), \"c\".to_owned()]"),
        plain: "[\"a\",\"b\"]",
    },
    Kind {
        name: "object",
        schema: "{ $ref: '#/components/schemas/Thing' }",
        good: "&Thing::new(\"t/1\")",
        other: "&Thing::new(\"t/2\")",
        bad: Some("&Thing::new(\"much/too/long\")"),
        plain: "{\"a\":\"t/1\"}",
    },
];

/// Properties of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Subject,
    Bound,
    Rule,
    Cursor,
    Limit,
    Support,
    Kept,
}

const ALL: &[Said] = &[
    Said::Subject,
    Said::Bound,
    Said::Rule,
    Said::Cursor,
    Said::Limit,
    Said::Support,
    Said::Kept,
];

struct Cell {
    place: &'static str,
    style: &'static str,
    explode: bool,
    kind: &'static Kind,
}

impl Cell {
    fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for (place, style) in STYLES {
            for explode in [false, true] {
                if *style == "content" && explode {
                    continue;
                }
                all.extend(KINDS.iter().map(|kind| Self {
                    place,
                    style,
                    explode,
                    kind,
                }));
            }
        }
        all
    }

    fn name(&self) -> String {
        let exploded = if self.explode { ", exploded" } else { "" };
        format!("{} of {} in {}{exploded}", self.kind.name, self.style, self.place)
    }

    /// Returns a value as the style can have it: a cookie without escapes has no space.
    fn value(&self, text: &str) -> String {
        let space = if self.style == "cookie" { "-" } else { " " };
        text.replace("t ", &format!("t{space}"))
    }

    /// Returns the delimiter of the style that has no escape.
    fn delimiter(&self) -> Option<&'static str> {
        match (self.place, self.style, self.explode) {
            ("path", "label", true) => Some("."),
            ("query", "spaceDelimited", false) => Some(" "),
            ("query", "pipeDelimited", false) => Some("|"),
            ("header", "simple", _) | ("cookie", "cookie", false) => Some(","),
            _ => None,
        }
    }

    /// Evaluates a property; `None` if it does not apply.
    fn holds(&self, said: Said) -> Option<bool> {
        let is_scalar = !matches!(self.kind.name, "list" | "object");
        match said {
            Said::Subject => Some(self.place == "path"),
            Said::Bound => Some(false),
            Said::Rule => self.kind.bad.map(|_| true),
            Said::Cursor | Said::Limit => Some(self.place == "query" && self.style != "content" && is_scalar),
            Said::Support => Some(self.kind.name != "object"),
            Said::Kept => Some(true),
        }
    }

    /// The parameter, under that name.
    fn parameter(&self, name: &str, schema: &str) -> String {
        let (place, style, explode) = (self.place, self.style, self.explode);
        if style == "content" {
            return format!(
                "{{ name: {name}, in: {place}, required: true, content: {{ application/json: {{ schema: {schema} }} }} }}"
            );
        }
        format!("{{ name: {name}, in: {place}, required: true, style: {style}, explode: {explode}, schema: {schema} }}")
    }

    /// An operation with the parameter, of which that is said.
    fn operation(&self, id: &str, name: &str, said: &[Said]) -> String {
        let schema = match self.kind.schema {
            "{ $ref: '#/components/schemas/Thing' }" if said.contains(&Said::Bound) => {
                "{ type: object, properties: { a: { type: string, x-bound: client-id } } }".to_owned()
            }
            schema if said.contains(&Said::Bound) => match schema.strip_prefix("{ $ref") {
                Some(_) => format!("{{ allOf: [{schema}], x-bound: client-id }}"),
                None => schema.replacen('{', "{ x-bound: client-id,", 1),
            },
            schema => schema.to_owned(),
        };
        let path = if self.place == "path" {
            format!("/{id}/{{{name}}}")
        } else {
            format!("/{id}")
        };
        let subject = if said.contains(&Said::Subject) {
            format!(", subject: [path.{name}]")
        } else {
            String::new()
        };
        let pages = said.contains(&Said::Cursor) || said.contains(&Said::Limit);
        let (method, intent) = if pages {
            ("get", String::new())
        } else {
            ("post", format!("\n      x-idempotency: {{ intent: effect{subject} }}"))
        };
        let mut parameters = self.parameter(name, &schema);
        let mut paging = String::new();
        if said.contains(&Said::Cursor) {
            parameters = parameters.replacen("required: true", &format!("required: {}", self.place == "path"), 1);
            paging = format!("\n      x-pagination: {{ cursor: {name}, items: /data, next: /next }}");
        } else if said.contains(&Said::Limit) {
            parameters += ", { name: after, in: query, schema: { type: string } }";
            paging = format!("\n      x-pagination: {{ cursor: after, limit: {name}, items: /data, next: /next }}");
        }
        let answer = if pages {
            "'200': { description: A page., content: { application/json: { schema: { $ref: '#/components/schemas/Page' } } } }"
        } else {
            "'204': { description: Done. }"
        };
        format!(
            "  {path}:\n    {method}:\n      operationId: {id}\n      x-sdk: {{ group: cells, method: {id} }}{intent}{paging}\n      parameters: [{parameters}]\n      responses: {{ {answer} }}\n"
        )
    }
}

/// A contract of these operations.
fn contract(operations: &str, support: &str) -> String {
    format!(
        "openapi: 3.2.0\ninfo: {{ title: Table, version: '1' }}\nx-sdk: {{ support: [{support}] }}\nx-idempotency: {{ header: Once, retention: 600 }}\npaths:\n{operations}components:\n  schemas:\n    \
         Own: {{ type: string, maxLength: 8, x-newtype: Own }}\n    \
         Colour: {{ type: string, enum: [red, blue] }}\n    \
         Thing: {{ type: object, required: [a], properties: {{ a: {{ type: string, maxLength: 8 }}, b: {{ type: integer }} }} }}\n    \
         Page: {{ type: object, required: [data], properties: {{ data: {{ type: array, items: {{ type: string }} }}, next: {{ type: string }} }} }}\n"
    )
}

fn generate(contract: &str, levels: Levels, server: bool) -> case::Outcome {
    let package = PackageChoice {
        server,
        ..case::package("table")
    };
    let (file, names) = (("contract.yaml", contract.as_bytes()), BTreeMap::new());
    case::generate_only(package, file, &[], Path::new("."), levels, &names, &Only::default())
}

#[test]
fn what_is_said_of_a_parameter_of_any_style_is_held_or_the_contract_is_refused() {
    let (mut faults, mut held, mut refused) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for cell in Cell::all() {
        for said in ALL {
            let Some(holds) = cell.holds(*said) else { continue };
            let support = if *said == Said::Support { "p" } else { "" };
            let text = contract(&cell.operation("c", "p", &[*said]), support);
            // The lenient mode accepts all that the strict mode accepts.
            let lenient = (!holds).then(Levels::lenient);
            for levels in std::iter::once(Levels::strict()).chain(lenient) {
                let outcome = generate(&text, levels, false);
                if outcome.files.is_some() != holds {
                    let fate = if holds { "is refused" } else { "passes in silence" };
                    faults.push(format!("{said:?} of a {} {fate}\n{}", cell.name(), outcome.rendered()));
                }
                let is_loss = |one: &&Diagnostic| one.level >= Level::Warning && one.code != Code::NewerVersion;
                if holds && outcome.report.diagnostics().iter().any(is_loss) {
                    faults.push(format!("{said:?} of a {}: {}", cell.name(), outcome.rendered()));
                }
            }
            *(if holds { &mut held } else { &mut refused }).entry(*said).or_insert(0) += 1;
        }
    }
    println!("held: {held:?}\nrefused: {refused:?}");
    assert!(faults.is_empty(), "{} cells:\n{}", faults.len(), faults.join("\n"));
}

/// An operation with a whole query.
const WHOLE: &str = "  /whole:
    post:
      operationId: whole
      x-sdk: { group: cells, method: whole }
      x-idempotency: { intent: effect }
      parameters: [{ name: o, in: querystring, required: true, content: { application/x-www-form-urlencoded: { schema: { $ref: '#/components/schemas/Thing' } } } }]
      responses: { '204': { description: Done. } }
";

/// Two operations of one id: their rules differ, and the same reference is another subject for each.
const TWINS: &str = "openapi: 3.0.3
info: { title: Twins, version: '1' }
x-idempotency: { header: Once, retention: 600 }
paths:
  /payments:
    post:
      operationId: create
      x-idempotency: { intent: effect, subject: [/reference] }
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Payment' } } } }
      responses: { '204': { description: Done. } }
  /refunds:
    post:
      operationId: create
      x-idempotency: { intent: effect, subject: [/reference] }
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Refund' } } } }
      responses: { '204': { description: Done. } }
components:
  schemas:
    Payment: { type: object, required: [reference], properties: { reference: { type: string, maxLength: 5 } } }
    Refund: { type: object, required: [reference], properties: { reference: { type: string, maxLength: 9 } } }
";

/// Files of a crate as a module of another one, without inner attributes.
fn as_module(files: &BTreeMap<String, String>, module: &str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        let mut text = text.replace("crate::", &format!("crate::{module}::"));
        if let Some(start) = text.find("\n#![") {
            let end = text[start..].find("]\n").map_or(text.len(), |end| start + end + 2);
            text.replace_range(start + 1..end, "");
        }
        let path = path.replacen("src/", &format!("src/{module}/"), 1);
        all.insert(path.replace("lib.rs", "mod.rs"), text);
    }
    all
}

/// The program that calls every operation, and what it has to print.
fn program() -> (String, String, BTreeSet<String>) {
    let (mut operations, mut calls, mut wanted) = (String::new(), String::new(), BTreeSet::new());
    // A function for each cell: the compiler takes 40 s for one function of them all.
    let (mut methods, mut functions) = (String::new(), String::new());
    for (index, cell) in Cell::all().iter().enumerate() {
        let (id, kind) = (format!("c{index}"), cell.kind);
        let mut want = |what: &str| wanted.insert(format!("{id} ({}): {what}", cell.name()));
        // A support report never contains an object.
        let name = if kind.name == "object" { "o" } else { "p" };
        let said: &[Said] = if cell.place == "path" { &[Said::Subject] } else { &[] };
        operations += &cell.operation(&id, name, said);
        want("kept");
        let value = match kind.name {
            "scalar" | "newtype" | "enum" => format!("{:?}", cell.value(kind.plain)),
            _ => cell.value(kind.plain),
        };
        want(&format!("the server reads {value}"));
        let _ = write!(
            methods,
            "    async fn {id}(&self, _: &Context, request: cells::C{index}Request) -> Result<cells::C{index}Response, Problem> {{\n        \
             self.saw(\"{id} ({})\", &request.{name});\n        Ok(cells::C{index}Response::NoContent)\n    }}\n",
            cell.name(),
        );
        let (mut subject, mut bad) = ("false", String::new());
        if cell.place == "path" {
            want(&format!("recorded {}", cell.value(kind.plain)));
            want("has a subject");
            subject = "true";
        }
        if kind.name != "object" {
            want(&format!("report {}", cell.value(kind.plain)));
        }
        if let Some(value) = kind.bad {
            want("refused");
            bad = format!("    seen.refused(client.cells().{id}(key(\"c\"), {value}).await.is_err());\n");
        }
        if kind.name == "list" {
            if let Some(delimiter) = cell.delimiter() {
                want(&format!("refused `{delimiter}`"));
            }
            // A cookie without escapes has neither a comma nor a space.
            let has_escapes = (cell.style, cell.explode) != ("cookie", true);
            let value = if has_escapes { "a.b,c|d e" } else { "a.b|d" };
            let value = format!("&[{value:?}.to_owned()]");
            let _ = writeln!(bad, "    seen.apart(client.cells().{id}(key(\"e\"), {value}).await);");
        }
        let _ = write!(
            functions,
            "async fn {id}(server: &Client) -> Result<(), Box<dyn std::error::Error>> {{\n    \
             server.cells().{id}(key(\"{id}\"), {good}).await?;\n    \
             let (client, seen) = begin(\"{id} ({})\");\n    \
             client.cells().{id}(key(\"a\"), {good}).await?;\n    \
             client.cells().{id}(key(\"d\"), {other}).await?;\n    \
             let error = client.cells().{id}(key(\"b\"), {good}).retries(0).await.unwrap_err();\n    \
             seen.looked({subject}, \"{}\", &error.support_report());\n{bad}    Ok(())\n}}\n\n",
            cell.name(),
            cell.place,
            good = cell.value(kind.good),
            other = cell.value(kind.other),
        );
        let _ = writeln!(calls, "    {id}(&server).await?;");
        if cell.holds(Said::Cursor) == Some(true) {
            let id = format!("g{index}");
            operations += &cell.operation(&id, "p", &[Said::Cursor]);
            wanted.insert(format!("{id}: a page from 7"));
            let _ = writeln!(
                calls,
                "    paged(\"{id}\", |client| client.cells().{id}().pages()).await?;"
            );
        }
    }
    operations += WHOLE;
    methods += "    async fn whole(&self, _: &Context, request: cells::WholeRequest) -> Result<cells::WholeResponse, Problem> {\n        \
                self.saw(\"whole\", &request.o);\n        Ok(cells::WholeResponse::NoContent)\n    }\n";
    calls += "    server.cells().whole(key(\"whole\"), &Thing::new(\"t/1\")).await?;\n";
    wanted.insert("whole: the server reads {\"a\":\"t/1\"}".to_owned());
    calls += "    twins().await?;\n";
    wanted.insert("twins: `POST /payments` and `POST /refunds` have subjects of their own".to_owned());
    wanted.insert("twins: each has its own rule".to_owned());
    let program = format!(
        "{}\nimpl CellsApi for Shop {{\n{methods}}}\n\n{functions}async fn run() -> Result<(), Box<dyn std::error::Error>> {{\n    \
         let server = served()?;\n{calls}    Ok(())\n}}\n",
        include_str!("parameters/main.rs.txt")
    );
    (contract(&operations, "p"), program, wanted)
}

#[test]
fn what_is_said_of_a_parameter_of_any_style_holds_when_it_is_sent() {
    let (contract, program, wanted) = program();
    let outcome = generate(&contract, Levels::strict(), true);
    let Some(files) = &outcome.files else {
        panic!("{}", outcome.rendered())
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("parameters");
    let twins = generate(TWINS, Levels::lenient(), false);
    let Some(twins) = &twins.files else {
        panic!("{}", twins.rendered())
    };
    let mut features = vec!["server".to_owned()];
    for text in [&files["Cargo.toml"], &twins["Cargo.toml"]] {
        let names = text.lines().filter_map(|line| line.strip_suffix(" = []"));
        features.extend(names.map(|name| name.trim_matches('"').to_owned()));
    }
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        let also = if path == "src/lib.rs" { "\npub mod twins;\n" } else { "" };
        write(&folder.join(path), &format!("{text}{also}"));
    }
    for (path, text) in as_module(twins, "twins") {
        write(&folder.join(path), &text);
    }
    write(&folder.join("src/main.rs"), &program);
    // Without the HTTP client, which takes minutes to build and is not under test here.
    let declared: Vec<String> = features.iter().map(|name| format!("{name:?} = []\n")).collect();
    write(
        &folder.join("Cargo.toml"),
        &format!(
            "[package]\nname = \"table\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[features]\ndefault = {features:?}\nreqwest = []\nblocking = []\n{}\n[dependencies]\nsdkwright-runtime = {{ path = {:?}, default-features = false, features = [\"rust-crypto\"] }}\n\
             sdkwright-server = {{ path = {:?} }}\ntokio = {{ version = \"1\", features = [\"rt\", \"time\"] }}\ntower-service = \"0.3\"\n\n[profile.dev]\ndebug = false\n",
            declared.concat(),
            case::root().join("runtime"),
            case::root().join("server"),
        ),
    );
    fs::copy(case::root().join("Cargo.lock"), folder.join("Cargo.lock")).expect("the lock");
    let output = Command::new(env!("CARGO"))
        .args(["run", "--offline", "--quiet", "--message-format=short"])
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .current_dir(&folder)
        .output()
        .expect("cargo");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{}{said}",
        String::from_utf8_lossy(&output.stderr)
    );
    let found: BTreeSet<String> = said.lines().map(str::to_owned).collect();
    let missing: Vec<_> = wanted.difference(&found).collect();
    let more: Vec<_> = found.difference(&wanted).collect();
    assert!(
        missing.is_empty() && more.is_empty(),
        "missing: {missing:#?}\nmore: {more:#?}"
    );
    println!("{} facts of {} cells", wanted.len(), Cell::all().len());
}

fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("writable");
    }
}
