//! Decides whether a value of the contract fits a schema, in the meaning of JSON Schema 2020-12, and explains why it does not.
//!
//! In: a schema and a node. Out: [`Fit`]; each pair is decided once. `format` is an annotation, unless the client reads a
//! type from it (instants and dates). Not decided: `propertyNames`, `contains`, `dependentSchemas`, `unevaluatedProperties`,
//! `unevaluatedItems`, patterns that the engine does not read, two fitting branches of `oneOf`, and a missing member that is
//! `readOnly` or `writeOnly`.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use regex_lite::Regex;

use super::values::{called, has_form, has_type, is_literal, is_same, kind};
use crate::iter::exactly_one;
use crate::{
    document::{Constraints, Document, JsonType, Literal, Schema, SchemaId},
    limits, pattern,
    source::{Node, NodeId, Scalar, Span, number},
};

/// Returns the location of a keyword's value, or that of the schema.
pub(super) fn keyword(document: &Document, schema: &Schema, word: &str) -> Span {
    document.node(schema.node).get(word).map_or(schema.span, Node::span)
}

/// Verdict on a value by a schema. Of several demands, the least decides; of several alternatives, the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    No,
    Undecided,
    Yes,
}

/// A keyword that a value violates.
#[derive(Debug)]
pub(super) struct Misfit {
    /// Location of the value.
    pub(super) value: Span,
    pub(super) message: String,
    /// The violated keyword.
    pub(super) word: &'static str,
    /// Location of the keyword.
    pub(super) keyword: Span,
}

/// The demands of a schema on a value, besides its alternatives.
struct Demands<'d> {
    /// Keywords that the value violates by itself, each with a message.
    violated: Vec<(&'static str, String)>,
    /// Returns the verdict of the keywords of the value alone.
    own: Fit,
    /// Schemas that the value, its members and its items have to fit.
    inside: Vec<(SchemaId, Node<'d>)>,
}

/// Decides about pairs of schema and value.
pub(super) struct FitJudge<'d> {
    document: &'d Document,
    known: HashMap<(SchemaId, NodeId), Fit>,
    patterns: HashMap<&'d str, Option<Regex>>,
    depth: usize,
}

