//! The documented facts, kept beside the tests, against the contract and its `x-documented` marks, both ways.
//!
//! The tables under `tests/facts/` were made from the public documentation alone. A fact that the contract lacks fails; a
//! mark without a fact fails too, so that the contract never claims more than is documented.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

/// The contract, read by a reader that is not ours.
fn contract() -> Value {
    sdkwright_tests::contract("openapi/partner-api.yaml")
}

/// The names of the component schemas in the order in which they are written.
fn schema_names() -> Vec<String> {
    let text = fs::read_to_string(sdkwright_tests::root().join("openapi/partner-api.yaml")).expect("the contract");
    let contract: serde_yaml::Value = serde_yaml::from_str(&text).expect("YAML");
    let schemas = contract["components"]["schemas"].as_mapping().expect("schemas");
    schemas
        .keys()
        .filter_map(serde_yaml::Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// The rows of a table: tab-separated, `#` starts a comment line, the first row names the columns.
fn table(name: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(sdkwright_tests::root().join("tests/facts").join(name)).expect("a table of facts");
    let rows: Vec<Vec<String>> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect();
    assert!(!rows.is_empty(), "{name} is empty");
    rows
}

/// Follows `$ref` and the one-element `allOf` that annotates one.
fn resolve<'c>(contract: &'c Value, node: &'c Value) -> &'c Value {
    if let Some(target) = reference(node) {
        return resolve(contract, contract.pointer(target).expect("a reference leads somewhere"));
    }
    node
}

/// Returns the target of a reference, directly or through a one-element `allOf`.
fn reference(node: &Value) -> Option<&str> {
    let target = node
        .get("$ref")
        .or_else(|| match node.get("allOf")?.as_array()?.as_slice() {
            [only] => only.get("$ref"),
            _ => None,
        })?;
    target.as_str()?.strip_prefix('#')
}

fn operations(contract: &Value) -> Vec<(&String, &Value, &String, &Value)> {
    let mut all = Vec::new();
    for (path, item) in contract["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("a path item") {
            if ["get", "post", "put", "patch", "delete", "head", "options", "trace"].contains(&method.as_str()) {
                all.push((path, item, method, operation));
            }
        }
    }
    all
}

/// Returns a node's statement about itself; `None` without one.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Mark {
    True,
    False,
    Name,
}

fn mark(node: &Value) -> Option<Mark> {
    match node.get("x-documented")? {
        Value::Bool(true) => Some(Mark::True),
        Value::Bool(false) => Some(Mark::False),
        Value::String(word) if word == "name" => Some(Mark::Name),
        Value::Array(_) => Some(Mark::Name),
        other => panic!("x-documented: {other}"),
    }
}

