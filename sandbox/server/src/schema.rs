//! In: schemas of a contract and values. Out: what is wrong with the values, by JSON Pointer. A 3.0 schema is lifted to
//! JSON Schema draft 4, a later one is 2020-12 as it stands. Never: a value in a message.

mod check;
#[cfg(test)]
mod tests;

use crate::contract::Contract;
use crate::encode::percent_decode;
use crate::formula::Formula;
use crate::json;
pub(crate) use check::FieldError;
use check::SchemaChecker;
use serde_json::{Map, Value, json};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// Direction of a value: `readOnly` members are not required of a request, `writeOnly` ones not of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    Request,
    Answer,
}

/// A schema in the form that is checked, with the components that it reaches.
#[derive(Debug)]
struct SelfContained {
    schema: Value,
    components: BTreeMap<String, Value>,
}

/// Lifted schemas, each made when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct Schemas {
    cache: Mutex<HashMap<(String, Direction), Arc<SelfContained>>>,
    /// The rules of schemas, by their texts.
    formulas: BTreeMap<String, Formula>,
}

impl Schemas {
    /// Schemas with rules.
    pub(crate) fn with_rules(formulas: BTreeMap<String, Formula>) -> Self {
        Self {
            formulas,
            ..Self::default()
        }
    }

    /// Everything that is wrong with a value.
    pub(crate) fn check(&self, contract: &Contract, schema: &Value, way: Direction, value: &Value) -> Vec<FieldError> {
        let key = (schema.to_string(), way);
        let lifted = {
            let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
            let lifted = cache.entry(key);
            Arc::clone(lifted.or_insert_with(|| Arc::new(SelfContained::of(contract, schema, way))))
        };
        let rules = SchemaChecker {
            components: &lifted.components,
            is_30: contract.is_30,
            contract,
            formulas: &self.formulas,
            known: &RefCell::default(),
            is_unsure: &Cell::new(false),
            left: &Cell::default(),
        };
        let mut found = rules.errors(&lifted.schema, value);
        if rules.left.get().is_spent() {
            found.insert(
                0,
                FieldError::new(
                    "",
                    "x-rules",
                    "checking the rules of this value would take too long; send fewer or smaller items",
                ),
            );
        }
        found
    }
}

impl SelfContained {
    fn of(contract: &Contract, schema: &Value, way: Direction) -> Self {
        let lift = Lift { contract, way };
        let mut components = BTreeMap::new();
        lift.reach(schema, &mut components);
        Self {
            schema: lift.schema(schema),
            components,
        }
    }
}

/// The bounds of a format of whole numbers.
fn limits(format: &str) -> Option<Value> {
    Some(match format {
        "int8" => json!({ "minimum": i8::MIN, "maximum": i8::MAX }),
        "int16" => json!({ "minimum": i16::MIN, "maximum": i16::MAX }),
        "int32" => json!({ "minimum": i32::MIN, "maximum": i32::MAX }),
        "int64" => json!({ "minimum": i64::MIN, "maximum": i64::MAX }),
        "uint8" => json!({ "minimum": 0, "maximum": u8::MAX }),
        "uint16" => json!({ "minimum": 0, "maximum": u16::MAX }),
        "uint32" => json!({ "minimum": 0, "maximum": u32::MAX }),
        "uint64" => json!({ "minimum": 0, "maximum": u64::MAX }),
        _ => return None,
    })
}

struct Lift<'a> {
    contract: &'a Contract,
    way: Direction,
}

