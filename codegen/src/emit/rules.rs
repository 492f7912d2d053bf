//! Constraints on requests as JSON Schema text: a client that validates its requests checks them before it signs.
//!
//! In: the types that requests reach, with their bounds. Out: a text per operation and per type with constraints, or
//! none. `needs` states a condition, `variants` the rules of each variant of a union without a tag beside the forms of
//! its values. Unconditional `required` is left out: the generated types guarantee it. Patterns are included only as the
//! pass `patterns` has translated them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;

use proc_macro2::TokenStream;
use quote::quote;

use super::bridges::place;
use super::context::Context;
use super::docs::signs;
use crate::limits;
use crate::sample::is_number;
use sdkwright_contract::ir::{self, Additional, PartContent, ScalarFormat, Shape, TypeId};

/// All constraints of an API.
pub(super) struct RuleTexts {
    operations: BTreeMap<String, String>,
    types: BTreeMap<String, String>,
}

impl RuleTexts {
    /// Returns true if there are constraints.
    pub(super) fn are_some(context: &Context<'_>) -> bool {
        let mut reader = RuleReader::new(context);
        let mut operations = context.api.operations();
        operations.any(|(_, operation)| reader.operation(operation).is_some())
    }

    /// Collects the constraints; `None` if there are none.
    pub(super) fn collect(context: &Context<'_>) -> Option<Self> {
        let mut reader = RuleReader::new(context);
        let mut operations = BTreeMap::new();
        for (_, operation) in context.api.operations() {
            if let Some(text) = reader.operation(operation) {
                operations.insert(operation.key.clone(), text);
            }
        }
        let mut types = BTreeMap::new();
        let mut done = BTreeSet::new();
        // Written types may refer to further ones.
        while done.len() < reader.used.len() {
            let next: Vec<TypeId> = reader.used.difference(&done).copied().collect();
            for id in next {
                types.insert(reader.name(id), reader.own(id).unwrap_or_else(|| "{}".to_owned()));
                done.insert(id);
            }
        }
        (!operations.is_empty()).then_some(Self { operations, types })
    }

