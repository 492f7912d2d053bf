//! In: a lifted schema and a value. Out: everything that is wrong with the value, by JSON Pointer. Never: a value in a message,
//! or an unknown keyword, unless the contract names it as `unchecked`.

use crate::budget::StepBudget;
use crate::contract::Contract;
use crate::formula::{self, Formula};
use crate::{clock, json, pattern};
use serde_json::{Map, Value};
use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ptr;

/// Limit of schemas inside each other, for references that lead back to themselves.
const DEPTH: usize = 200;

/// The rules that schemas are checked by: the components, and the dialect (3.0 is draft 4, later ones are 2020-12).
#[derive(Debug, Clone, Copy)]
pub(super) struct SchemaChecker<'s> {
    pub(super) components: &'s BTreeMap<String, Value>,
    pub(super) is_30: bool,
    pub(super) contract: &'s Contract,
    /// The rules of schemas, by their texts.
    pub(super) formulas: &'s BTreeMap<String, Formula>,
    /// The errors of a value by a component, so that components that share others cost no more than these.
    pub(super) known: &'s RefCell<KnownErrors>,
    /// `true` after a rule without a check: then the value may fit or not.
    pub(super) is_unsure: &'s Cell<bool>,
    /// The steps and the time that are left for the rules of all parts of a value.
    pub(super) left: &'s Cell<StepBudget>,
}

/// The errors by the addresses of component and value, and whether a rule had no check.
pub(super) type KnownErrors = HashMap<(*const Value, *const Value), SchemaResult>;

/// The result of a check.
#[derive(Debug, Clone)]
pub(super) struct SchemaResult {
    errors: Vec<FieldError>,
    is_unsure: bool,
}

/// A value and its place.
#[derive(Debug, Clone, Copy)]
struct ValueAt<'v> {
    value: &'v Value,
    pointer: &'v str,
    depth: usize,
}

impl ValueAt<'_> {
    fn wrong(&self, rule: &str, message: impl Into<String>) -> FieldError {
        FieldError::new(self.pointer, rule, message)
    }

    fn unusable(&self, why: &str) -> FieldError {
        self.wrong("schema", format!("the contract's schema cannot be used: {why}"))
    }
}

