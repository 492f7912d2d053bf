//! Application of rules: rules and the parts of a request come in, violations go out. No value may be shown.
//!
//! A walk ends after a number of steps: nested unions could otherwise take exponential time. Values beyond it are accepted.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::{BoundKind, Location, Need, NumberBound, OperationRules, Rules, Size, ValueForm, ValueRules, Violation};
use crate::json::{self, JsonValue, Kind, Limits, Value};
use crate::parameter::Param;
use crate::value::{is_decimal, is_multiple, order};

/// Largest number of values that one walk checks.
const STEPS: usize = 1_000_000;
/// Largest number of types that refer to each other directly.
const DEEPEST: usize = 256;

/// The rules of one operation, for the parts of its request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestRules {
    rules: &'static Rules,
    operation: &'static OperationRules,
}

impl RequestRules {
    /// Returns the rules of this operation; `None` without any.
    pub(crate) fn new(rules: Option<&'static Rules>, operation: &str) -> Option<Self> {
        let rules = rules?;
        let operation = rules.operation(operation)?;
        Some(Self { rules, operation })
    }

    /// Checks a parameter, whose scalars are text unless it is JSON.
    pub(crate) fn parameter(self, location: Location, name: &str, value: &Param, found: &mut Vec<Violation>) {
        let Some(schema) = self.of_parameter(location, name) else {
            return;
        };
        let mut walk = RuleWalk::new(self.rules, !value.is_json());
        match value.as_text() {
            Some(document) if value.is_json() => walk.whole(schema, document.as_bytes()),
            Some(text) => walk.text(schema, text, 0),
            None => walk.whole(schema, &value.to_json()),
        }
        found.extend(walk.found.into_iter().map(|violation| Violation {
            parameter: Some((location, name.to_owned())),
            ..violation
        }));
    }

    /// Checks a parameter in its JSON form.
    pub(crate) fn json_parameter(self, location: Location, name: &str, value: &[u8], found: &mut Vec<Violation>) {
        if let Some(schema) = self.of_parameter(location, name) {
            let mut walk = RuleWalk::new(self.rules, false);
            walk.whole(schema, value);
            found.append(&mut walk.found);
        }
    }

    fn of_parameter(self, location: Location, name: &str) -> Option<&'static ValueRules> {
        let mut known = self.operation.parameters.iter();
        // Header names are case-insensitive.
        let is_it = |known: &str| known == name || (location == Location::Header && known.eq_ignore_ascii_case(name));
        let (.., schema) = known.find(|(at, known, _)| *at == location && is_it(known))?;
        Some(schema)
    }

    /// Checks a JSON body.
    pub(crate) fn body(self, media_type: &str, body: &[u8], at: &str, found: &mut Vec<Violation>) {
        if let Some(schema) = self.schema(media_type) {
            let mut walk = RuleWalk::new(self.rules, false);
            walk.pointer.push_str(at);
            walk.whole(schema, body);
            found.append(&mut walk.found);
        }
    }

    /// Checks a body of parts: their names, and the value of each part as JSON. Several parts of one name are the items of a
    /// list, and a single one is, too, where the contract has a list.
    pub(crate) fn parts(self, media_type: &str, parts: &[(&str, Vec<PartValue<'_>>)], found: &mut Vec<Violation>) {
        let Some(schema) = self.schema(media_type) else { return };
        let mut walk = RuleWalk::new(self.rules, false);
        walk.names(schema, parts, 0);
        for (name, said) in parts {
            let Some(member) = walk.member(schema, name, 0) else {
                continue;
            };
            walk.pointer.clear();
            json::push_segment(&mut walk.pointer, name);
            walk.text = said.iter().all(|one| one.is_text);
            let before = walk.found.len();
            if let [one] = &said[..] {
                walk.whole(member, &one.document);
                // A single part of a union is right as one value or as a list of one.
                let is_right = walk.found.len() == before && walk.has_variants(member, 0);
                if is_right || one.document.starts_with(b"[") {
                    continue;
                }
            }
            let (as_one, documents) = (walk.found.len(), said.iter().map(|one| &*one.document));
            walk.whole(
                member,
                &[b"[", &*documents.collect::<Vec<_>>().join(&b','), b"]"].concat(),
            );
            if walk.found.len() == as_one && walk.has_variants(member, 0) {
                walk.found.truncate(before);
            }
        }
        found.append(&mut walk.found);
    }

    fn schema(self, media_type: &str) -> Option<&'static ValueRules> {
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        let mut bodies = self.operation.bodies.iter();
        let (_, schema) = bodies.find(|(known, _)| known.eq_ignore_ascii_case(essence))?;
        Some(schema)
    }
}

