//! `docs/generate/coverage` is the ledger: every keyword, what we do with it, and the case that shows it. `OVERWRITE=1` writes it.
//!
//! The lists of keywords here are those of the specifications, typed from them and not from the ledger: a keyword that has
//! no row fails.

use crate::case;
use sdkwright_contract::document::{
    Dialect,
    ledger::{self, Keyword, ObjectKind, Rule},
};
use std::{collections::BTreeSet, fmt::Write as _};

/// JSON Schema 2020-12: core, applicator, unevaluated, validation, meta-data, format, content.
const JSON_SCHEMA: &str = "$schema $vocabulary $id $ref $anchor $dynamicRef $dynamicAnchor $defs $comment \
    allOf anyOf oneOf not if then else dependentSchemas prefixItems items contains properties patternProperties \
    additionalProperties propertyNames unevaluatedItems unevaluatedProperties type const enum multipleOf maximum \
    exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems maxContains \
    minContains maxProperties minProperties required dependentRequired title description default deprecated readOnly \
    writeOnly examples format contentEncoding contentMediaType contentSchema";

/// OpenAPI 3.0.4 and 3.1.1, by object: its fixed fields.
const OPENAPI: &[(ObjectKind, &str)] = &[
    (
        ObjectKind::Root,
        "openapi info jsonSchemaDialect servers paths webhooks components security tags externalDocs",
    ),
    (
        ObjectKind::Info,
        "title summary description termsOfService contact license version",
    ),
    (ObjectKind::Contact, "name url email"),
    (ObjectKind::License, "name identifier url"),
    (ObjectKind::Server, "url description variables"),
    (ObjectKind::ServerVariable, "enum default description"),
    (
        ObjectKind::Components,
        "schemas responses parameters examples requestBodies headers securitySchemes links callbacks pathItems",
    ),
    (
        ObjectKind::PathItem,
        "$ref summary description get put post delete options head patch trace servers parameters",
    ),
    (
        ObjectKind::Operation,
        "tags summary description externalDocs operationId parameters requestBody responses callbacks deprecated \
         security servers",
    ),
    (ObjectKind::ExternalDocs, "description url"),
    (
        ObjectKind::Parameter,
        "name in description required deprecated allowEmptyValue style explode allowReserved schema example examples \
         content",
    ),
    (ObjectKind::RequestBody, "description content required"),
    (ObjectKind::MediaType, "schema example examples encoding"),
    (ObjectKind::Encoding, "contentType headers style explode allowReserved"),
    (ObjectKind::Response, "description headers content links"),
    (ObjectKind::Example, "summary description value externalValue"),
    (
        ObjectKind::Link,
        "operationRef operationId parameters requestBody description server",
    ),
    (
        ObjectKind::Header,
        "description required deprecated allowEmptyValue style explode allowReserved schema example examples content",
    ),
    (ObjectKind::Tag, "name description externalDocs"),
    (ObjectKind::Reference, "$ref summary description"),
    // `definitions` is a keyword of drafts before 2019-09 that contracts still use.
    (
        ObjectKind::Schema,
        "nullable discriminator xml externalDocs example definitions",
    ),
    (ObjectKind::Discriminator, "propertyName mapping"),
    (ObjectKind::Xml, "name namespace prefix attribute wrapped"),
    (
        ObjectKind::SecurityScheme,
        "type description name in scheme bearerFormat flows openIdConnectUrl",
    ),
    (
        ObjectKind::OAuthFlows,
        "implicit password clientCredentials authorizationCode",
    ),
    (ObjectKind::OAuthFlow, "authorizationUrl tokenUrl refreshUrl scopes"),
];

/// Fields whose name is the contract's own, and what decides before any keyword is read: what, what we do, the case.
const BESIDE_KEYWORDS: &[(&str, &str, &str)] = &[
    (
        "`/{path}` of `paths`",
        "read; of anything but a path, the part for the wire",
        "paths",
    ),
    (
        "one path in two templates",
        "read as one path if the methods differ",
        "equivalent-paths",
    ),
    ("a status, `4XX`, `default` of `responses`", "read", "error-answers"),
    (
        "several success responses",
        "read, as one type if they differ",
        "several-success-answers",
    ),
    (
        "`{expression}` of a callback",
        "noted: only top-level webhooks are typed",
        "callbacks",
    ),
    (
        "`{name}` of a security requirement",
        "read: alternatives and combinations",
        "security-alternatives",
    ),
    (
        "`type: mutualTLS`",
        "noted: the certificate is the transport's",
        "security-mutual-tls",
    ),
    (
        "`x-` of another vendor",
        "noted, once for each name",
        "foreign-extension",
    ),
    ("`$ref` to a file below the contract's folder", "read", "external-files"),
    ("references in a cycle", "read, boxed if necessary", "recursion"),
    ("merge keys (`<<`) of YAML 1.1", "read in lenient mode", "merge-keys"),
    ("a part of a contract (`--only`)", "read with its needs", "only"),
    (
        "Swagger 2.0",
        "read, each part at its place of OpenAPI 3.0",
        "swagger-2",
    ),
];

