//! A contract goes in, and comes out with a sentinel in every sensitive text of every example: what the tests send and what
//! the local server answers is then full of them. What cannot hold a sentinel is counted with the reason, never left out
//! silently.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// A contract with sentinels.
#[derive(Debug)]
pub(super) struct Planted {
    pub document: Value,
    /// Places in schemas (`Schema/member`) whose values are sentinels.
    pub places: BTreeSet<String>,
    /// Sensitive places whose examples cannot be sentinels, and why.
    pub kept: BTreeMap<String, &'static str>,
    /// The example of each schema with most members.
    pub examples: BTreeMap<String, Value>,
    /// The sensitive texts of the examples as they were, and not those that are also an example of something else.
    pub texts: BTreeSet<String>,
}

struct Planter {
    whole: Value,
    numbers: BTreeMap<String, usize>,
    places: BTreeSet<String>,
    kept: BTreeMap<String, &'static str>,
    examples: BTreeMap<String, Value>,
    texts: BTreeSet<String>,
    plain: BTreeSet<String>,
}

/// A schema with what it is made of, and the name of the place that it describes.
struct Place<'s> {
    schemas: Vec<&'s Value>,
    name: String,
    is_sensitive: bool,
}

pub(super) fn plant(contract: &Value) -> Planted {
    let mut planter = Planter {
        whole: contract.clone(),
        numbers: BTreeMap::new(),
        places: BTreeSet::new(),
        kept: BTreeMap::new(),
        examples: BTreeMap::new(),
        texts: BTreeSet::new(),
        plain: BTreeSet::new(),
    };
    let mut document = contract.clone();
    let whole = planter.whole.clone();
    for (name, schema) in document["components"]["schemas"].as_object_mut().unwrap() {
        planter.schema(
            &whole,
            schema,
            &place(&whole, &[&whole["components"]["schemas"][name]], name.clone(), false),
        );
    }
    planter.walk(&whole, &mut document);
    without_forms(&mut document);
    Planted {
        document,
        places: planter.places,
        kept: planter.kept,
        examples: planter.examples,
        texts: planter.texts.difference(&planter.plain).cloned().collect(),
    }
}

/// Removes the rules about the form of texts: a sentinel has no check digits, and is not an address.
fn without_forms(node: &mut Value) {
    match node {
        Value::Object(members) => {
            if let Some(Value::Array(rules)) = members.get_mut("x-rules") {
                rules.retain(|row| {
                    let rule = row["rule"].as_str().unwrap_or_default();
                    !["isIban(", ".matches(", "iban.startsWith(", ".substring("]
                        .iter()
                        .any(|form| rule.contains(form))
                });
            }
            members.values_mut().for_each(without_forms);
        }
        Value::Array(items) => items.iter_mut().for_each(without_forms),
        _ => {}
    }
}

/// All that a schema refers to and is made of.
fn flat<'s>(whole: &'s Value, schema: &'s Value, into: &mut Vec<&'s Value>, name: &mut String) {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let found = whole.pointer(&target[1..]).unwrap_or_else(|| panic!("{target}"));
        target.rsplit('/').next().unwrap_or_default().clone_into(name);
        flat(whole, found, into, name);
    }
    into.push(schema);
    for word in ["allOf", "oneOf", "anyOf"] {
        for part in schema.get(word).and_then(Value::as_array).into_iter().flatten() {
            flat(whole, part, into, &mut name.clone());
        }
    }
}

