//! The normal form of a schema: equal for schemas that accept the same values, however they are written.
//!
//! A schema is a list of parts that all hold: references and `allOf` are dissolved, `null` in an alternative is a kind
//! like others, and an alternative that stands alone is no alternative. The form of the parts is their intersection.

mod build;
mod pattern;
mod schema;
mod settle;

pub(crate) use build::{build, order};
pub(crate) use pattern::{PatternChange, accepts, accepts_all, pattern, pattern_change};
pub(crate) use schema::{Conjunct, Kinds, Lone, SchemaChoice, flatten, joined};

use std::collections::BTreeMap;

use sdkwright_contract::source::{Node, Scalar, number};
use sdkwright_contract::text::quote;

/// A schema in its normal form.
pub(crate) struct Form<'t> {
    /// First node of the schema.
    pub(crate) at: Node<'t>,
    /// The schemas that all hold, as they are written.
    pub(crate) written: Vec<Node<'t>>,
    /// True if an alternative that stands alone is among its parts.
    pub(crate) has_lone: bool,
    /// Kinds of JSON values.
    pub(crate) kinds: Kinds,
    /// Values of `enum` and `const`; null is among the kinds instead.
    pub(crate) values: Option<Vec<Value<'t>>>,
    /// Bounds, by keyword; a bound that holds nothing back is left out.
    pub(crate) bounds: BTreeMap<BoundWord, Limit<'t>>,
    /// Texts that are equal or not, by keyword, each once: `format`, `pattern`.
    pub(crate) texts: BTreeMap<&'static str, Vec<Node<'t>>>,
    /// `nullable` in a version of OpenAPI that does not have it.
    pub(crate) stale_null: Option<Node<'t>>,
    /// `uniqueItems`
    pub(crate) unique: Option<Node<'t>>,
    /// Members, in the order written.
    pub(crate) members: Vec<Member<'t>>,
    /// Names of `required`.
    pub(crate) required: BTreeMap<&'t str, Node<'t>>,
    /// `additionalProperties`
    pub(crate) additional: Additional<'t>,
    /// Schemas of other keywords, by keyword and key; those of one key all hold.
    pub(crate) below: BTreeMap<(&'static str, &'t str), Vec<Node<'t>>>,
    /// `contains`, `if` and `not`, each by itself.
    pub(crate) conditions: Vec<Conditional<'t>>,
    /// `prefixItems`
    pub(crate) prefix: Vec<Vec<Node<'t>>>,
    /// `dependentRequired`: lists of members by the member that demands them.
    pub(crate) dependent: BTreeMap<&'t str, Vec<Node<'t>>>,
    /// `oneOf` and `anyOf`.
    pub(crate) groups: Vec<SchemaChoice<'t>>,
    /// `oneOf` and `anyOf` whose alternatives state nothing but kinds and values: these are in `kinds` and `values`.
    pub(crate) plain_groups: Vec<SchemaChoice<'t>>,
    /// `discriminator`
    pub(crate) discriminator: Option<Node<'t>>,
    /// `default`
    pub(crate) default: Option<Node<'t>>,
    /// Values of `x-extensible-enum`.
    pub(crate) extensible: Vec<Value<'t>>,
    /// `deprecated`
    pub(crate) deprecated: Option<Node<'t>>,
    /// `x-sunset` beside `deprecated`.
    pub(crate) sunset: Option<Node<'t>>,
    /// `x-stability-level`
    pub(crate) stability: Option<Node<'t>>,
    /// `xml`
    pub(crate) xml: Option<Node<'t>>,
}

/// The admission of null by a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Null {
    IsRefused,
    /// A keyword of another version of OpenAPI allows it.
    IsUnclear,
    Fits,
}

/// A value of an enumeration.
#[derive(Clone)]
pub(crate) struct Value<'t> {
    /// JSON text, equal for equal values.
    pub(crate) text: String,
    pub(crate) node: Node<'t>,
}

/// A keyword that bounds values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum BoundWord {
    Minimum,
    Maximum,
    MultipleOf,
    MinLength,
    MaxLength,
    MinItems,
    MaxItems,
    MinProperties,
    MaxProperties,
    MinContains,
    MaxContains,
}