/// Constructs that are refused as a whole: what, and the rejection that shows it.
const REFUSED: &[(&str, &str)] = &[
    ("Swagger 1", "swagger"),
    ("a `$ref` to another host", "remote-reference"),
    ("a `$ref` out of the contract's folder", "outside-reference"),
    ("a file that is cut off", "cut-off"),
    ("tags of YAML (`!!str`)", "tagged"),
    ("several YAML documents in a file", "several-documents"),
    ("aliases that expand without end", "alias-bomb"),
];

fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split_whitespace()
}

#[test]
fn every_keyword_of_the_specifications_has_a_row() {
    let schema = [(ObjectKind::Schema, JSON_SCHEMA)];
    let all = OPENAPI.iter().chain(&schema);
    let missing: Vec<String> = all
        .flat_map(|(place, list)| words(list).map(move |word| (*place, word)))
        .filter(|(place, word)| place.row(word).is_none())
        .map(|(place, word)| format!("{place:?} `{word}`"))
        .collect();
    assert!(
        missing.is_empty(),
        "add rows to the ledger (contract/src/document/ledger/): {missing:?}"
    );
    assert_eq!(
        words(JSON_SCHEMA).collect::<BTreeSet<_>>().len(),
        57,
        "9, 15, 2, 20, 7, 1 and 3"
    );
}

#[test]
fn a_word_of_the_ledger_is_of_a_specification_or_of_our_own_or_newer() {
    for (place, list) in OPENAPI {
        for row in place.rows() {
            let known = words(list).any(|word| word == row.keyword)
                || (*place == ObjectKind::Schema && words(JSON_SCHEMA).any(|word| word == row.keyword));
            assert!(
                known || row.newer || row.keyword.starts_with("x-"),
                "{place:?} `{}`: add it to `OPENAPI` or `JSON_SCHEMA` of tests/it/generator/coverage.rs, from the text of the specification; if \
                 only 3.2 has it, its row ends with `.in_32()`",
                row.keyword
            );
        }
    }
}

/// The versions of OpenAPI that have a word.
fn version(row: &Keyword) -> &'static str {
    match (row.dialect, row.newer) {
        (_, true) => "3.2",
        (None, _) => "all",
        (Some(Dialect::V30), _) => "3.0",
        (Some(Dialect::V31), _) => "3.1",
    }
}

/// A link to a case, or to a rejection if there is no such case.
fn link(case: &str) -> String {
    let files = ["cases", "rejections"]
        .into_iter()
        .flat_map(|folder| ["contract.yaml", "contract.json"].map(|file| (folder, file)));
    let found = files
        .into_iter()
        .find(|(folder, file)| case::folder(folder).join(case).join(file).is_file());
    let (folder, file) = found.unwrap_or_else(|| panic!("there is no case `{case}`"));
    format!("[{case}](../../../tests/{folder}/{case}/{file})")
}

fn table(text: &mut String, rows: &[Keyword]) {
    text.push_str("| keyword | version | | why | case |\n|---|---|---|---|---|\n");
    for row in rows {
        let (what, why) = match row.rule {
            Rule::Read => ("read", ""),
            Rule::Noted(why) | Rule::Unchecked(why) => ("noted", why),
            Rule::Refused(what_to_do) => ("refused", what_to_do),
        };
        let _ = writeln!(
            text,
            "| `{}` | {} | {what} | {why} | {} |",
            row.keyword,
            version(row),
            link(row.case)
        );
    }
    text.push('\n');
}