fn place<'s>(whole: &'s Value, schemas: &[&'s Value], name: String, inherited: bool) -> Place<'s> {
    let (mut all, mut owner) = (Vec::new(), name.clone());
    for schema in schemas {
        flat(whole, schema, &mut all, &mut owner);
    }
    Place {
        is_sensitive: inherited || all.iter().any(|schema| schema["x-sensitive"] == true),
        // A member is named after its owner, an object after itself.
        name: if all.iter().any(|schema| schema.get("properties").is_some()) {
            owner
        } else {
            name
        },
        schemas: all,
    }
}

impl<'s> Place<'s> {
    fn member(&self, whole: &'s Value, name: &str) -> Place<'s> {
        let found: Vec<&Value> = self
            .schemas
            .iter()
            .filter_map(|schema| schema.get("properties")?.get(name))
            .collect();
        place(whole, &found, format!("{}/{name}", self.name), self.is_sensitive)
    }

    fn item(&self, whole: &'s Value) -> Place<'s> {
        let found: Vec<&Value> = self.schemas.iter().filter_map(|schema| schema.get("items")).collect();
        place(whole, &found, self.name.clone(), self.is_sensitive)
    }

    fn says<'v>(&'v self, word: &str) -> impl Iterator<Item = &'s Value> + use<'v, 's> {
        let word = word.to_owned();
        self.schemas.iter().filter_map(move |schema| schema.get(&word))
    }
}

impl Planter {
    /// Examples beside a schema: of bodies, parameters and headers.
    fn walk(&mut self, whole: &Value, node: &mut Value) {
        match node {
            Value::Object(members) => {
                if let Some(schema) = members.get("schema").cloned() {
                    let place = place(whole, &[&schema], String::new(), false);
                    let mut examples: Vec<&mut Value> = Vec::new();
                    for (word, member) in members.iter_mut() {
                        match word.as_str() {
                            "example" => examples.push(member),
                            "examples" => examples.extend(
                                member
                                    .as_object_mut()
                                    .into_iter()
                                    .flat_map(|all| all.values_mut())
                                    .filter_map(|one| one.get_mut("value")),
                            ),
                            _ => {}
                        }
                    }
                    for example in examples {
                        self.value(whole, example, &place);
                    }
                }
                members.iter_mut().for_each(|(_, member)| self.walk(whole, member));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(whole, item)),
            _ => {}
        }
    }

    /// Examples in a schema.
    fn schema(&mut self, whole: &Value, schema: &mut Value, place: &Place<'_>) {
        let Some(members) = schema.as_object_mut() else { return };
        if let Some(example) = members.get_mut("example") {
            self.value(whole, example, place);
        }
        for (name, member) in members
            .get_mut("properties")
            .and_then(Value::as_object_mut)
            .into_iter()
            .flatten()
        {
            self.schema(whole, member, &place.member(whole, name));
        }
        if let Some(items) = members.get_mut("items") {
            self.schema(whole, items, &place.item(whole));
        }
    }

    fn value(&mut self, whole: &Value, value: &mut Value, place: &Place<'_>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members.iter_mut() {
                    self.value(whole, member, &place.member(whole, name));
                }
                let size = |known: &Value| known.as_object().map_or(0, serde_json::Map::len);
                let known = self.examples.entry(place.name.clone()).or_default();
                if members.len() > size(known) {
                    *known = Value::Object(members.clone());
                }
            }
            Value::Array(items) => items
                .iter_mut()
                .for_each(|item| self.value(whole, item, &place.item(whole))),
            Value::String(text) if place.is_sensitive => {
                self.texts.insert(text.clone());
                match self.sentinel(text, place) {
                    Ok(sentinel) => {
                        *text = sentinel;
                        self.places.insert(place.name.clone());
                    }
                    Err(why) => {
                        self.kept.insert(place.name.clone(), why);
                    }
                }
            }
            Value::String(text) => {
                self.plain.insert(text.clone());
            }
            _ if place.is_sensitive && !value.is_null() => {
                self.kept.insert(place.name.clone(), "no text");
            }
            _ => {}
        }
    }

    /// A text that the member may have, and that nothing else is.
    fn sentinel(&mut self, text: &str, place: &Place<'_>) -> Result<String, &'static str> {
        let is_own = place.says("x-newtype").next().is_none()
            || place.schemas.iter().any(|schema| schema["x-sensitive"] == true);
        if !is_own {
            return Err("a type of its own without the mark");
        }
        if place.says("enum").next().is_some() {
            return Err("one of a few words");
        }
        let next = self.numbers.len();
        let number = *self.numbers.entry(text.to_owned()).or_insert(next);
        let candidates = match place.says("format").next().and_then(Value::as_str) {
            Some("email") => vec![format!("sentinel9f2-{number:04}@example.com")],
            Some("uri") => vec![format!("https://example.com/sentinel9f2-{number:04}")],
            Some("date" | "date-time") => return Err("a date"),
            _ => vec![
                format!("sentinel9f2-{number:04}-abcd"),
                format!("SENTINEL9F2{number:05}"),
                format!("DE89SENTINEL9F2{number:05}"),
                "SENTINEL9F2".to_owned(),
                format!("73514682907351{number:03}"),
                "73514682907351".to_owned(),
            ],
        };
        let fits = |candidate: &String| {
            place.schemas.iter().all(|schema| {
                let mut rules = json!({ "type": "string" });
                for word in ["pattern", "minLength", "maxLength"] {
                    if let Some(rule) = schema.get(word) {
                        rules[word] = rule.clone();
                    }
                }
                jsonschema::is_valid(&rules, &json!(candidate))
            })
        };
        candidates.into_iter().find(fits).ok_or("too short for one")
    }
}