impl Lift<'_> {
    /// Collects the components that a schema reaches, lifted.
    fn reach(&self, node: &Value, reached: &mut BTreeMap<String, Value>) {
        match node {
            Value::Object(members) => {
                let reference = members.get("$ref").and_then(Value::as_str);
                let reference = reference.filter(|text| text.starts_with('#'));
                // A component under its name, and any other node under its pointer.
                let found = reference.and_then(|text| {
                    let name = text.strip_prefix("#/components/schemas/").unwrap_or(text);
                    let schema = self.contract.schema(name).map(|schema| (name, schema));
                    schema.or_else(|| Some((text, self.contract.at(&percent_decode(&text[1..], false)?)?)))
                });
                if let Some((name, schema)) = found.filter(|(name, _)| !reached.contains_key(*name)) {
                    reached.insert(name.to_owned(), self.schema(schema));
                    self.reach(schema, reached);
                }
                members.values().for_each(|member| self.reach(member, reached));
            }
            Value::Array(items) => items.iter().for_each(|item| self.reach(item, reached)),
            _ => {}
        }
    }

    fn schema(&self, node: &Value) -> Value {
        let Some(members) = node.as_object() else {
            return node.clone();
        };
        let mut out = Map::new();
        for (word, value) in members {
            let lifted = match word.as_str() {
                "example" | "examples" | "discriminator" | "xml" | "externalDocs" | "deprecated" | "readOnly"
                | "writeOnly" | "nullable" | "default" | "title" | "description" => continue,
                "x-rules" if self.way == Direction::Request => value.clone(),
                word if word.starts_with("x-") => continue,
                "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                    match value.as_object() {
                        Some(schemas) => schemas
                            .iter()
                            .map(|(name, schema)| (name.clone(), self.schema(schema)))
                            .collect(),
                        None => value.clone(),
                    }
                }
                "items"
                | "not"
                | "additionalProperties"
                | "if"
                | "then"
                | "else"
                | "contains"
                | "propertyNames"
                | "unevaluatedProperties"
                | "unevaluatedItems" => self.schema(value),
                "allOf" | "anyOf" | "oneOf" | "prefixItems" => match value.as_array() {
                    Some(schemas) => schemas.iter().map(|schema| self.schema(schema)).collect(),
                    None => value.clone(),
                },
                "required" => self.required(members, value),
                _ => value.clone(),
            };
            out.insert(word.clone(), lifted);
        }
        if out.get("required").and_then(Value::as_array).is_some_and(Vec::is_empty) && self.contract.is_30 {
            // Draft 4 wants at least one.
            out.remove("required");
        }
        if let Some(limits) = members.get("format").and_then(Value::as_str).and_then(limits) {
            let own = out.remove("allOf").unwrap_or_else(|| json!([]));
            let all = own.as_array().cloned().unwrap_or_default();
            out.insert("allOf".to_owned(), all.into_iter().chain([limits]).collect());
        }
        if let Some(branches) = self.discriminated(members) {
            out.remove("oneOf");
            out.insert("anyOf".to_owned(), branches);
        }
        // Contracts of 3.1 have it from 3.0.
        if members.get("nullable") == Some(&Value::Bool(true)) {
            return json!({ "anyOf": [{ "enum": [null] }, out] });
        }
        Value::Object(out)
    }

    /// `required` without the members that do not go this way.
    fn required(&self, members: &Map<String, Value>, names: &Value) -> Value {
        let word = if self.way == Direction::Request {
            "readOnly"
        } else {
            "writeOnly"
        };
        let other = |name: &Value| {
            let property = members.get("properties").and_then(|all| all.get(name.as_str()?));
            property.and_then(|schema| self.contract.word(schema, word)) == Some(&Value::Bool(true))
        };
        names
            .as_array()
            .into_iter()
            .flatten()
            .filter(|name| !other(name))
            .cloned()
            .collect()
    }

    /// The alternatives of a `oneOf` with a discriminator, each with the values that choose it, if it is there.
    fn discriminated(&self, members: &Map<String, Value>) -> Option<Value> {
        let name = members.get("discriminator")?.get("propertyName")?.as_str()?;
        let branches = members.get("oneOf").and_then(Value::as_array)?;
        let default = members["discriminator"].get("defaultMapping").and_then(Value::as_str);
        let mut known: Vec<&str> = Vec::new();
        let (mut out, mut others) = (Vec::new(), None);
        for branch in branches {
            let reference = branch.get("$ref").and_then(Value::as_str)?;
            let component = reference.rsplit('/').next().unwrap_or_default();
            let chosen = json::members(members["discriminator"].get("mapping")).filter(|(_, target)| {
                target
                    .as_str()
                    .is_some_and(|target| target == reference || target == component)
            });
            let mut values: Vec<&str> = chosen.map(|(value, _)| value.as_str()).collect();
            if values.is_empty() {
                values = self.contract.own_tags(branch, name);
            }
            if values.is_empty() {
                values.push(component);
            }
            if default.is_some_and(|default| default == reference || default == component) {
                others = Some(branch);
            }
            let mut tagged = json!({ "type": "object", "properties": { name: { "enum": &values } } });
            if default.is_some() {
                tagged["required"] = json!([name]);
            }
            out.push(json!({ "allOf": [tagged, self.schema(branch)] }));
            known.extend(values);
        }
        if let Some(branch) = others {
            out.push(json!({ "allOf": [
                { "type": "object", "properties": { name: { "not": { "enum": known } } } },
                self.schema(branch),
            ] }));
        }
        Some(Value::Array(out))
    }
}
