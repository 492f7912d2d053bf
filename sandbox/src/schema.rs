//! In: schemas of a contract and values. Out: what is wrong with the values, by JSON Pointer. A 3.0 schema is lifted to
//! JSON Schema draft 4, a later one is 2020-12 as it stands. Never: a value in a message.

use crate::contract::Contract;
use crate::json;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldError {
    pub(crate) pointer: String,
    pub(crate) rule: String,
    pub(crate) message: String,
}

/// Direction of a value: `readOnly` members are not required of a request, `writeOnly` ones not of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Way {
    Request,
    Answer,
}

type Cache = HashMap<(String, Way), Result<Arc<Validator>, String>>;

/// Compiled schemas, each made when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct Schemas {
    cache: Mutex<Cache>,
}

impl Schemas {
    /// Everything that is wrong with a value.
    pub(crate) fn check(&self, contract: &Contract, schema: &Value, way: Way, value: &Value) -> Vec<FieldError> {
        let key = (schema.to_string(), way);
        let validator = {
            let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
            cache
                .entry(key)
                .or_insert_with(|| compile(contract, schema, way))
                .clone()
        };
        match validator {
            Ok(validator) => {
                let mut found = Vec::new();
                validator
                    .iter_errors(value)
                    .for_each(|error| flatten(&error, "", &mut found));
                found
            }
            Err(message) => vec![FieldError {
                pointer: String::new(),
                rule: "schema".to_owned(),
                message,
            }],
        }
    }
}

/// The most telling errors below one: of alternatives, those of the branch that came closest.
fn flatten(error: &ValidationError<'_>, base: &str, found: &mut Vec<FieldError>) {
    let path = format!("{base}{}", error.instance_path().as_str());
    let branches = match error.kind() {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => Some(context),
        _ => None,
    };
    // A branch whose own discriminating member is wrong (`enum`, `const`) is further away than any other.
    let distance = |branch: &&Vec<ValidationError<'static>>| {
        let chosen_otherwise = branch.iter().any(|error| {
            matches!(
                error.kind(),
                ValidationErrorKind::Enum { .. } | ValidationErrorKind::Constant { .. }
            )
        });
        (chosen_otherwise, branch.len())
    };
    if let Some(pointer) = branches.and_then(|branches| chosen_by_none(branches)) {
        let message = "the value chooses none of the alternatives".to_owned();
        let rule = "enum".to_owned();
        return found.push(FieldError { pointer, rule, message });
    }
    if let Some(branch) =
        branches.and_then(|branches| branches.iter().filter(|branch| !branch.is_empty()).min_by_key(distance))
    {
        for error in branch {
            flatten(error, "", found);
        }
        return;
    }
    let pointer = match error.kind() {
        ValidationErrorKind::Required { property } => {
            format!("{path}/{}", json::token(property.as_str().unwrap_or_default()))
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => match unexpected.first() {
            Some(name) => format!("{path}/{}", json::token(name)),
            None => path,
        },
        _ => path,
    };
    found.push(FieldError {
        pointer,
        rule: error.kind().keyword().to_owned(),
        message: error.masked_with("the value").to_string(),
    });
}

/// The member whose value fits the `enum` of no branch, if there is one.
fn chosen_by_none(branches: &[Vec<ValidationError<'static>>]) -> Option<String> {
    let wrong = |branch: &Vec<ValidationError<'static>>| {
        let is_enum = |error: &&ValidationError<'_>| matches!(error.kind(), ValidationErrorKind::Enum { .. });
        let error = branch.iter().find(is_enum)?;
        Some(error.instance_path().as_str().to_owned())
    };
    let first = branches.first().and_then(wrong).filter(|pointer| !pointer.is_empty())?;
    let by_all = branches.iter().all(|branch| wrong(branch).as_ref() == Some(&first));
    by_all.then_some(first)
}

fn compile(contract: &Contract, schema: &Value, way: Way) -> Result<Arc<Validator>, String> {
    let lift = Lift { contract, way };
    let mut root = lift.schema(schema);
    let mut reached = BTreeMap::new();
    lift.reach(schema, &mut reached);
    if let Some(members) = root.as_object_mut() {
        // A reference allows no siblings in draft 4, so the components go around it.
        let inner = Value::Object(std::mem::take(members));
        members.insert("allOf".to_owned(), json!([inner]));
        members.insert("components".to_owned(), json!({ "schemas": reached }));
    }
    let draft = if contract.is_30 {
        Draft::Draft4
    } else {
        Draft::Draft202012
    };
    jsonschema::options()
        .with_draft(draft)
        .should_validate_formats(true)
        .with_format("date", |text: &str| {
            text.len() == 10 && crate::clock::Moment::parse(&format!("{text}T00:00:00Z")).is_some()
        })
        .build(&root)
        .map(Arc::new)
        .map_err(|error| format!("the contract's schema cannot be used: {error}"))
}

struct Lift<'a> {
    contract: &'a Contract,
    way: Way,
}

impl Lift<'_> {
    /// Collects the components that a schema reaches, lifted.
    fn reach(&self, node: &Value, reached: &mut BTreeMap<String, Value>) {
        match node {
            Value::Object(members) => {
                let reference = members.get("$ref").and_then(Value::as_str);
                if let Some(name) = reference.and_then(|text| text.strip_prefix("#/components/schemas/"))
                    && !reached.contains_key(name)
                    && let Some(schema) = self.contract.schema(name)
                {
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
        if let Some(branches) = self.discriminated(members) {
            out.remove("oneOf");
            out.insert("anyOf".to_owned(), branches);
        }
        if self.contract.is_30 && members.get("nullable") == Some(&Value::Bool(true)) {
            return json!({ "anyOf": [{ "enum": [null] }, out] });
        }
        Value::Object(out)
    }

    /// `required` without the members that do not go this way.
    fn required(&self, members: &Map<String, Value>, names: &Value) -> Value {
        let word = if self.way == Way::Request {
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

    /// The alternatives of a `oneOf` with a discriminator, each with the values that choose it.
    fn discriminated(&self, members: &Map<String, Value>) -> Option<Value> {
        let name = members.get("discriminator")?.get("propertyName")?.as_str()?;
        let mapping = members["discriminator"].get("mapping").and_then(Value::as_object);
        let branches = members.get("oneOf").and_then(Value::as_array)?;
        let mut out = Vec::new();
        for branch in branches {
            let reference = branch.get("$ref").and_then(Value::as_str)?;
            let component = reference.rsplit('/').next().unwrap_or_default();
            let chosen = mapping.into_iter().flatten().filter(|(_, target)| {
                target
                    .as_str()
                    .is_some_and(|target| target == reference || target == component)
            });
            let mut values: Vec<&str> = chosen.map(|(value, _)| value.as_str()).collect();
            if values.is_empty() {
                values.push(component);
            }
            out.push(json!({ "allOf": [
                { "type": "object", "required": [name], "properties": { name: { "enum": values } } },
                self.schema(branch),
            ] }));
        }
        Some(Value::Array(out))
    }
}