impl SchemaChecker<'_> {
    /// Lists everything that is wrong with a value; of alternatives, only what is wrong by the one that came closest.
    pub(super) fn errors(&self, schema: &Value, value: &Value) -> Vec<FieldError> {
        let (pointer, depth) = ("", 0);
        self.below(schema, ValueAt { value, pointer, depth })
    }

    fn below(&self, schema: &Value, at: ValueAt<'_>) -> Vec<FieldError> {
        let at = ValueAt {
            depth: at.depth + 1,
            ..at
        };
        let mut found = Vec::new();
        match schema {
            Value::Object(_) if at.depth > DEPTH => found.push(at.unusable("it refers to itself")),
            // A reference allows no siblings in draft 4.
            Value::Object(members) if self.is_30 && members.contains_key("$ref") => {
                self.keyword(members, "$ref", at, &mut found);
            }
            Value::Object(members) => {
                for word in members.keys() {
                    self.keyword(members, word, at, &mut found);
                }
                if found.is_empty() {
                    found.extend(self.broken(schema, at));
                }
            }
            Value::Bool(false) => found.push(at.wrong("false", "no value is allowed here")),
            _ => {}
        }
        if found.len() > 1 {
            let mut seen = HashSet::new();
            found.retain(|error| seen.insert(error.clone()));
        }
        found
    }

    /// Checks a value by a component, once.
    fn referred(&self, target: &Value, at: ValueAt<'_>) -> Vec<FieldError> {
        let key = (ptr::from_ref(target), ptr::from_ref(at.value));
        let known = self.known.borrow().get(&key).cloned();
        let judged = known.unwrap_or_else(|| {
            let judged = self.judged(target, at);
            self.known.borrow_mut().insert(key, judged.clone());
            judged
        });
        self.is_unsure.set(self.is_unsure.get() || judged.is_unsure);
        judged.errors
    }

    /// The rules of a schema that a value of its form breaks.
    fn broken(&self, schema: &Value, at: ValueAt<'_>) -> Vec<FieldError> {
        let mut found = Vec::new();
        for row in json::items(schema.get("x-rules")) {
            if at.value.is_null() || self.left.get().is_spent() {
                break;
            }
            let text = |word: &str| row.get(word).and_then(Value::as_str);
            let Some(formula) = text("rule").and_then(|rule| self.formulas.get(rule)) else {
                continue;
            };
            let variables = formula.uses.iter().map(|name| {
                let value = match name.as_str() {
                    "clock" => formula::of_moment(clock::system()),
                    _ => Some(formula::value_of(self.contract, schema, at.value)),
                };
                Some((name.clone(), value?))
            });
            let mut left = self.left.get();
            let variables: Option<Vec<_>> = variables.collect();
            let value = variables.map(|variables| formula.value_within(variables, &mut left));
            self.left.set(left);
            if value != Some(Ok(Value::Bool(true))) {
                found.push(FieldError {
                    pointer: format!("{}{}", at.pointer, text("at").unwrap_or_default()),
                    code: text("code").map(str::to_owned),
                    ..at.wrong("x-rules", text("message").unwrap_or_default())
                });
            }
        }
        found
    }

    /// Checks a member or an item.
    fn inside(&self, schema: &Value, value: &Value, at: ValueAt<'_>, token: &str) -> Vec<FieldError> {
        let pointer = format!("{}/{token}", at.pointer);
        let (pointer, depth) = (pointer.as_str(), at.depth);
        self.below(schema, ValueAt { value, pointer, depth })
    }

    fn keyword(&self, members: &Map<String, Value>, word: &str, at: ValueAt<'_>, found: &mut Vec<FieldError>) {
        let rule = &members[word];
        match word {
            "$ref" => match rule.as_str().and_then(|text| self.resolve(text)) {
                Some(target) => found.extend(self.referred(target, at)),
                None => found.push(at.unusable("a reference in it has no target")),
            },
            "type" => {
                let names: Vec<&str> = listed(rule).filter_map(Value::as_str).collect();
                if !names.is_empty() && !names.iter().any(|name| self.is_of(at.value, name)) {
                    found.push(at.wrong(word, format!("the value is not of type {}", names.join(" or "))));
                }
            }
            "enum" if !listed(rule).any(|one| json::is_same(one, at.value)) => {
                found.push(at.wrong(word, "the value is not one of those in the contract"));
            }
            "const" if !json::is_same(rule, at.value) => {
                found.push(at.wrong(word, "the value is not the constant of the contract"));
            }
            "allOf" => listed(rule).for_each(|schema| found.extend(self.below(schema, at))),
            "anyOf" | "oneOf" => found.extend(self.alternatives(word, rule, at)),
            "not" => {
                let judged = self.judged(rule, at);
                if judged.errors.is_empty() && !judged.is_unsure {
                    found.push(at.wrong(word, "the value is excluded by the contract"));
                }
            }
            "unevaluatedProperties" | "unevaluatedItems" | "$dynamicRef" | "$recursiveRef" => self.is_unsure.set(true),
            "if" => {
                let then = if self.below(rule, at).is_empty() {
                    "then"
                } else {
                    "else"
                };
                if let Some(schema) = members.get(then) {
                    found.extend(self.below(schema, at));
                }
            }
            "format" => {
                let name = rule.as_str().unwrap_or_default();
                if at
                    .value
                    .as_str()
                    .is_some_and(|text| !json::has_format(name, text, self.is_30))
                {
                    found.push(at.wrong(word, format!("the value is not a {name}")));
                }
            }
            _ => match at.value {
                Value::Object(object) => self.of_object(members, word, object, at, found),
                Value::Array(items) => self.of_array(members, word, items, at, found),
                Value::String(text) if word == "pattern" => {
                    match pattern::matches(rule.as_str().unwrap_or_default(), text) {
                        Some(true) => {}
                        Some(false) => found.push(at.wrong(word, format!("the value does not match {rule}"))),
                        None => self.is_unsure.set(true),
                    }
                }
                Value::String(text) if matches!(word, "minLength" | "maxLength") => {
                    found.extend(counted(rule, word, text.chars().count(), "characters", at));
                }
                Value::Number(_) => self.of_number(members, word, at, found),
                _ => {}
            },
        }
    }

    fn resolve(&self, reference: &str) -> Option<&Value> {
        let named = reference.strip_prefix("#/components/schemas/");
        let named = named.and_then(|name| self.components.get(name));
        named.or_else(|| self.components.get(reference))
    }

    fn is_of(&self, value: &Value, name: &str) -> bool {
        match name {
            "integer" => value.is_i64() || value.is_u64() || (!self.is_30 && json::is_whole(value)),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "object" => value.is_object(),
            "array" => value.is_array(),
            "null" => value.is_null(),
            _ => false,
        }
    }

    /// Checks a value, and returns whether a rule had no check.
    fn judged(&self, schema: &Value, at: ValueAt<'_>) -> SchemaResult {
        let before = self.is_unsure.replace(false);
        let errors = self.below(schema, at);
        let is_unsure = self.is_unsure.get();
        self.is_unsure.set(before || is_unsure);
        SchemaResult { errors, is_unsure }
    }

    fn alternatives(&self, word: &str, rule: &Value, at: ValueAt<'_>) -> Vec<FieldError> {
        let judged: Vec<SchemaResult> = listed(rule).map(|schema| self.judged(schema, at)).collect();
        let fitting = judged.iter().filter(|branch| branch.errors.is_empty());
        match fitting.clone().count() {
            0 => closest(judged.into_iter().map(|branch| branch.errors).collect(), at),
            1 => Vec::new(),
            _ if word == "anyOf" || fitting.clone().any(|branch| branch.is_unsure) => Vec::new(),
            _ => vec![at.wrong(word, "the value matches more than one of the alternatives")],
        }
    }

    fn of_object(
        &self,
        members: &Map<String, Value>,
        word: &str,
        object: &Map<String, Value>,
        at: ValueAt<'_>,
        found: &mut Vec<FieldError>,
    ) {
        let rule = &members[word];
        match word {
            "required" => found.extend(missing(rule, object, word, at)),
            "properties" => {
                for (name, schema) in rule.as_object().into_iter().flatten() {
                    if let Some(value) = object.get(name) {
                        found.extend(self.inside(schema, value, at, &json::token(name)));
                    }
                }
            }
            "patternProperties" => {
                for (pattern, schema) in rule.as_object().into_iter().flatten() {
                    for (name, value) in object
                        .iter()
                        .filter(|(name, _)| pattern::matches(pattern, name) == Some(true))
                    {
                        found.extend(self.inside(schema, value, at, &json::token(name)));
                    }
                }
            }
            "additionalProperties" => {
                for (name, value) in object.iter().filter(|(name, _)| is_other(members, name)) {
                    if *rule == Value::Bool(false) {
                        let pointer = format!("{}/{}", at.pointer, json::token(name));
                        let (pointer, message) = (pointer.as_str(), "the member is not in the contract");
                        found.push(ValueAt { pointer, ..at }.wrong(word, message));
                    } else {
                        found.extend(self.inside(rule, value, at, &json::token(name)));
                    }
                }
            }
            "propertyNames" => {
                // The values of names have addresses that other values get after them.
                let known = self.known.take();
                for name in object.keys() {
                    found.extend(self.inside(rule, &Value::String(name.clone()), at, &json::token(name)));
                    self.known.borrow_mut().clear();
                }
                self.known.replace(known);
            }
            "dependentRequired" => {
                for (_, names) in rule
                    .as_object()
                    .into_iter()
                    .flatten()
                    .filter(|(name, _)| object.contains_key(*name))
                {
                    found.extend(missing(names, object, "required", at));
                }
            }
            "dependentSchemas" => {
                for (_, schema) in rule
                    .as_object()
                    .into_iter()
                    .flatten()
                    .filter(|(name, _)| object.contains_key(*name))
                {
                    found.extend(self.below(schema, at));
                }
            }
            "minProperties" | "maxProperties" => found.extend(counted(rule, word, object.len(), "members", at)),
            _ => {}
        }
    }

    fn of_array(
        &self,
        members: &Map<String, Value>,
        word: &str,
        items: &[Value],
        at: ValueAt<'_>,
        found: &mut Vec<FieldError>,
    ) {
        let rule = &members[word];
        let one_by_one = |schemas: &[Value]| -> Vec<FieldError> {
            let pairs = schemas.iter().zip(items).enumerate();
            pairs
                .flat_map(|(index, (schema, item))| self.inside(schema, item, at, &index.to_string()))
                .collect()
        };
        let rest = |schema: &Value, after: usize| -> Vec<FieldError> {
            let others = items.iter().enumerate().skip(after);
            others
                .flat_map(|(index, item)| self.inside(schema, item, at, &index.to_string()))
                .collect()
        };
        let length = |name: &str| members.get(name).and_then(Value::as_array).map_or(0, Vec::len);
        match (word, rule) {
            ("prefixItems" | "items", Value::Array(schemas)) => found.extend(one_by_one(schemas)),
            ("items", schema) => found.extend(rest(schema, length("prefixItems"))),
            ("additionalItems", schema) if length("items") > 0 => found.extend(rest(schema, length("items"))),
            ("contains", schema) => {
                let each = items.iter().enumerate();
                let fitting = each
                    .filter(|(index, item)| self.inside(schema, item, at, &index.to_string()).is_empty())
                    .count();
                let limit = |name| members.get(name).and_then(Value::as_u64);
                let least = limit("minContains").unwrap_or(1);
                if (fitting as u64) < least || limit("maxContains").is_some_and(|most| fitting as u64 > most) {
                    found.push(at.wrong(
                        word,
                        "the list has too few or too many of the items that the contract requires",
                    ));
                }
            }
            ("uniqueItems", Value::Bool(true)) => {
                let mut known = HashSet::with_capacity(items.len());
                if !items.iter().all(|item| known.insert(json::unique_key(item))) {
                    found.push(at.wrong(word, "the list contains an item twice"));
                }
            }
            ("minItems" | "maxItems", _) => found.extend(counted(rule, word, items.len(), "items", at)),
            _ => {}
        }
    }

    fn of_number(&self, members: &Map<String, Value>, word: &str, at: ValueAt<'_>, found: &mut Vec<FieldError>) {
        let rule = &members[word];
        // In draft 4 the exclusive limits are words beside the limits.
        let excludes = |name: &str| self.is_30 && members.get(name) == Some(&Value::Bool(true));
        let order = json::compare_numbers(at.value, rule);
        let (is_wrong, word) = match word {
            "minimum" if excludes("exclusiveMinimum") => (order != Some(Ordering::Greater), "exclusiveMinimum"),
            "maximum" if excludes("exclusiveMaximum") => (order != Some(Ordering::Less), "exclusiveMaximum"),
            "minimum" => (order == Some(Ordering::Less), word),
            "maximum" => (order == Some(Ordering::Greater), word),
            "exclusiveMinimum" => (matches!(order, Some(Ordering::Less | Ordering::Equal)), word),
            "exclusiveMaximum" => (matches!(order, Some(Ordering::Greater | Ordering::Equal)), word),
            "multipleOf" => (!json::is_multiple(at.value, rule), word),
            _ => (false, word),
        };
        if is_wrong {
            found.push(at.wrong(word, format!("the value is outside of `{word}`: {rule}")));
        }
    }
}

