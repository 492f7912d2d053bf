//! Holds answers to a contract, by the crate `jsonschema` and a translation of our own from OpenAPI 3.0. It takes nothing from the server's code.

use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// The answers of a contract.
pub(crate) struct Answers {
    contract: Value,
    schemas: Value,
    known: Mutex<HashMap<String, Arc<jsonschema::Validator>>>,
}

impl Answers {
    pub(crate) fn from_contract(contract: &str) -> Self {
        let contract: Value = serde_yaml::from_str(contract).unwrap();
        let schemas = translated(&contract["components"]["schemas"]);
        Self {
            contract,
            schemas,
            known: Mutex::default(),
        }
    }

    /// Returns what is wrong with an answer of an operation; `template` is its path in the contract.
    pub(crate) fn wrong(
        &self,
        method: &str,
        template: &str,
        (status, media): (u16, &str),
        body: &[u8],
    ) -> Option<String> {
        let place = format!("{method} {template} {status}");
        let answer = &self.contract["paths"][template][method.to_ascii_lowercase()]["responses"][status.to_string()];
        let answer = match answer["$ref"].as_str() {
            Some(reference) => self.contract.pointer(&reference[1..]).unwrap(),
            None => answer,
        };
        if answer.is_null() {
            return Some(format!("{place}: the contract has no such answer"));
        }
        let Some(schema) = answer["content"][media].get("schema") else {
            return Some(format!("{place}: the contract has no answer of the type `{media}`"));
        };
        let Ok(body) = serde_json::from_slice::<Value>(body) else {
            return Some(format!("{place}: the body is not JSON"));
        };
        let validator = {
            let mut known = self.known.lock().unwrap();
            let made = known.entry(format!("{place} {media}"));
            Arc::clone(made.or_insert_with(|| Arc::new(self.validator(schema))))
        };
        let wrong = validator.iter_errors(&body).next();
        wrong.map(|error| format!("{place}: {}: {error}", error.instance_path()))
    }

    fn validator(&self, schema: &Value) -> jsonschema::Validator {
        // A reference allows no siblings in draft 4, so the components go around it.
        let root = json!({ "allOf": [translated(schema)], "components": { "schemas": self.schemas } });
        let options = jsonschema::options().with_draft(jsonschema::Draft::Draft4);
        options.should_validate_formats(true).build(&root).unwrap()
    }
}

/// A schema of OpenAPI 3.0 as one of draft 4: `nullable` is the type `null`, and examples are no schemas.
fn translated(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let is_nullable = members.get("nullable") == Some(&json!(true));
            let kept = members
                .iter()
                .filter(|(name, _)| *name != "example" && *name != "nullable");
            let mut members: Map<String, Value> = kept.map(|(name, value)| (name.clone(), translated(value))).collect();
            if is_nullable && let Some(name) = members.get("type").cloned() {
                members.insert("type".to_owned(), json!([name, "null"]));
            }
            Value::Object(members)
        }
        Value::Array(items) => items.iter().map(translated).collect(),
        other => other.clone(),
    }
}
