//! A schema in the terms of JSON Schema 2020-12, whatever version the contract uses. Plain data.
//!
//! Children are ids into [`super::Document::schemas`]. Rare keywords are boxed ([`Constraints`], [`Rare`]), because a large
//! contract has a hundred thousand schemas.

use crate::diag::nearest;
use crate::ir::Scalar;
use crate::iter::exactly_one;
use crate::source::{NodeId, Span};
use std::sync::LazyLock;

/// Index into [`super::Document::schemas`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaId(pub u32);

/// One schema.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "they are the words of the specification")]
pub struct Schema {
    /// Its node; `Document::origin` gives pointer and span.
    pub node: NodeId,
    /// Location in the contract.
    pub span: Span,
    /// `$ref`, resolved. Siblings are in the other fields (3.0 allows none and they are reported).
    pub reference: Option<Reference>,
    /// The schema is `true` or `false` (also where 3.0 writes `additionalProperties: true`).
    pub boolean: Option<bool>,
    /// `type`, with `null` added for `nullable: true` of 3.0. Empty: not stated.
    pub types: Types,
    /// `nullable: true` of 3.0, even without `type` (beside `allOf`, `$ref`, `enum`).
    pub nullable: bool,
    /// `readOnly`
    pub read_only: bool,
    /// `writeOnly`
    pub write_only: bool,
    /// `deprecated`
    pub deprecated: bool,
    /// `format`
    pub format: Option<Box<str>>,
    /// `title`
    pub title: Option<Box<str>>,
    /// `description`
    pub description: Option<Box<str>>,
    /// `enum`, in order as written.
    pub enumeration: Option<Vec<Literal>>,
    /// `const`
    pub constant: Option<Box<Literal>>,
    /// `properties`, in order.
    pub properties: Vec<Property>,
    /// `required`, in order.
    pub required: Vec<(String, Span)>,
    /// `additionalProperties`; `true` and `false` are boolean schemas.
    pub additional: Option<SchemaId>,
    /// `items`
    pub items: Option<SchemaId>,
    /// `allOf`
    pub all_of: Vec<SchemaId>,
    /// `anyOf`
    pub any_of: Vec<SchemaId>,
    /// `oneOf`
    pub one_of: Vec<SchemaId>,
    /// `discriminator`
    pub discriminator: Option<Box<Discriminator>>,
    /// `default`
    pub default: Option<NodeId>,
    /// `example` and `examples`.
    pub examples: Vec<NodeId>,
    /// `x-` words.
    pub extensions: Extensions,
    pub(super) limits: Option<Box<Constraints>>,
    pub(super) rare: Option<Box<Rare>>,
}

impl Schema {
    /// Returns a schema without keywords.
    pub fn empty(node: NodeId, span: Span) -> Self {
        Self {
            node,
            span,
            ..Self::default()
        }
    }

    /// Returns its bounds.
    pub fn limits(&self) -> &Constraints {
        static NONE: LazyLock<Constraints> = LazyLock::new(Constraints::default);
        self.limits.as_deref().unwrap_or(&NONE)
    }

    /// Returns its rare keywords.
    pub fn rare(&self) -> &Rare {
        static NONE: LazyLock<Rare> = LazyLock::new(Rare::default);
        self.rare.as_deref().unwrap_or(&NONE)
    }

    /// Returns true if the schema accepts every value; annotations do not count.
    pub fn is_unconstrained(&self) -> bool {
        self.reference.is_none()
            && self.boolean != Some(false)
            && self.types.is_empty()
            && self.enumeration.is_none()
            && self.constant.is_none()
            && self.properties.is_empty()
            && self.required.is_empty()
            && self.additional.is_none()
            && self.items.is_none()
            && self.all_of.is_empty()
            && self.any_of.is_empty()
            && self.one_of.is_empty()
            && self.limits.is_none()
            && self.rare.is_none()
    }
}

/// A `$ref`, followed one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// The referenced schema, which may be a reference itself; never a cycle of references alone.
    pub target: SchemaId,
    /// Location of the text of the reference.
    pub span: Span,
}

/// The names of `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
#[repr(u8)]
pub enum JsonType {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

impl JsonType {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Null,
        Self::Boolean,
        Self::Integer,
        Self::Number,
        Self::String,
        Self::Array,
        Self::Object,
    ];