impl<'d> FitJudge<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        Self {
            document,
            known: HashMap::new(),
            patterns: HashMap::new(),
            depth: 0,
        }
    }

    /// Returns whether the value fits the schema.
    pub(super) fn fit(&mut self, id: SchemaId, value: Node<'d>) -> Fit {
        let schema = self.document.schema(id);
        // `nullable` counts beside `allOf` and `$ref` too, as the generated types do.
        if schema.nullable && value.is_null() {
            return Fit::Yes;
        }
        if is_simple(schema) && !value.is_map() && !value.is_seq() {
            return self.keywords(schema, value).own;
        }
        if let Some(known) = self.known.get(&(id, value.id())) {
            return *known;
        }
        if self.depth >= limits::EXAMPLE_DEPTH {
            return Fit::Undecided;
        }
        // A schema that is a part of itself adds nothing to itself.
        self.known.insert((id, value.id()), Fit::Undecided);
        self.depth += 1;
        let mut demands = self.keywords(schema, value);
        if demands.own > Fit::No {
            self.look_inside(schema, value, &mut demands);
        }
        let mut fit = demands.own;
        for (id, value) in demands.inside {
            if fit > Fit::No {
                fit = fit.min(self.fit(id, value));
            }
        }
        for (word, branches) in alternatives(schema) {
            if fit > Fit::No {
                fit = fit.min(self.any(word, branches, value));
            }
        }
        self.depth -= 1;
        self.known.insert((id, value.id()), fit);
        fit
    }

    /// Returns whether the value fits the branches of `anyOf` or `oneOf`.
    fn any(&mut self, word: &str, branches: &'d [SchemaId], value: Node<'d>) -> Fit {
        let mut best = Fit::No;
        for id in branches {
            let fit = self.fit(*id, value);
            // What fits two branches of `oneOf` is invalid, and in practice the contract does not mean it.
            if word == "oneOf" && best.min(fit) > Fit::No {
                return Fit::Undecided;
            }
            best = best.max(fit);
            if word == "anyOf" && best == Fit::Yes {
                break;
            }
        }
        best
    }

    /// Returns the keywords that a value violates, with their places in the value; empty if it fits, or may fit.
    pub(super) fn misfits(&mut self, id: SchemaId, value: Node<'d>) -> Vec<Misfit> {
        let mut seen: HashSet<(SchemaId, NodeId)> = HashSet::new();
        let mut found = Vec::new();
        let mut open = vec![(id, value)];
        while let Some((id, value)) = open.pop() {
            if self.fit(id, value) > Fit::No || !seen.insert((id, value.id())) {
                continue;
            }
            let document = self.document;
            let schema = document.schema(id);
            let mut add = |value, word, message| {
                found.push(Misfit {
                    value,
                    message,
                    word,
                    keyword: keyword(document, schema, word),
                });
            };
            let mut demands = self.keywords(schema, value);
            self.look_inside(schema, value, &mut demands);
            for (word, message) in demands.violated {
                let at = match word {
                    "required" | "dependentRequired" | "minProperties" | "additionalProperties" => value.name_span(),
                    _ => value.span(),
                };
                add(at, word, message);
            }
            open.extend(demands.inside);
            for (word, branches) in alternatives(schema) {
                if branches.iter().any(|id| self.fit(*id, value) > Fit::No) {
                    continue;
                }
                if let Some(branch) = self.meant(schema, branches, value) {
                    open.push((branch, value));
                } else {
                    let message = format!("it matches none of the {} alternatives", branches.len());
                    add(value.name_span(), word, message);
                }
            }
        }
        found.sort_by_key(|misfit| misfit.value);
        found
    }

    /// Returns the only alternative that the value can mean: the one that the discriminator names, or the only one that
    /// accepts the type of the value.
    fn meant(&self, schema: &Schema, branches: &[SchemaId], value: Node<'d>) -> Option<SchemaId> {
        let document = self.document;
        let referred = |id: SchemaId| document.schema(id).reference.map(|reference| reference.target);
        if let Some(by) = &schema.discriminator {
            let tag = value.get(&by.property).and_then(Node::text);
            let mapping = by.mapping.iter().find(|mapping| Some(mapping.tag.as_str()) == tag);
            let mapped = mapping.and_then(|mapping| mapping.target);
            let is_named = |id: &&SchemaId| {
                let target = referred(**id).unwrap_or(**id);
                mapped.map_or_else(
                    || tag.is_some() && document.component_name(target) == tag,
                    |mapped| mapped == target,
                )
            };
            let is_default = |id: &&SchemaId| {
                by.default
                    .is_some_and(|target| target == **id || Some(target) == referred(**id))
            };
            let named = branches.iter().find(is_named);
            return named.or_else(|| branches.iter().find(is_default)).copied();
        }
        // Neither the schema nor its references state another type.
        let accepts = |id: &SchemaId| {
            let mut chain = std::iter::successors(Some(*id), |id| referred(*id)).map(|id| document.schema(id));
            chain.all(|schema| schema.types.is_empty() || has_type(schema, value))
        };
        exactly_one(branches.iter().copied().filter(accepts))
    }

    /// Adds the schemas that the value, its members and its items have to fit.
    fn look_inside(&mut self, schema: &'d Schema, value: Node<'d>, demands: &mut Demands<'d>) {
        let rare = schema.rare();
        let inside = &mut demands.inside;
        let target = schema.reference.map(|reference| reference.target);
        inside.extend(schema.all_of.iter().copied().chain(target).map(|id| (id, value)));
        if let Some(condition) = rare.if_ {
            match self.fit(condition, value) {
                Fit::Yes => inside.extend(rare.then.map(|id| (id, value))),
                Fit::No => inside.extend(rare.else_.map(|id| (id, value))),
                Fit::Undecided => demands.own = demands.own.min(Fit::Undecided),
            }
        }
        for member in value.members() {
            let before = inside.len();
            let named = schema.properties.iter().filter(|property| property.name == member.key);
            inside.extend(named.map(|property| (property.schema, member.value)));
            let mut unread = Fit::Yes;
            for by_pattern in &rare.pattern_properties {
                match self.finds(&by_pattern.name, member.key) {
                    Some(true) => inside.push((by_pattern.schema, member.value)),
                    Some(false) => {}
                    None => unread = Fit::Undecided,
                }
            }
            if inside.len() == before && unread == Fit::Yes {
                inside.extend(schema.additional.map(|id| (id, member.value)));
            }
            demands.own = demands.own.min(unread);
        }
        for (at, item) in value.items().enumerate() {
            inside.extend(rare.prefix_items.get(at).copied().or(schema.items).map(|id| (id, item)));
        }
    }

    /// Returns what the keywords require that the value violates by itself, or not: neither a member, an item nor an
    /// alternative decides them.
    fn keywords(&mut self, schema: &'d Schema, value: Node<'d>) -> Demands<'d> {
        let mut demands = Demands {
            violated: Vec::new(),
            own: Fit::No,
            inside: Vec::new(),
        };
        let mut violated = |keyword, message: String| demands.violated.push((keyword, message));
        if schema.boolean == Some(false) {
            violated("additionalProperties", "the schema allows no value here".to_owned());
            return demands;
        }
        if !schema.types.is_empty() && !has_type(schema, value) {
            let wanted: Vec<&str> = schema.types.iter().map(JsonType::word).collect();
            let message = format!("it is {}, and not of type {}", called(kind(value)), wanted.join(" or "));
            violated("type", message);
            return demands;
        }
        let read = value.scalar();
        let is_it = |literal: &Literal| is_literal(self.document, literal, value, read.as_ref());
        if let Some(values) = &schema.enumeration
            && !values.iter().any(is_it)
        {
            violated("enum", "it is not one of the values of the `enum`".to_owned());
        }
        if let Some(constant) = &schema.constant
            && !is_it(constant)
        {
            violated("const", "it is not the value of `const`".to_owned());
        }
        let (rare, limits) = (schema.rare(), schema.limits());
        let mut is_open = false;
        match &read {
            _ if value.is_map() => {
                is_open = members(self.document, schema, value, &mut violated)
                    || rare.property_names.or(rare.unevaluated_properties).is_some()
                    || !rare.dependent_schemas.is_empty();
            }
            _ if value.is_seq() => {
                items(limits, value, &mut violated);
                is_open = rare.contains.or(rare.unevaluated_items).is_some()
                    || limits.unique_items && value.len() > limits::EXAMPLE_ITEMS;
            }
            Some(Scalar::Number(number)) => bounds(limits, number, &mut violated),
            Some(Scalar::String(text)) => {
                let words = ["minLength", "maxLength", "characters"];
                let length = text.chars().count() as u64;
                sized(words, length, [limits.min_length, limits.max_length], &mut violated);
                if let Some(form) = schema.format.as_deref().filter(|form| !has_form(form, text)) {
                    violated("format", format!("it is not of the format `{form}`"));
                }
                match limits.pattern.as_deref().map(|pattern| self.finds(pattern, text)) {
                    Some(Some(false)) => violated("pattern", "it does not match the `pattern`".to_owned()),
                    Some(None) => is_open = true,
                    _ => {}
                }
            }
            _ => {}
        }
        match rare.not.map(|not| self.fit(not, value)) {
            Some(Fit::Yes) => violated("not", "it matches the schema of `not`".to_owned()),
            Some(Fit::Undecided) => is_open = true,
            _ => {}
        }
        demands.own = match (demands.violated.is_empty(), is_open) {
            (false, _) => Fit::No,
            (true, true) => Fit::Undecided,
            (true, false) => Fit::Yes,
        };
        demands
    }

    /// Returns true if the pattern occurs in the text; `None` if the engine does not read the pattern.
    fn finds(&mut self, pattern: &'d str, text: &str) -> Option<bool> {
        let engine = self
            .patterns
            .entry(pattern)
            .or_insert_with(|| Regex::new(&pattern::translate(pattern).ok()?).ok());
        engine.as_ref().map(|engine| engine.is_match(text))
    }
}