impl BoundWord {
    /// All bounds, each with its keyword.
    pub(crate) const ALL: [(Self, &str); 11] = [
        (Self::Minimum, "minimum"),
        (Self::Maximum, "maximum"),
        (Self::MultipleOf, "multipleOf"),
        (Self::MinLength, "minLength"),
        (Self::MaxLength, "maxLength"),
        (Self::MinItems, "minItems"),
        (Self::MaxItems, "maxItems"),
        (Self::MinProperties, "minProperties"),
        (Self::MaxProperties, "maxProperties"),
        (Self::MinContains, "minContains"),
        (Self::MaxContains, "maxContains"),
    ];

    /// Returns true if a greater value allows less.
    pub(crate) fn is_lower(self) -> bool {
        matches!(
            self,
            Self::Minimum | Self::MinLength | Self::MinItems | Self::MinProperties | Self::MinContains
        )
    }
}

/// A bound.
#[derive(Clone)]
pub(crate) struct Limit<'t> {
    /// Number text.
    pub(crate) number: String,
    /// True if the number itself is not allowed.
    pub(crate) excluded: bool,
    pub(crate) node: Node<'t>,
}

/// A member of an object.
pub(crate) struct Member<'t> {
    pub(crate) name: &'t str,
    /// Schemas that all hold.
    pub(crate) schemas: Vec<Node<'t>>,
    pub(crate) read_only: bool,
    pub(crate) write_only: bool,
}

impl<'t> Member<'t> {
    /// Returns where it is written first.
    pub(crate) fn node(&self) -> Option<Node<'t>> {
        self.schemas.first().copied()
    }
}

/// Members that no keyword names.
pub(crate) enum Additional<'t> {
    Any,
    None(Node<'t>),
    Of(Vec<Node<'t>>),
}

impl<'t> Form<'t> {
    /// Returns true if every value fits.
    pub(crate) fn is_any(&self) -> bool {
        self.kinds == Kinds::ALL && self.is_without_facts() && self.groups.is_empty()
    }

    /// Returns whether null fits.
    pub(crate) fn null(&self) -> Null {
        match self.stale_null {
            _ if self.kinds.has(Kinds::NULL) => Null::Fits,
            Some(_) => Null::IsUnclear,
            None => Null::IsRefused,
        }
    }

    /// Returns true if nothing but alternatives decides which values fit.
    pub(crate) fn is_only_alternatives(&self) -> bool {
        self.groups.len() == 1 && self.is_without_facts()
    }

    /// Returns the alternatives, if nothing else decides which values fit.
    pub(crate) fn only_alternatives(&self) -> Option<&SchemaChoice<'t>> {
        let groups = if self.groups.is_empty() {
            &self.plain_groups
        } else {
            &self.groups
        };
        match &groups[..] {
            [group] if self.is_without_facts() => Some(group),
            _ => None,
        }
    }

    /// Returns true if members that it does not describe are refused, by whichever keyword.
    pub(crate) fn is_closed(&self) -> bool {
        let is_whole = self.groups.is_empty()
            && self.conditions.iter().all(|one| one.word != "if")
            && self.below.keys().all(|(word, _)| *word != "dependentSchemas");
        let unevaluated = self.below.get(&("unevaluatedProperties", ""));
        let is_false = |nodes: &Vec<Node<'_>>| nodes.iter().any(|node| node.as_bool() == Some(false));
        matches!(self.additional, Additional::None(_)) || (is_whole && unevaluated.is_some_and(is_false))
    }

    /// Returns true if it has no members but those it names.
    pub(crate) fn is_of_named_members(&self) -> bool {
        let is_pattern = |(word, _): &(&str, &str)| *word == "patternProperties";
        matches!(self.additional, Additional::None(_)) && !self.below.keys().any(is_pattern)
    }

    /// Returns true if a list has no items but the first ones that it describes, by whichever keyword.
    pub(crate) fn has_no_further_items(&self) -> bool {
        let is_false = |word| {
            let schemas = self.below.get(&(word, ""));
            schemas.is_some_and(|nodes| nodes.iter().any(|node| node.as_bool() == Some(false)))
        };
        // Alternatives, conditions and `contains` look at items too: those are not further.
        let is_whole = self.groups.is_empty() && self.conditions.iter().all(|one| one.word == "not");
        let has_items = self.below.contains_key(&("items", ""));
        is_false("items") || (is_whole && !has_items && is_false("unevaluatedItems"))
    }

    /// Returns true if any bytes fit.
    pub(crate) fn is_bytes(&self) -> bool {
        let is_of_bytes = self.texts.len() == 1 && self.texts.contains_key("contentMediaType");
        let bare = self.has_no_facts_but_texts() && self.groups.is_empty();
        self.kinds.without(Kinds::NULL) == Kinds::STRING && is_of_bytes && bare
    }

    fn is_without_facts(&self) -> bool {
        self.texts.is_empty() && self.has_no_facts_but_texts()
    }

    fn has_no_facts_but_texts(&self) -> bool {
        self.values.is_none()
            && self.bounds.is_empty()
            && self.unique.is_none()
            && self.members.is_empty()
            && self.required.is_empty()
            && matches!(self.additional, Additional::Any)
            && self.below.is_empty()
            && self.conditions.is_empty()
            && self.prefix.is_empty()
            && self.dependent.is_empty()
            && self.extensible.is_empty()
    }
}