    /// Returns the word of the contract.
    pub fn word(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// A set of [`JsonType`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Types(u8);

impl Types {
    /// Adds a type.
    pub fn insert(&mut self, ty: JsonType) {
        self.0 |= 1 << ty as u8;
    }

    /// Returns true if the set has this type.
    pub fn contains(self, ty: JsonType) -> bool {
        self.0 & (1 << ty as u8) != 0
    }

    /// Returns true if no type is stated.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the types in the order of [`JsonType::ALL`].
    pub fn iter(self) -> impl Iterator<Item = JsonType> {
        JsonType::ALL.into_iter().filter(move |ty| self.contains(*ty))
    }

    /// Returns the set without `null`.
    #[must_use]
    pub fn without_null(self) -> Self {
        Self(self.0 & !(1 << JsonType::Null as u8))
    }

    /// Returns the only type, ignoring `null`.
    pub fn only(self) -> Option<JsonType> {
        exactly_one(self.without_null().iter())
    }
}

/// A value written in the contract (`enum`, `const`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// The scalar, read by the schema's `type`; `None` for an array or object (see `node`).
    pub scalar: Option<Scalar>,
    /// Its node.
    pub node: NodeId,
    /// Location in the contract.
    pub span: Span,
}

/// A named member.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Property {
    pub name: String,
    pub name_span: Span,
    pub schema: SchemaId,
}

/// `discriminator`
#[derive(Debug, Clone)]
pub struct Discriminator {
    /// `propertyName`
    pub property: String,
    /// `mapping`, in order.
    pub mapping: Vec<Mapping>,
    /// Target of `defaultMapping` of 3.2.
    pub default: Option<SchemaId>,
    /// Location in the contract.
    pub span: Span,
}

/// One entry of a discriminator's `mapping`.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// The value of the property.
    pub tag: String,
    /// The schema it names; `None` when it names nothing (reported).
    pub target: Option<SchemaId>,
    /// Location of the target's text.
    pub span: Span,
}

/// Bounds. Numbers are JSON number text as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub struct Constraints {
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    pub pattern: Option<String>,
    pub min_items: Option<u64>,
    pub max_items: Option<u64>,
    pub unique_items: bool,
    pub min_properties: Option<u64>,
    pub max_properties: Option<u64>,
    pub minimum: Option<String>,
    /// Also holds `minimum` of 3.0 with `exclusiveMinimum: true`.
    pub exclusive_minimum: Option<String>,
    pub maximum: Option<String>,
    /// Also holds `maximum` of 3.0 with `exclusiveMaximum: true`.
    pub exclusive_maximum: Option<String>,
    pub multiple_of: Option<String>,
}

/// Keywords that few schemas have.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)]
pub struct Rare {
    pub prefix_items: Vec<SchemaId>,
    pub pattern_properties: Vec<Property>,
    pub property_names: Option<SchemaId>,
    pub unevaluated_properties: Option<SchemaId>,
    pub unevaluated_items: Option<SchemaId>,
    pub contains: Option<SchemaId>,
    pub min_contains: Option<u64>,
    pub max_contains: Option<u64>,
    pub not: Option<SchemaId>,
    pub if_: Option<SchemaId>,
    pub then: Option<SchemaId>,
    pub else_: Option<SchemaId>,
    pub dependent_required: Vec<(String, Vec<String>)>,
    pub dependent_schemas: Vec<Property>,
    pub content_encoding: Option<String>,
    pub content_media_type: Option<String>,
    pub content_schema: Option<SchemaId>,
}

// The `x-` words of an object.

/// The `x-` words of an object in the order written, those of our vocabulary and others.
#[derive(Debug, Clone, Default)]
pub struct Extensions(pub Vec<Extension>);

/// One `x-` word.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Extension {
    pub name: String,
    pub name_span: Span,
    pub node: NodeId,
}

impl Extensions {
    /// Returns the value of an extension.
    pub fn get(&self, name: &str) -> Option<NodeId> {
        self.0
            .iter()
            .find(|extension| extension.name == name)
            .map(|extension| extension.node)
    }

    /// Returns true if one of the extensions is probably a misspelt form of this one.
    pub fn has_misspelt(&self, name: &str) -> bool {
        self.0
            .iter()
            .any(|extension| nearest(&extension.name, [name]).is_some())
    }
}