impl Rules {
    /// Lists the violations of a parameter that a server has received. `value`: its JSON form.
    pub fn parameter_violations(
        &'static self,
        operation: &str,
        location: Location,
        name: &str,
        value: &[u8],
    ) -> Vec<Violation> {
        let mut found = Vec::new();
        if let Some(rules) = RequestRules::new(Some(self), operation) {
            rules.json_parameter(location, name, value, &mut found);
        }
        found
    }

    /// Lists the violations of a JSON body that a server has received. A range of media types has the rules of `application/json`.
    pub fn body_violations(&'static self, operation: &str, media_type: &str, body: Value<'_>) -> Vec<Violation> {
        let exact = Some(media_type).filter(|range| !range.contains('*'));
        let media_type = exact.unwrap_or("application/json");
        let rules = RequestRules::new(Some(self), operation);
        let Some(schema) = rules.and_then(|rules| rules.schema(media_type)) else {
            return Vec::new();
        };
        let mut walk = RuleWalk::new(self, false);
        walk.value(schema, body, 0);
        walk.found
    }
}

/// The value of one part of a body.
pub(crate) struct PartValue<'p> {
    document: Cow<'p, [u8]>,
    /// Scalars are text.
    is_text: bool,
}

impl<'p> PartValue<'p> {
    /// Wraps a document as it is sent.
    pub(crate) fn json(document: &'p [u8]) -> Self {
        Self {
            document: Cow::Borrowed(document),
            is_text: false,
        }
    }

    /// Wraps a document whose scalars are sent as text.
    pub(crate) fn texts(document: Vec<u8>) -> Self {
        Self {
            document: Cow::Owned(document),
            is_text: true,
        }
    }

    fn is_one_of(&self, texts: &[String]) -> bool {
        let said = |text| json::to_vec(text).is_ok_and(|document| document == *self.document);
        texts.iter().any(said)
    }
}

/// One walk over one value.
struct RuleWalk {
    rules: &'static Rules,
    /// Scalars are text: a rule for numbers applies to text that is a number.
    text: bool,
    pointer: String,
    found: Vec<Violation>,
    steps: usize,
}

impl RuleWalk {
    fn new(rules: &'static Rules, text: bool) -> Self {
        Self {
            rules,
            text,
            pointer: String::new(),
            found: Vec::new(),
            steps: STEPS,
        }
    }

    /// Walks over a document; text that is not JSON is accepted.
    fn whole(&mut self, schema: &ValueRules, document: &[u8]) {
        let _ = json::inspect(document, &Limits::OWN, 0, |value| self.value(schema, value, 0));
    }