/// Returns the groups of branches, one of which has to fit.
fn alternatives(schema: &Schema) -> impl Iterator<Item = (&'static str, &[SchemaId])> {
    let groups = [("anyOf", &schema.any_of[..]), ("oneOf", &schema.one_of[..])];
    groups.into_iter().filter(|(_, branches)| !branches.is_empty())
}

/// Compares the members of an object. Returns true if one is missing that may be missing in one direction, or is not declared.
fn members(
    document: &Document,
    schema: &Schema,
    value: Node<'_>,
    violated: &mut impl FnMut(&'static str, String),
) -> bool {
    let is_exempt = |name: &str| {
        let property = schema.properties.iter().find(|property| property.name == *name);
        match property {
            Some(property) => is_one_way(document, property.schema),
            // `lower` reports a required member that is not declared.
            None => !schema.properties.is_empty() && schema.all_of.is_empty() && schema.reference.is_none(),
        }
    };
    let is_absent = |name: &&str| value.get(name).is_none();
    let required = schema.required.iter().map(|(name, _)| name.as_str());
    let (exempt, missing): (Vec<&str>, Vec<&str>) = required.filter(is_absent).partition(|name| is_exempt(name));
    let mut is_open = !exempt.is_empty();
    match missing.as_slice() {
        [] => {}
        [name] => violated("required", format!("the required member `{name}` is missing")),
        names => violated(
            "required",
            format!("the required members `{}` are missing", names.join("`, `")),
        ),
    }
    for (name, needed) in &schema.rare().dependent_required {
        if value.get(name).is_none() {
            continue;
        }
        for other in needed.iter().filter(|other| is_absent(&other.as_str())) {
            if is_exempt(other) {
                is_open = true;
            } else {
                let message = format!("`{other}` is missing, which `{name}` requires");
                violated("dependentRequired", message);
            }
        }
    }
    let limits = schema.limits();
    let count = value.len() as u64;
    let words = ["minProperties", "maxProperties", "members"];
    sized(words, count, [limits.min_properties, limits.max_properties], violated);
    is_open
}

fn items(limits: &Constraints, value: Node<'_>, violated: &mut impl FnMut(&'static str, String)) {
    let count = value.len() as u64;
    let words = ["minItems", "maxItems", "items"];
    sized(words, count, [limits.min_items, limits.max_items], violated);
    let items: Vec<Node<'_>> = value.items().collect();
    let is_repeated = |at: usize| items[..at].iter().any(|before| is_same(*before, items[at]));
    if limits.unique_items && items.len() <= limits::EXAMPLE_ITEMS && (1..items.len()).any(is_repeated) {
        violated("uniqueItems", "it contains an item twice".to_owned());
    }
}