#[test]
fn the_contract_has_exactly_the_documented_operations() {
    let contract = contract();
    let found: BTreeSet<Vec<String>> = operations(&contract)
        .into_iter()
        .map(|(path, _, method, operation)| {
            let text = |pointer: &str| {
                operation
                    .pointer(pointer)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            vec![method.to_uppercase(), path.clone(), text("/summary"), text("/tags/0")]
        })
        .collect();
    let documented: BTreeSet<Vec<String>> = table("operations.tsv")
        .into_iter()
        .map(|row| row[..4].to_vec())
        .collect();
    assert_eq!(documented.len(), 66);
    assert_eq!(
        documented.difference(&found).collect::<Vec<_>>(),
        Vec::<&Vec<String>>::new(),
        "documented, not in the contract"
    );
    assert_eq!(
        found.difference(&documented).collect::<Vec<_>>(),
        Vec::<&Vec<String>>::new(),
        "in the contract, not documented"
    );
}

#[test]
fn each_operation_says_what_it_does_with_money() {
    let contract = contract();
    let said: BTreeSet<(String, String)> = operations(&contract)
        .into_iter()
        .filter(|(_, _, method, _)| *method != "get")
        .map(|(_, _, _, operation)| {
            let text = |word: &str| operation[word].as_str().unwrap_or("nothing").to_owned();
            (text("operationId"), text("x-effect"))
        })
        .collect();
    let documented: BTreeSet<(String, String)> = table("effects.tsv")
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    assert_eq!(documented.len(), 33);
    assert_eq!(
        documented.symmetric_difference(&said).collect::<Vec<_>>(),
        Vec::<&(String, String)>::new(),
        "the table and the contract"
    );
}

#[test]
fn an_operation_id_is_its_title_in_camel_case() {
    let contract = contract();
    for (_, _, _, operation) in operations(&contract) {
        let title = operation["summary"].as_str().expect("a summary");
        let mut words = title.split([' ', '-']).map(str::to_lowercase);
        let first = words.next().expect("a word");
        let id = words.fold(first, |id, word| {
            let mut letters = word.chars();
            let initial: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
            id + &initial + letters.as_str()
        });
        assert_eq!(operation["operationId"], Value::String(id), "{title}");
    }
}

#[test]
fn operations_and_paths_are_marked_as_far_as_they_are_documented() {
    let contract = contract();
    let mut inferred = BTreeSet::new();
    for row in table("operations.tsv") {
        if row[4] == "inferred" {
            inferred.insert(row[1].clone());
        }
    }
    for (path, item, method, operation) in operations(&contract) {
        assert!(
            mark(operation).is_some_and(|mark| mark != Mark::False),
            "{method} {path}: its title is documented, its mark is missing"
        );
        let marked = mark(item).is_some_and(|mark| mark != Mark::False);
        assert_eq!(
            marked,
            !inferred.contains(path),
            "{path}: the mark of the path says otherwise than the documentation"
        );
    }
}

#[test]
fn the_documented_schemas_come_first_and_in_order_and_only_they_are_marked() {
    let contract = contract();
    let schemas = contract["components"]["schemas"].as_object().expect("schemas");
    let documented: Vec<String> = table("schemas.tsv").into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(documented.len(), 110);
    assert_eq!(&schema_names()[..documented.len()], documented);
    for name in &documented {
        assert!(
            mark(&schemas[name]).is_some_and(|mark| mark != Mark::False),
            "{name}: documented, not marked"
        );
    }
    // A component whose name is ours may carry documented facts; the table of facts lists these components.
    let own: BTreeSet<String> = table("enums.tsv")
        .into_iter()
        .map(|row| row[0].clone())
        .filter(|name| !documented.contains(name))
        .collect();
    for (name, schema) in schemas.iter().filter(|(name, _)| !documented.contains(name)) {
        if mark(schema).is_some_and(|mark| mark != Mark::False) {
            assert!(own.contains(name), "{name}: marked, not documented");
        }
    }
}

#[test]
fn the_documented_codes_come_first_with_their_documented_statuses() {
    let contract = contract();
    let schema = &contract["components"]["schemas"]["PartnerProblemCode"];
    let rows = table("problems.tsv");
    let codes: Vec<&str> = schema["enum"]
        .as_array()
        .expect("values")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let documented: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(&codes[..documented.len()], documented, "values in table order");
    assert_eq!(
        marked_values(schema),
        documented,
        "exactly the documented values are marked"
    );
    for row in rows {
        let entry = &schema["x-problem-registry"][&row[0]];
        let fields: Vec<&str> = entry["x-documented"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(
            fields.contains(&"status"),
            !row[1].is_empty(),
            "{}: is its status documented?",
            row[0]
        );
        if !row[1].is_empty() {
            assert_eq!(entry["status"].to_string(), row[1], "{}", row[0]);
        }
    }
}

fn marked_values(schema: &Value) -> Vec<&str> {
    schema["x-documented"]
        .as_array()
        .expect("a list of the documented values")
        .iter()
        .filter_map(Value::as_str)
        .collect()
}

/// Returns `true` if the documented list of values is complete. (Webhook event and resource types are documented as open.)
fn complete(schema: &str) -> bool {
    schema.starts_with("PartnerCustomer")
}

#[test]
fn the_documented_enums_have_their_values_in_order() {
    let contract = contract();
    let rows = table("enums.tsv");
    let names: BTreeSet<&String> = rows.iter().map(|row| &row[0]).collect();
    for name in names {
        let documented: Vec<&str> = rows
            .iter()
            .filter(|row| row[0] == *name)
            .map(|row| row[1].as_str())
            .collect();
        let schema = &contract["components"]["schemas"][name];
        let values: Vec<&str> = schema["enum"]
            .as_array()
            .expect("values")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        if complete(name) {
            assert_eq!(values, documented, "{name}");
        }
        assert!(documented.iter().all(|value| values.contains(value)), "{name}");
        assert_eq!(marked_values(schema), documented, "{name}: marks");
    }
    let listed = |schema: &&String| contract["components"]["schemas"][schema.as_str()]["x-documented"].is_array();
    let marked: Vec<&String> = contract["components"]["schemas"]
        .as_object()
        .expect("schemas")
        .keys()
        .filter(listed)
        .collect();
    let expected: BTreeSet<&str> = rows
        .iter()
        .map(|row| row[0].as_str())
        .chain(["PartnerProblemCode"])
        .collect();
    assert_eq!(
        marked.iter().map(|name| name.as_str()).collect::<BTreeSet<_>>(),
        expected,
        "enums with documented values"
    );
}

#[test]
fn the_documented_members_are_there_with_their_types() {
    let contract = contract();
    for row in table("members.tsv") {
        let [schema, member, kind, format, target] = row.as_slice() else {
            panic!("five columns: {row:?}")
        };
        let node = contract
            .pointer(&format!("/components/schemas/{schema}/properties/{member}"))
            .unwrap_or_else(|| panic!("{schema}.{member} is missing"));
        let resolved = resolve(&contract, node);
        if !kind.is_empty() {
            assert_eq!(resolved["type"], Value::String(kind.clone()), "{schema}.{member}");
        }
        if !format.is_empty() {
            let own = node.get("format").or_else(|| resolved.get("format"));
            assert_eq!(own, Some(&Value::String(format.clone())), "{schema}.{member}");
        }
        if !target.is_empty() {
            assert_eq!(
                reference(node),
                Some(format!("/components/schemas/{target}").as_str()),
                "{schema}.{member}"
            );
        }
    }
}

#[test]
fn exactly_the_documented_members_are_marked() {
    let contract = contract();
    let documented: BTreeSet<(String, String)> = table("members.tsv")
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    let mut marked = BTreeSet::new();
    for (name, schema) in contract["components"]["schemas"].as_object().expect("schemas") {
        for (member, node) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let inherited = mark(schema).unwrap_or(Mark::False) == Mark::True;
            if mark(node).map_or(inherited, |own| own != Mark::False) {
                marked.insert((name.clone(), member.clone()));
            }
        }
    }
    assert_eq!(
        documented.difference(&marked).collect::<Vec<_>>(),
        Vec::<&(String, String)>::new(),
        "documented, not marked"
    );
    assert_eq!(
        marked.difference(&documented).collect::<Vec<_>>(),
        Vec::<&(String, String)>::new(),
        "marked, not documented"
    );
}

/// Returns the value at a place of `statements.tsv`: a text as it is, anything else as JSON, without line breaks.
fn standing(contract: &Value, place: &str) -> Option<String> {
    let text = match place.strip_prefix("file:") {
        Some(path) => fs::read_to_string(sdkwright_tests::root().join(path)).ok()?,
        None => match contract.pointer(place)? {
            Value::String(text) => text.clone(),
            other => other.to_string().replace("\\n", " "),
        },
    };
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn what_the_documentation_says_in_sentences_is_said_and_no_more() {
    let contract = contract();
    let mut wrong = Vec::new();
    for row in table("statements.tsv") {
        let (place, relation) = (row[0].as_str(), row[1].as_str());
        let found = standing(&contract, place);
        let holds = match (relation, &found) {
            ("contains", Some(found)) => found.contains(&row[2]),
            ("omits", Some(found)) => !found.contains(&row[2]),
            ("is", Some(_)) => {
                let stated: Value = serde_json::from_str(&row[2]).expect("JSON in the table");
                contract.pointer(place) == Some(&stated)
            }
            ("absent", found) => found.is_none(),
            (_, None) => false,
            (other, _) => panic!("`{other}` is no relation"),
        };
        if !holds {
            wrong.push(row.join(" "));
        }
    }
    assert!(wrong.is_empty(), "these rows do not hold:\n{}", wrong.join("\n"));
}

#[test]
fn headers_and_environment_variables_are_the_documented_ones() {
    let contract = contract();
    for row in table("headers.tsv") {
        assert_eq!(
            contract.pointer(&row[0]).and_then(Value::as_str),
            Some(row[1].as_str()),
            "{}",
            row[0]
        );
    }
    let variables = contract["x-sdk"]["environment"].as_object().expect("variables").len();
    assert_eq!(
        variables,
        table("headers.tsv")
            .iter()
            .filter(|row| row[0].starts_with("/x-sdk/environment/"))
            .count()
    );
}

#[test]
fn the_typed_webhook_events_are_the_documented_ones() {
    let contract = contract();
    let events: BTreeSet<&str> = contract["x-webhooks"]["events"]
        .as_object()
        .expect("events")
        .keys()
        .map(String::as_str)
        .collect();
    let rows = table("webhooks.tsv");
    assert_eq!(events, rows.iter().map(|row| row[0].as_str()).collect());
}

#[test]
fn no_request_names_what_partners_must_not_send() {
    let contract = contract();
    let mut seen = BTreeSet::new();
    for (path, _, method, operation) in operations(&contract) {
        for (_, media) in operation
            .pointer("/requestBody/content")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            forbid(&contract, &media["schema"], &format!("{method} {path}"), &mut seen);
        }
        for parameter in operation
            .get("parameters")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            check_name(
                resolve(&contract, parameter)["name"].as_str().unwrap_or_default(),
                &format!("{method} {path}"),
            );
        }
    }
    assert!(seen.len() > 40, "only {} request schemas were looked at", seen.len());
}