    /// Returns the rules of a member, including those of the type that is referred to.
    fn member(&self, schema: &'static ValueRules, name: &str, depth: usize) -> Option<&'static ValueRules> {
        let own = schema.members.iter().find(|(known, _)| known == name);
        match (own, schema.reference) {
            (Some((_, schema)), _) => Some(schema),
            (None, Some(index)) if depth < DEEPEST => self.member(self.rules.of_type(index), name, depth + 1),
            _ => schema.others.as_deref(),
        }
    }

    /// Returns `true` if the rules, or the type that they refer to, are those of a union without a tag.
    fn has_variants(&self, schema: &ValueRules, depth: usize) -> bool {
        let referred = schema.reference.filter(|_| depth < DEEPEST);
        !schema.variants.is_empty()
            || referred.is_some_and(|index| self.has_variants(self.rules.of_type(index), depth + 1))
    }

    fn refuse(&mut self, rule: String) {
        self.found.push(Violation {
            parameter: None,
            pointer: self.pointer.clone(),
            rule,
        });
    }

    /// Checks a text as a document of its own, without writing that document.
    fn text(&mut self, schema: &ValueRules, text: &str, depth: usize) {
        if !(schema.any.is_empty() && schema.variants.is_empty()) {
            return self.whole(schema, &json::to_vec(&text.to_owned()).unwrap_or_default());
        }
        if self.steps == 0 || depth > DEEPEST {
            return;
        }
        self.steps -= 1;
        if let Some(index) = schema.reference {
            self.text(self.rules.of_type(index), text, depth + 1);
        }
        self.of_text(schema, text);
        self.of_number(&schema.bounds, text);
        for schema in &schema.all {
            self.text(schema, text, depth + 1);
        }
    }

    fn value(&mut self, schema: &ValueRules, value: Value<'_>, depth: usize) {
        if self.steps == 0 || depth > DEEPEST {
            return;
        }
        self.steps -= 1;
        if schema.never {
            return self.refuse("must be left out: the contract does not declare it".to_owned());
        }
        if let Some(index) = schema.reference {
            self.value(self.rules.of_type(index), value, depth + 1);
        }
        if let Some(text) = value.as_str() {
            self.of_text(schema, text);
            if self.text {
                self.of_number(&schema.bounds, text);
            }
        } else if let Some(text) = value.number_text() {
            if schema.text && !self.text {
                self.refuse("must be a string: `in_form(DecimalForm::String)` writes a decimal as a string".to_owned());
            }
            self.of_number(&schema.bounds, text);
        } else {
            match value.kind() {
                Kind::Array => self.of_list(schema, value, depth),
                Kind::Object => self.of_object(schema, value, depth),
                _ => {}
            }
        }
        for schema in &schema.all {
            self.value(schema, value, depth + 1);
        }
        self.any(schema.any.iter(), value, depth);
        // A value of no known form is of a variant that the contract does not know, and is accepted.
        let is_text = self.text;
        let meant = schema.variants.iter().filter(|variant| {
            let mut forms = variant.fits.iter().flatten();
            variant.fits.is_none() || forms.any(|form| fits(form, value, is_text))
        });
        self.any(meant.map(|variant| &variant.rules), value, depth);
    }

    fn of_text(&mut self, schema: &ValueRules, text: &str) {
        let Size { least, most } = schema.length;
        if least.is_some() || most.is_some() {
            self.size(schema.length, text.chars().count(), "character", "characters");
        }
        if let Some(pattern) = schema.pattern.as_ref().filter(|pattern| !pattern.fits(text)) {
            self.refuse(format!("must match the pattern `{}`", pattern.as_str()));
        }
    }

    fn size(&mut self, size: Size, count: usize, one: &str, many: &str) {
        let count = count as u64;
        let noun = |count: u64| if count == 1 { one } else { many };
        match (size.least, size.most) {
            (Some(least), _) if count < least => self.refuse(format!("must have at least {least} {}", noun(least))),
            (_, Some(most)) if count > most => self.refuse(format!("must have at most {most} {}", noun(most))),
            _ => {}
        }
    }

    fn of_number(&mut self, bounds: &[NumberBound], text: &str) {
        if !is_decimal(text) {
            return;
        }
        for NumberBound { kind, number } in bounds {
            let order = order(text, number);
            let (holds, words) = match kind {
                BoundKind::Least => (order.is_ge(), "at least"),
                BoundKind::Above => (order.is_gt(), "more than"),
                BoundKind::Most => (order.is_le(), "at most"),
                BoundKind::Below => (order.is_lt(), "less than"),
                // A number that is too long to be written out is accepted.
                BoundKind::Multiple => (is_multiple(text, number).unwrap_or(true), "a multiple of"),
            };
            if !holds {
                self.refuse(format!("must be {words} {number}"));
            }
        }
    }

    fn of_list(&mut self, schema: &ValueRules, list: Value<'_>, depth: usize) {
        self.size(schema.items_count, list.len(), "item", "items");
        if schema.unique && has_twice(list) {
            self.refuse("must not contain an item twice".to_owned());
        }
        if schema.positions.is_empty() && schema.items.is_none() {
            return;
        }
        for (index, item) in list.items().enumerate() {
            if let Some(schema) = schema.positions.get(index).or(schema.items.as_deref()) {
                self.inside(&index.to_string(), schema, item, depth);
            }
        }
    }

    /// Checks the number of parts and which of them are there, by the rules here and in the type that is referred to.
    fn names(&mut self, schema: &ValueRules, parts: &[(&str, Vec<PartValue<'_>>)], depth: usize) {
        self.size(schema.members_count, parts.len(), "member", "members");
        for need in &schema.needs {
            self.need(need, |name, texts| {
                let mut of_name = parts.iter().filter(|(known, _)| *known == name);
                of_name.any(|(_, said)| texts.is_empty() || said.iter().any(|one| one.is_one_of(texts)))
            });
        }
        if let Some(index) = schema.reference.filter(|_| depth < DEEPEST) {
            self.names(self.rules.of_type(index), parts, depth + 1);
        }
    }

    fn of_object(&mut self, schema: &ValueRules, object: Value<'_>, depth: usize) {
        self.size(schema.members_count, object.len(), "member", "members");
        for need in &schema.needs {
            self.need(need, |name, texts| {
                let is_one = |value: Value<'_>| value.as_str().is_some_and(|text| texts.iter().any(|one| one == text));
                let mut of_name = object.entries().filter(|(known, _)| *known == name);
                of_name.any(|(_, value)| texts.is_empty() || is_one(value))
            });
        }
        if !schema.members.is_empty() || schema.others.is_some() {
            for (name, value) in object.entries() {
                let own = schema.members.iter().find(|(known, _)| known == name);
                if let Some(schema) = own.map(|(_, schema)| schema).or(schema.others.as_deref()) {
                    self.inside(name, schema, value, depth);
                }
            }
        }
        if let Some(tagged) = &schema.tagged {
            let mut rules = tagged.rules.iter();
            let rules = rules.find(|(known, _)| object.has_tag(&tagged.member, known));
            if let Some(schema) = rules.map(|(_, schema)| schema).or(tagged.default.as_deref()) {
                self.value(schema, object, depth + 1);
            }
        }
    }

    /// Checks the members that are required, always or beside others. `is_there` tells if a member is there with one of some
    /// texts, or with any value if these are none. Violations show texts of the contract, never those of the value.
    fn need(&mut self, need: &Need, is_there: impl Fn(&str, &[String]) -> bool) {
        let is_whole = |names: &Vec<String>| names.iter().all(|name| is_there(name, &[]));
        if !need.when.iter().all(|(name, texts)| is_there(name, texts)) || need.one.iter().any(is_whole) {
            return;
        }
        let code = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
        let sets: Vec<String> = need.one.iter().map(|names| code(names).join(" and ")).collect();
        let mut rule = format!("must have {}", sets.join(" or "));
        for (index, (name, texts)) in need.when.iter().enumerate() {
            rule.push_str(if index == 0 { " where " } else { " and " });
            let _ = match texts.as_slice() {
                [] => write!(rule, "`{name}` is there"),
                texts => write!(rule, "`{name}` is {}", code(texts).join(" or ")),
            };
        }
        self.refuse(rule);
    }

    fn inside(&mut self, step: &str, schema: &ValueRules, value: Value<'_>, depth: usize) {
        let before = self.pointer.len();
        json::push_segment(&mut self.pointer, step);
        self.value(schema, value, depth + 1);
        self.pointer.truncate(before);
    }

    /// Checks that one of the schemas holds; otherwise reports the violations of the nearest one.
    fn any<'s>(&mut self, schemas: impl Iterator<Item = &'s ValueRules>, value: Value<'_>, depth: usize) {
        let mut nearest: Option<Vec<Violation>> = None;
        let before = std::mem::take(&mut self.found);
        for schema in schemas {
            self.value(schema, value, depth + 1);
            let found = std::mem::take(&mut self.found);
            if nearest.as_ref().is_none_or(|nearest| found.len() < nearest.len()) {
                nearest = Some(found);
            }
            if nearest.as_ref().is_some_and(Vec::is_empty) {
                break;
            }
        }
        self.found = before;
        self.found.extend(nearest.into_iter().flatten());
    }
}

/// Returns `true` if the value has that form; a text may be the text of another scalar where scalars are text.
fn fits(form: &ValueForm, value: Value<'_>, is_text: bool) -> bool {
    let is_of_kind = match value.kind() {
        Kind::Integer => form.kind == Kind::Number,
        Kind::String if is_text => match form.kind {
            Kind::Number => value.as_str().is_some_and(is_decimal),
            Kind::Bool => matches!(value.as_str(), Some("true" | "false")),
            kind => kind == Kind::String,
        },
        kind => form.kind == kind,
    };
    let value_of = |name: &str| value.entries().find(|(known, _)| *known == name);
    is_of_kind
        && form.required.iter().all(|name| value_of(name).is_some())
        && form.texts.iter().all(|(name, texts)| {
            let text = value_of(name).and_then(|(_, value)| value.as_str());
            text.is_none_or(|text| texts.iter().any(|one| one == text))
        })
}

/// Returns `true` if two items are equal, as JSON Schema compares them: numbers by value, members in any order.
fn has_twice(list: Value<'_>) -> bool {
    let items: Vec<JsonValue> = list.items().map(Value::decode).collect();
    // Fast path for texts, the usual case.
    let texts: Option<Vec<&str>> = items.iter().map(JsonValue::as_str).collect();
    if let Some(mut texts) = texts {
        texts.sort_unstable();
        return texts.windows(2).any(|pair| pair[0] == pair[1]);
    }
    let few = &items[..items.len().min(1000)];
    (1..few.len()).any(|at| few[..at].contains(&few[at]))
}