/// Compares a length with its bounds.
fn sized(
    [least_word, most_word, unit]: [&'static str; 3],
    length: u64,
    [least, most]: [Option<u64>; 2],
    violated: &mut impl FnMut(&'static str, String),
) {
    if let Some(least) = least.filter(|least| length < *least) {
        violated(least_word, format!("its number of {unit} is {length}, below {least}"));
    }
    if let Some(most) = most.filter(|most| length > *most) {
        violated(most_word, format!("its number of {unit} is {length}, above {most}"));
    }
}

fn bounds(limits: &Constraints, number: &str, violated: &mut impl FnMut(&'static str, String)) {
    use Ordering::{Equal, Greater, Less};
    for (keyword, bound, wrong, word) in [
        ("minimum", &limits.minimum, [Less, Less], "below"),
        ("maximum", &limits.maximum, [Greater, Greater], "above"),
        (
            "exclusiveMinimum",
            &limits.exclusive_minimum,
            [Less, Equal],
            "not above",
        ),
        (
            "exclusiveMaximum",
            &limits.exclusive_maximum,
            [Greater, Equal],
            "not below",
        ),
    ] {
        if let Some(bound) = bound
            && number::compare(number, bound).is_some_and(|order| wrong.contains(&order))
        {
            violated(keyword, format!("{number} is {word} {bound}"));
        }
    }
    if let Some(of) = &limits.multiple_of
        && number::is_multiple(number, of) == Some(false)
    {
        violated("multipleOf", format!("{number} is not a multiple of {of}"));
    }
}

/// Returns true for a schema that no other schema is a part of.
fn is_simple(schema: &Schema) -> bool {
    let composed = [&schema.all_of, &schema.any_of, &schema.one_of];
    schema.reference.is_none() && schema.rare().if_.is_none() && composed.iter().all(|parts| parts.is_empty())
}

/// Returns true for a member that only one direction has.
fn is_one_way(document: &Document, id: SchemaId) -> bool {
    let schema = document.schema(id);
    let behind = schema.reference.map(|reference| document.schema(reference.target));
    std::iter::once(schema)
        .chain(behind)
        .any(|schema| schema.read_only || schema.write_only)
}