/// Returns the pages of `docs/generate/coverage`: file name and text.
fn coverage() -> Vec<(&'static str, String)> {
    let count = |wanted: fn(&Rule) -> bool| ledger::all().filter(|(_, row)| wanted(&row.rule)).count();
    let mut text = format!(
        "# Coverage\n\n\
         These pages list every keyword of OpenAPI 3.0, 3.1, 3.2 and JSON Schema 2020-12. Look a keyword up to see what the \
         generator\ndoes with it, and open its case to see the generated code.\n\n\
         | page | lists |\n|---|---|\n\
         | [JSON Schema](json-schema.md) | keywords of schemas, discriminators and `xml` |\n\
         | [OpenAPI](openapi.md) | all other objects of OpenAPI |\n\
         | [extensions](extensions.md) | the members of each `x-` extension |\n\
         | [signatures and webhooks](signatures.md) | the members of `x-signing`, `x-token` and `x-webhooks` |\n\n\
         - **read** ({}): it changes the output.\n\
         - **noted** ({}): it is valid, but does not change the output. Set `C0208: note` and `C0605: note` among the\n  \
         [codes](../command.md#configuration) to report each.\n\
         - **refused** ({}): the generated code would be wrong. An error in strict mode. In lenient mode a warning, and the\n  \
         generator reads the smallest part without it.\n\n\
         The generator reports a keyword without a row and suggests a similar one \
         ([C0205](../diagnostics/c02.md#c0205-unknown-keyword)).\n\
         `OVERWRITE=1 cargo test -p sdkwright-tests --test generator coverage` writes these pages from the ledger\n\
         (`contract/src/document/ledger/`). Do not edit them.\n\n",
        count(|rule| *rule == Rule::Read),
        count(|rule| matches!(rule, Rule::Noted(_) | Rule::Unchecked(_))),
        count(|rule| matches!(rule, Rule::Refused(_))),
    );
    text.push_str("## Other parts of a contract\n\n| part | treatment | case |\n|---|---|---|\n");
    for (what, done, case) in BESIDE_KEYWORDS {
        let _ = writeln!(text, "| {what} | {done} | {} |", link(case));
    }
    for (what, case) in REFUSED {
        let _ = writeln!(text, "| {what} | refused | {} |", link(case));
    }
    let schema = [ObjectKind::Schema, ObjectKind::Discriminator, ObjectKind::Xml];
    let is_ours = ObjectKind::is_ours;
    let of = |wanted: &dyn Fn(ObjectKind) -> bool| -> Vec<ObjectKind> {
        ObjectKind::ALL.iter().copied().filter(|place| wanted(*place)).collect()
    };
    let openapi = of(&|place| !schema.contains(&place) && !is_ours(place));
    let is_signature = |place: ObjectKind| {
        let name = place.name();
        is_ours(place)
            && ["x-signing", "x-token", "x-webhooks", "sign", "webhook"]
                .iter()
                .any(|word| name.contains(word))
    };
    let mut ours = "Any object can have these extensions:\n\n".to_owned();
    table(&mut ours, ledger::EVERYWHERE);
    vec![
        ("README.md", text),
        ("json-schema.md", page("Keywords of JSON Schema", "", schema.to_vec())),
        ("openapi.md", page("Keywords of OpenAPI", "", openapi)),
        (
            "extensions.md",
            page(
                "Members of extensions",
                &ours,
                of(&|place| is_ours(place) && !is_signature(place)),
            ),
        ),
        (
            "signatures.md",
            page("Members of x-signing, x-token and x-webhooks", "", of(&is_signature)),
        ),
    ]
}

/// Returns one page with a table for each place.
fn page(title: &str, before: &str, places: Vec<ObjectKind>) -> String {
    let mut text = format!("# {title}\n\n[Coverage](README.md) explains the columns.\n\n{before}");
    for place in places.into_iter().filter(|place| !place.rows().is_empty()) {
        let _ = writeln!(text, "## In {}{}\n", place.name(), of(place));
        table(&mut text, place.rows());
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// Paths of objects of extensions that share a name.
fn of(place: ObjectKind) -> &'static str {
    match place {
        ObjectKind::SdkRoot | ObjectKind::Idempotency => " of the contract",
        ObjectKind::SdkOperation | ObjectKind::OperationIdempotency => " of an operation",
        ObjectKind::SdkMediaType => " of a media type",
        ObjectKind::SdkEnum => " of an enum",
        _ => "",
    }
}

#[test]
fn the_pages_are_the_ledger() {
    let mut faults = Vec::new();
    let folder = case::root().join("docs/generate/coverage");
    for (name, text) in coverage() {
        assert!(text.lines().count() <= 400, "docs/generate/coverage/{name} is too long");
        case::compare(&folder.join(name), &text, &mut faults);
    }
    assert!(
        faults.is_empty(),
        "OVERWRITE=1 cargo test -p sdkwright-tests --test generator coverage writes the pages: {}",
        faults.join("\n")
    );
}