/// The most telling of the alternatives: the branch that came closest.
fn closest(branches: Vec<Vec<FieldError>>, at: ValueAt<'_>) -> Vec<FieldError> {
    if let Some(pointer) = chosen_by_none(&branches) {
        let pointer = pointer.as_str();
        return vec![ValueAt { pointer, ..at }.wrong("enum", "the value selects none of the alternatives")];
    }
    // A branch whose own discriminating member is wrong (`enum`, `const`) is further away than any other.
    let distance = |branch: &Vec<FieldError>| {
        let chosen_otherwise = branch.iter().any(|error| error.rule == "enum" || error.rule == "const");
        (chosen_otherwise, branch.len())
    };
    branches.into_iter().min_by_key(distance).unwrap_or_default()
}

/// The member whose value fits the `enum` of no branch, if there is one.
fn chosen_by_none(branches: &[Vec<FieldError>]) -> Option<String> {
    let wrong = |branch: &Vec<FieldError>| {
        let error = branch.iter().find(|error| error.rule == "enum")?;
        Some(error.pointer.clone())
    };
    let first = branches.first().and_then(wrong).filter(|pointer| !pointer.is_empty())?;
    let by_all = branches.iter().all(|branch| wrong(branch).as_ref() == Some(&first));
    by_all.then_some(first)
}