/// One `contains`, `if` or `not`, with what belongs to it. They cannot be joined when several schemas have them: two of `not` refuse
/// what either refuses, and two of `contains` can be met by two items.
#[derive(Clone, Copy)]
pub(crate) struct Conditional<'t> {
    /// `contains`, `if` or `not`.
    pub(crate) word: &'static str,
    pub(crate) schema: Node<'t>,
    /// The schema that has the keyword, with those that complete it: `then`, `else`, `minContains`, `maxContains`.
    holder: Node<'t>,
}

impl<'t> Conditional<'t> {
    /// Returns those of one schema that say something.
    fn all(holder: Node<'t>) -> impl Iterator<Item = Self> {
        let has = move |word: &str| holder.get(word).is_some();
        let least = holder.get("minContains").and_then(Node::as_number);
        let is_idle = least.is_some_and(|least| number::whole(&least) == Some(0)) && !has("maxContains");
        let says = [
            ("contains", !is_idle),
            ("if", has("then") || has("else")),
            ("not", true),
        ];
        let said = says.into_iter().filter(|(_, says)| *says);
        said.filter_map(move |(word, _)| {
            Some(Self {
                word,
                schema: holder.get(word)?,
                holder,
            })
        })
    }

    /// Returns a keyword that completes it.
    pub(crate) fn beside(&self, word: &str) -> Option<Node<'t>> {
        self.holder.get(word)
    }
}

// Values of a contract as JSON text that is equal for equal values.

/// Returns the JSON text of a value, members by name and numbers in one notation. A scalar is a text if `as_text`.
pub(crate) fn canonical(node: Node<'_>, as_text: bool) -> String {
    if node.is_map() {
        let mut members: Vec<_> = node.members().collect();
        members.sort_by_key(|member| member.key);
        let members = members
            .into_iter()
            .map(|member| format!("{}:{}", quote(member.key), canonical(member.value, false)));
        return format!("{{{}}}", members.collect::<Vec<_>>().join(","));
    }
    match node.scalar() {
        None => {
            let items = node.items().map(|item| canonical(item, false));
            format!("[{}]", items.collect::<Vec<_>>().join(","))
        }
        Some(Scalar::Null) => "null".to_owned(),
        Some(scalar) if as_text => quote(scalar_text(node, &scalar)),
        Some(Scalar::Number(text)) => number::normalized(&text).unwrap_or(text),
        Some(Scalar::Bool(value)) => value.to_string(),
        Some(Scalar::String(text)) => quote(&text),
    }
}

/// Returns a value as the contract writes it, on one line: a scalar as its text, members and items as JSON.
pub(crate) fn written(node: Node<'_>) -> String {
    match node.text() {
        Some(text) if !node.is_null() => text.to_owned(),
        _ => json(node),
    }
}

fn json(node: Node<'_>) -> String {
    if node.is_map() {
        let members = node.members();
        let members = members.map(|member| format!("{}:{}", quote(member.key), json(member.value)));
        return format!("{{{}}}", members.collect::<Vec<_>>().join(","));
    }
    match node.scalar() {
        None => {
            let items = node.items().map(json);
            format!("[{}]", items.collect::<Vec<_>>().join(","))
        }
        Some(Scalar::Null) => "null".to_owned(),
        Some(Scalar::String(text)) => quote(&text),
        Some(scalar @ (Scalar::Number(_) | Scalar::Bool(_))) => scalar_text(node, &scalar).to_owned(),
    }
}

fn scalar_text<'a>(node: Node<'a>, scalar: &'a Scalar) -> &'a str {
    node.text().unwrap_or_else(|| scalar.text())
}