fn forbid<'c>(contract: &'c Value, schema: &'c Value, place: &str, seen: &mut BTreeSet<*const Value>) {
    let schema = resolve(contract, schema);
    if !seen.insert(std::ptr::from_ref(schema)) {
        return;
    }
    for (name, member) in schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        check_name(name, place);
        forbid(contract, member, place, seen);
    }
    for word in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get(word) {
            forbid(contract, inner, place, seen);
        }
    }
    for word in ["oneOf", "anyOf", "allOf"] {
        for inner in schema.get(word).and_then(Value::as_array).into_iter().flatten() {
            forbid(contract, inner, place, seen);
        }
    }
}

fn check_name(name: &str, place: &str) {
    let lower = name.to_lowercase();
    for word in [
        "tenant",
        "merchant",
        "internal",
        "businessid",
        "rawpayload",
        "processingid",
    ] {
        assert!(
            !lower.contains(word),
            "{place}: `{name}` is an identifier partners must not send"
        );
    }
    let contract = contract_once();
    let never = contract["x-sdk"]["neverSent"]
        .as_array()
        .expect("names that are never sent");
    assert!(
        !never
            .iter()
            .filter_map(Value::as_str)
            .any(|known| known.to_lowercase() == lower),
        "{place}: `{name}` is a name that the contract forbids to send"
    );
}

fn contract_once() -> &'static Value {
    static CONTRACT: std::sync::OnceLock<Value> = std::sync::OnceLock::new();
    CONTRACT.get_or_init(contract)
}