/// The items of a list, or the value itself.
fn listed(rule: &Value) -> impl Iterator<Item = &Value> {
    match rule {
        Value::Array(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    }
    .iter()
}

/// The names that are required and not there.
fn missing(names: &Value, object: &Map<String, Value>, word: &str, at: ValueAt<'_>) -> Vec<FieldError> {
    let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
    names
        .filter(|name| !object.contains_key(*name))
        .map(|name| {
            let pointer = format!("{}/{}", at.pointer, json::token(name));
            let (pointer, message) = (pointer.as_str(), "the required member is missing");
            ValueAt { pointer, ..at }.wrong(word, message)
        })
        .collect()
}

/// Returns true for a member that neither `properties` nor `patternProperties` names.
fn is_other(members: &Map<String, Value>, name: &str) -> bool {
    let of = |word: &str| members.get(word).and_then(Value::as_object);
    let by_pattern = of("patternProperties")
        .into_iter()
        .flatten()
        .any(|(pattern, _)| pattern::matches(pattern, name) == Some(true));
    !by_pattern && of("properties").is_none_or(|known| !known.contains_key(name))
}

/// Checks a count against a limit whose name begins with `min` or `max`.
fn counted(limit: &Value, word: &str, count: usize, what: &str, at: ValueAt<'_>) -> Option<FieldError> {
    let limit = limit.as_u64()?;
    let is_least = word.starts_with("min");
    let (is_wrong, side) = if is_least {
        ((count as u64) < limit, "fewer")
    } else {
        (count as u64 > limit, "more")
    };
    is_wrong.then(|| at.wrong(word, format!("the value has {side} than {limit} {what}")))
}

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct FieldError {
    pub(crate) pointer: String,
    pub(crate) rule: String,
    pub(crate) message: String,
    /// The code that a rule asks for.
    pub(crate) code: Option<String>,
}

impl FieldError {
    pub(crate) fn new(pointer: impl Into<String>, rule: &str, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            rule: rule.to_owned(),
            message: message.into(),
            code: None,
        }
    }
}