    /// Emits the constant.
    pub(super) fn item(&self) -> TokenStream {
        let pairs = |texts: &BTreeMap<String, String>| {
            let pairs: Vec<TokenStream> = texts
                .iter()
                .map(|(name, text)| {
                    let text = raw(text);
                    quote!((#name, #text))
                })
                .collect();
            quote!(&[#(#pairs),*])
        };
        let (operations, types) = (pairs(&self.operations), pairs(&self.types));
        quote! {
            /// Rules for requests, by operation, and for the types in them (JSON Schema).
            static RULES: glue::Rules = glue::Rules::new(#operations, #types);
        }
    }
}

struct RuleReader<'c, 'a> {
    context: &'c Context<'a>,
    /// Nominal types that have constraints, or contain such types.
    ruled: HashSet<TypeId>,
    /// Types referenced by the text that was written so far.
    used: BTreeSet<TypeId>,
}

impl<'c, 'a> RuleReader<'c, 'a> {
    fn new(context: &'c Context<'a>) -> Self {
        let mut reader = Self {
            context,
            ruled: HashSet::new(),
            used: BTreeSet::new(),
        };
        reader.find();
        reader
    }

    /// Finds the types with constraints: those with their own first, then those that contain one, until there are no
    /// more.
    fn find(&mut self) {
        let api = self.context.api;
        let mut open: Vec<TypeId> = api
            .types()
            .filter(|(id, ty)| ty.directions.request && self.is_nominal(*id))
            .map(|(id, _)| id)
            .collect();
        loop {
            let (found, rest): (Vec<TypeId>, Vec<TypeId>) = open.into_iter().partition(|id| self.has(*id));
            if found.is_empty() {
                return;
            }
            self.ruled.extend(found);
            open = rest;
        }
    }

    /// Returns true if the type is written once and referenced. (Only such a type can contain itself.)
    fn is_nominal(&self, id: TypeId) -> bool {
        matches!(self.context.api.ty(id).shape, Shape::Object(_) | Shape::Union(_))
    }

    fn name(&self, id: TypeId) -> String {
        self.context.names.ty(id).unwrap_or_default().to_owned()
    }

    /// Returns true if a nominal type is known to have constraints.
    fn has(&self, id: TypeId) -> bool {
        match &self.context.api.ty(id).shape {
            Shape::Object(object) => {
                let mut sent = object.members.iter().filter(|member| is_sent(member));
                !members(object.size, &conditions(object)).is_empty()
                    || sent.any(|member| self.asks(member.ty, 0))
                    || match object.additional {
                        Additional::Closed => true,
                        Additional::Typed(id) => self.asks(id, 0),
                        Additional::Open => false,
                    }
            }
            Shape::Union(union) => union.variants.iter().any(|variant| self.asks(variant.ty, 0)),
            _ => false,
        }
    }

    /// Returns true if a value of this type is constrained.
    fn asks(&self, id: TypeId, depth: usize) -> bool {
        let id = self.context.resolve(id);
        if depth > limits::SCHEMA_DEPTH {
            return false;
        }
        if self.is_nominal(id) {
            return self.ruled.contains(&id);
        }
        match &self.context.api.ty(id).shape {
            Shape::Scalar(format, limits) | Shape::Newtype(format, limits) => !scalar(*format, limits).is_empty(),
            Shape::Array(array) => !counts(&array.limits).is_empty() || self.asks(array.items, depth + 1),
            Shape::Map(values, limits) => {
                !members(limits.sizes(), &limits.conditions).is_empty() || self.asks(*values, depth + 1)
            }
            Shape::Enum(shape) => !others(shape).is_empty(),
            Shape::Nullable(inner) => self.asks(*inner, depth + 1),
            Shape::Tuple(positions) => positions.iter().any(|id| self.asks(*id, depth + 1)),
            _ => false,
        }
    }

    /// Returns the constraints of a value of this type.
    fn schema(&mut self, id: TypeId, depth: usize) -> Option<String> {
        let id = self.context.resolve(id);
        if !self.asks(id, depth) {
            return None;
        }
        if self.is_nominal(id) {
            self.used.insert(id);
            return Some(format!("{{\"$ref\":{}}}", text(&self.name(id))));
        }
        let context = self.context;
        let words = match &context.api.ty(id).shape {
            Shape::Scalar(format, limits) | Shape::Newtype(format, limits) => scalar(*format, limits),
            Shape::Enum(shape) => others(shape),
            Shape::Array(array) => {
                let mut words = counts(&array.limits);
                words.extend(self.schema(array.items, depth + 1).map(|items| ("items", items)));
                words
            }
            Shape::Map(values, limits) => {
                let mut words = members(limits.sizes(), &limits.conditions);
                words.extend(
                    self.schema(*values, depth + 1)
                        .map(|values| ("additionalProperties", values)),
                );
                words
            }
            Shape::Nullable(inner) => return self.schema(*inner, depth + 1),
            Shape::Tuple(positions) => {
                let positions = positions.iter();
                let each = positions.map(|id| self.schema(*id, depth + 1).unwrap_or_else(|| "{}".to_owned()));
                vec![("prefixItems", list(each))]
            }
            _ => Vec::new(),
        };
        Some(object(words))
    }

    /// Returns the constraints of a nominal type.
    fn own(&mut self, id: TypeId) -> Option<String> {
        let context = self.context;
        match &context.api.ty(id).shape {
            Shape::Object(shape) => {
                let others = match shape.additional {
                    Additional::Closed => Some("false".to_owned()),
                    Additional::Typed(values) => self.schema(values, 0),
                    Additional::Open => None,
                };
                let mut members = Vec::new();
                for member in &shape.members {
                    let schema = if is_sent(member) {
                        self.schema(member.ty, 0)
                    } else {
                        None
                    };
                    // A declared member is not an additional one.
                    let schema = schema.or_else(|| others.is_some().then(|| "{}".to_owned()));
                    members.extend(schema.map(|schema| (member.name.as_str(), schema)));
                }
                let mut words = self::members(shape.size, &conditions(shape));
                words.extend((!members.is_empty()).then(|| ("properties", object(members))));
                words.extend(others.map(|others| ("additionalProperties", others)));
                Some(object(words))
            }
            Shape::Union(union) => Some(self.union(union)),
            _ => None,
        }
    }

    fn union(&mut self, union: &ir::UnionShape) -> String {
        if let Some(by) = &union.discriminator {
            let (mut mapping, mut default) = (Vec::new(), None);
            for variant in &union.variants {
                if let Some(schema) = self.schema(variant.ty, 0) {
                    mapping.extend(variant.tags.iter().map(|tag| (tag.as_str(), schema.clone())));
                    default = Some(schema).filter(|_| variant.is_default).or(default);
                }
            }
            let mut words = vec![("propertyName", text(&by.member)), ("mapping", object(mapping))];
            words.extend(default.map(|default| ("defaultMapping", default)));
            return object([("discriminator", object(words))]);
        }
        let mut variants = Vec::new();
        for variant in &union.variants {
            let mut words: Vec<_> = self.forms(variant).map(|forms| ("fits", forms)).into_iter().collect();
            words.extend(self.schema(variant.ty, 0).map(|rules| ("rules", rules)));
            variants.push(object(words));
        }
        object([("variants", list(variants.into_iter()))])
    }

    /// Returns the forms of the values of a variant, as they are sent: what has none of them is not checked against it.
    /// `None` if it takes any form.
    fn forms(&self, variant: &ir::Variant) -> Option<String> {
        let shape = &self.context.api.ty(self.context.resolve(variant.ty)).shape;
        let of = |probe: &ir::Probe| {
            let mut words = vec![("kind", text(kind(probe.kind?)))];
            if let Shape::Object(object) = shape {
                let is_answered = |name: &str| object.members.iter().any(|one| one.read_only && one.name == name);
                let mut required: Vec<&String> = probe.required.iter().filter(|name| !is_answered(name)).collect();
                let mut texts = Vec::new();
                for (name, values) in &probe.constants {
                    let of_text = values.iter().filter_map(|value| match value {
                        ir::Scalar::String(value) => Some(text(value)),
                        _ => None,
                    });
                    let of_text: Vec<String> = of_text.collect();
                    if !of_text.is_empty() {
                        texts.push((name.as_str(), list(of_text.into_iter())));
                    }
                }
                required.sort();
                if !required.is_empty() {
                    words.push(("required", list(required.into_iter().map(|name| text(name)))));
                }
                if !texts.is_empty() {
                    words.push(("texts", self::object(texts)));
                }
            }
            Some(self::object(words))
        };
        let forms: Vec<String> = variant.probes.iter().map(of).collect::<Option<_>>()?;
        Some(list(forms.into_iter()))
    }

    /// Returns the constraints of an operation: parameters by location, bodies by media type.
    fn operation(&mut self, operation: &ir::Operation) -> Option<String> {
        let mut places: BTreeMap<&str, Vec<(&str, String)>> = BTreeMap::new();
        for parameter in &operation.parameters {
            if let Some(schema) = self.schema(parameter.ty, 0) {
                places
                    .entry(place(parameter))
                    .or_default()
                    .push((&parameter.name, schema));
            }
        }
        let mut bodies: BTreeMap<String, String> = BTreeMap::new();
        for form in operation.body.iter().flat_map(|body| &body.forms) {
            let (media, id) = match &form.content {
                PartContent::Json(id) => (essence(&form.media_type, "application/json"), *id),
                PartContent::Items(_, id) => (essence(&form.media_type, "application/jsonl"), *id),
                PartContent::Form(id) => ("application/x-www-form-urlencoded".to_owned(), *id),
                PartContent::Multipart(id, _) => ("multipart/form-data".to_owned(), *id),
                PartContent::Binary | PartContent::Text => continue,
            };
            if let Some(schema) = self.schema(id, 0) {
                // If two forms are sent with one media type, they cannot be distinguished: neither is checked.
                let known = bodies.entry(media).or_insert_with(|| schema.clone());
                if *known != schema {
                    "{}".clone_into(known);
                }
            }
        }
        let mut words: Vec<(&str, String)> = places
            .into_iter()
            .map(|(place, named)| (place, object(named)))
            .collect();
        if !bodies.is_empty() {
            let bodies = bodies.iter().map(|(media, schema)| (media.as_str(), schema.clone()));
            words.push(("body", object(bodies)));
        }
        (!words.is_empty()).then(|| object(words))
    }
}

fn kind(kind: ir::JsonKind) -> &'static str {
    match kind {
        ir::JsonKind::Null => "null",
        ir::JsonKind::Bool => "boolean",
        ir::JsonKind::Number => "number",
        ir::JsonKind::String => "string",
        ir::JsonKind::Array => "array",
        ir::JsonKind::Object => "object",
    }
}

/// Returns the media type as the call sends it.
fn essence(media_type: &str, any: &str) -> String {
    let essence = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if essence.contains('*') { any.to_owned() } else { essence }
}

/// Returns true if the member is part of requests and not filled in by constructors.
fn is_sent(member: &ir::Member) -> bool {
    !member.read_only && member.constant.is_none()
}

fn scalar(format: ScalarFormat, limits: &ir::Constraints) -> Vec<(&'static str, String)> {
    let mut words = Vec::new();
    match format {
        ScalarFormat::Bool => {}
        _ if is_number(format) => {
            let bounds = [
                (&limits.minimum, ["minimum", "exclusiveMinimum"]),
                (&limits.maximum, ["maximum", "exclusiveMaximum"]),
            ];
            for (bound, [word, exclusive]) in bounds {
                let Some((number, excluded)) = bound else { continue };
                // The type guarantees that it is not negative.
                let is_said = format == ScalarFormat::U64 && word == "minimum" && number == "0" && !excluded;
                if !is_said {
                    words.push((if *excluded { exclusive } else { word }, number.clone()));
                }
            }
            // The type guarantees that it is whole.
            let is_whole = !matches!(format, ScalarFormat::Float | ScalarFormat::Number);
            let multiple = limits.multiple_of.iter().filter(|number| *number != "1" || !is_whole);
            words.extend(multiple.map(|number| ("multipleOf", number.clone())));
        }
        _ => {
            // The type also holds a number that a server sent in place of a text; a request must hold the text.
            words.extend((format == ScalarFormat::Decimal).then(|| ("type", text("string"))));
            words.extend(sizes(["minLength", "maxLength"], limits.sizes()));
            words.extend(limits.checked_pattern.iter().map(|pattern| ("pattern", text(pattern))));
        }
    }
    let others = limits.others.iter().map(|others| scalar(format, others));
    let others: Vec<String> = others.filter(|words| !words.is_empty()).map(object).collect();
    if !others.is_empty() {
        words.push(("allOf", list(others.into_iter())));
    }
    let either: Vec<_> = limits.either.iter().map(|limits| scalar(format, limits)).collect();
    if !either.is_empty() && either.iter().all(|words| !words.is_empty()) {
        words.push(("anyOf", list(either.into_iter().map(object))));
    }
    words
}

/// Returns the bounds of values that a list of texts allows besides its own.
fn others(shape: &ir::EnumShape) -> Vec<(&'static str, String)> {
    let words = scalar(ScalarFormat::Text, &shape.limits);
    if words.is_empty() || shape.literals() != ir::Literals::Text {
        return Vec::new();
    }
    let values = shape
        .values
        .iter()
        .map(|value| regex_syntax::escape(value.value.text()));
    let listed = format!("^(?:{})$", values.collect::<Vec<_>>().join("|"));
    vec![(
        "anyOf",
        list([object([("pattern", text(&listed))]), object(words)].into_iter()),
    )]
}

/// Formats size bounds.
fn sizes(words: [&'static str; 2], [least, most]: [Option<u64>; 2]) -> Vec<(&'static str, String)> {
    let sizes = [least.filter(|least| *least > 0), most];
    let sizes = words.into_iter().zip(sizes);
    sizes
        .filter_map(|(word, size)| Some((word, size?.to_string())))
        .collect()
}

fn counts(limits: &ir::Constraints) -> Vec<(&'static str, String)> {
    let mut words = sizes(["minItems", "maxItems"], limits.sizes());
    words.extend(limits.unique.then(|| ("uniqueItems", "true".to_owned())));
    words
}

fn members(size: [Option<u64>; 2], conditions: &[ir::Condition]) -> Vec<(&'static str, String)> {
    let mut words = sizes(["minProperties", "maxProperties"], size);
    words.extend((!conditions.is_empty()).then(|| ("needs", list(conditions.iter().map(need)))));
    words
}

/// Returns the conditions of an object. The type of a required member that the client fills in does not guarantee it.
fn conditions(object: &ir::ObjectShape) -> Vec<ir::Condition> {
    let is_filled_in = |member: &&ir::Member| member.bound.is_some() && member.presence == ir::Presence::Required;
    let filled_in = object.members.iter().filter(is_filled_in);
    let filled_in = filled_in.map(|member| ir::Condition::always(&member.name));
    object.conditions.iter().cloned().chain(filled_in).collect()
}

/// Formats a condition: members with their texts, and the sets of members of which one is then required.
fn need(condition: &ir::Condition) -> String {
    let texts = |texts: &[String]| list(texts.iter().map(|one| text(one)));
    let when = condition
        .when
        .iter()
        .map(|(name, values)| (name.as_str(), texts(values)));
    let one = list(condition.one_of.iter().map(|names| texts(names)));
    object([("when", object(when)), ("one", one)])
}

fn object<'w>(words: impl IntoIterator<Item = (&'w str, String)>) -> String {
    let mut out = String::from("{");
    for (index, (word, value)) in words.into_iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(out, "{comma}{}:{value}", text(word));
    }
    out.push('}');
    out
}

fn list(values: impl Iterator<Item = String>) -> String {
    format!("[{}]", values.collect::<Vec<_>>().join(","))
}

/// Encodes a text as ASCII JSON: no character can change how the code around it reads.
fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            ' '..='~' => out.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
    out
}

/// Emits a text as a raw literal.
fn raw(text: &str) -> TokenStream {
    let signs = signs(&format!("\"{text}"));
    let literal = format!("r{signs}\"{text}\"{signs}").parse();
    literal.unwrap_or_else(|_| quote!(#text))
}
