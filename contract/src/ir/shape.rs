//! The structure of a type.

use super::extension::{Lifecycle, PayloadHash, ProblemModel};
use super::node::{Documentation, TypeId};
use crate::source::{Origin, Scalar};

/// Structure of a type.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Any JSON value, kept without loss.
    Any,
    /// Only `null`.
    Null,
    /// A scalar.
    Scalar(ScalarFormat, Constraints),
    /// A scalar with a nominal type (`x-newtype`).
    Newtype(ScalarFormat, Constraints),
    /// An open enumeration of literals.
    Enum(EnumShape),
    /// An object with named members.
    Object(ObjectShape),
    /// An array.
    Array(ArrayShape),
    /// A fixed number of items, each with its type: one to `limits::TUPLE`.
    Tuple(Vec<TypeId>),
    /// An object whose members all have one type, and bounds of their number.
    Map(TypeId, Constraints),
    /// One of several types.
    Union(UnionShape),
    /// The other type, or `null`.
    Nullable(TypeId),
    /// Alias of a type (a component that is only a reference).
    Alias(TypeId),
}

impl Shape {
    /// Returns true for a nominal text. The emitters take it as an id: the client compares it with the request, and the journal
    /// keeps it.
    pub fn is_id(&self) -> bool {
        matches!(self, Self::Newtype(ScalarFormat::Text, _))
    }

    /// Calls `visit` with every type that it refers to.
    pub fn visit(&self, visit: &mut dyn FnMut(TypeId)) {
        match self {
            Self::Any | Self::Null | Self::Scalar(..) | Self::Newtype(..) | Self::Enum(_) => {}
            Self::Object(object) => {
                object.members.iter().for_each(|member| visit(member.ty));
                if let Additional::Typed(id) = object.additional {
                    visit(id);
                }
            }
            Self::Array(array) => visit(array.items),
            Self::Tuple(positions) => positions.iter().for_each(|id| visit(*id)),
            Self::Union(union) => union.variants.iter().for_each(|variant| visit(variant.ty)),
            Self::Map(id, _) | Self::Nullable(id) | Self::Alias(id) => visit(*id),
        }
    }
}

/// Bounds that the contract states; sent values are checked against them where the SDK validates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Constraints {
    /// Minimum of characters (string), items (array) or members (map).
    pub min_size: Option<u64>,
    /// Maximum of characters, items or members.
    pub max_size: Option<u64>,
    /// ECMA 262 pattern.
    pub pattern: Option<String>,
    /// The pattern in the syntax of the runtime's engine, if it can be translated; set by the pass `patterns` for sent
    /// types.
    pub checked_pattern: Option<String>,
    /// Minimum as number text; true if it is exclusive.
    pub minimum: Option<(String, bool)>,
    /// Maximum as number text; true if it is exclusive.
    pub maximum: Option<(String, bool)>,
    /// `multipleOf`, number text.
    pub multiple_of: Option<String>,
    /// `uniqueItems`.
    pub unique: bool,
    /// The `format` as written.
    pub format: Option<String>,
    /// Patterns, ranges and multiples that other parts of a conjunction add.
    pub others: Vec<Constraints>,
    /// Bounds of merged alternatives, of which one holds.
    pub either: Vec<Constraints>,
    /// Required members of a map.
    pub conditions: Vec<Condition>,
}

impl Constraints {
    /// Returns minimum and maximum of characters, items or members.
    pub fn sizes(&self) -> [Option<u64>; 2] {
        [self.min_size, self.max_size]
    }

    /// Returns true without any bound; a format is none.
    pub fn are_none(&self) -> bool {
        let none = Self {
            format: self.format.clone(),
            ..Self::default()
        };
        *self == none
    }
}

/// An array.
#[derive(Debug, Clone, PartialEq)]
pub struct ArrayShape {
    /// Type of the items.
    pub items: TypeId,
    /// Its bounds.
    pub limits: Constraints,
}

/// An open enumeration.
#[derive(Debug, Clone, PartialEq)]
pub struct EnumShape {
    /// Values in contract order, each once.
    pub values: Vec<EnumValue>,
    /// True if the contract allows any other value of the kind, too: an alternative beside the list.
    pub allows_others: bool,
    /// Bounds of other values, if it allows them.
    pub limits: Constraints,
    /// Prefix (whole words) removed from variant names (`x-sdk.variantPrefix`).
    pub variant_prefix: Option<String>,
    /// `x-lifecycle`.
    pub lifecycle: Option<Lifecycle>,
    /// `x-problem-registry`.
    pub problems: Option<ProblemModel>,
}

/// Kinds of literals in an enumeration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Literals {
    /// Strings.
    Text,
    /// Whole numbers of 64 bits.
    Whole,
    /// `true`, `false` or both: a boolean.
    Truth,
    /// Values of other or several types: kept as plain JSON.
    Mixed,
}

impl EnumShape {
    /// Returns the kind of its literals.
    pub fn literals(&self) -> Literals {
        let all =
            |fits: fn(&Scalar) -> bool| !self.values.is_empty() && self.values.iter().all(|value| fits(&value.value));
        if all(|value| matches!(value, Scalar::String(_))) {
            Literals::Text
        } else if all(|value| matches!(value, Scalar::Number(text) if text.parse::<i64>().is_ok())) {
            Literals::Whole
        } else if all(|value| matches!(value, Scalar::Bool(_))) {
            Literals::Truth
        } else {
            Literals::Mixed
        }
    }

    /// Returns true if it becomes an enum (not a boolean or plain JSON).
    pub fn is_open(&self) -> bool {
        matches!(self.literals(), Literals::Text | Literals::Whole)
    }
}

/// One value of an enumeration.
#[derive(Debug, Clone, PartialEq)]
pub struct EnumValue {
    /// The literal.
    pub value: Scalar,
    /// Its name, if the contract has one beside the literal.
    pub name: Option<String>,
    /// Its documentation, if the contract has any.
    pub text: Documentation,
}

impl EnumValue {
    /// Returns the values that can be problem codes: the texts, or whole numbers if all values are such.
    pub fn codes(values: &[Self]) -> impl Iterator<Item = &str> {
        let is_whole = |value: &Self| matches!(&value.value, Scalar::Number(text) if text.parse::<i64>().is_ok());
        let are_whole = values.iter().all(is_whole);
        let codes = values
            .iter()
            .filter(move |value| are_whole || value.value.string().is_some());
        codes.map(|value| value.value.text())
    }

    /// Returns true for a text that can be a name: not without letters, and no sentence.
    pub fn is_name(text: &str) -> bool {
        text.chars().any(char::is_alphanumeric) && text.split_whitespace().count() <= crate::limits::NAME_WORDS
    }
}

/// An object with named members.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectShape {
    /// Members in contract order.
    pub members: Vec<Member>,
    /// Rule of other members.
    pub additional: Additional,
    /// Minimum and maximum of members.
    pub size: [Option<u64>; 2],
    /// Further required members.
    pub conditions: Vec<Condition>,
}

impl ObjectShape {
    /// Returns true for a member that is optional in the type, because it does not arrive, and required where it is sent.
    pub fn requires_sent(&self, member: &Member) -> bool {
        let is_optional = matches!(member.presence, Presence::Optional | Presence::OptionalNullable);
        member.write_only && is_optional && self.conditions.contains(&Condition::always(&member.name))
    }
}

/// Members of which one set is required, always or if others have given values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Members that trigger the condition, each with one of these texts (empty: any value).
    pub when: Vec<(String, Vec<String>)>,
    /// Alternative sets of required members; all of one set are required.
    pub one_of: Vec<Vec<String>>,
}

impl Condition {
    /// Returns the condition that this member is there.
    pub fn always(member: &str) -> Self {
        Self {
            when: Vec::new(),
            one_of: vec![vec![member.to_owned()]],
        }
    }
}

/// Members besides the named ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Additional {
    /// Allowed or not stated: kept as raw JSON.
    Open,
    /// `additionalProperties: false`: kept if received, never sent.
    Closed,
    /// Additional members of this type.
    Typed(TypeId),
}

/// Presence of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Always, never null.
    Required,
    /// Always, possibly null.
    RequiredNullable,
    /// Optional; null reads as absent.
    Optional,
    /// Optional; absent and null differ.
    OptionalNullable,
}

/// A named member of an object.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::struct_excessive_bools)] // each is a word of OpenAPI
pub struct Member {
    /// The JSON name.
    pub name: String,
    /// True if the contract marks it as documented by the owner.
    pub documented: bool,
    /// The type without its nullability (`presence` has that).
    pub ty: TypeId,
    /// Its presence.
    pub presence: Presence,
    /// A required member that has one possible value; constructors fill it in.
    pub constant: Option<Scalar>,
    /// True if only in responses.
    pub read_only: bool,
    /// True if only in requests.
    pub write_only: bool,
    /// `x-sensitive` on the member (the type's own mark counts too).
    pub sensitive: bool,
    /// `x-bound`: client value that it equals (`client-id`).
    pub bound: Option<String>,
    /// True for the idempotency key of the operations with this body: the client writes it.
    pub is_key: bool,
    /// `x-payload-hash`.
    pub payload_hash: Option<PayloadHash>,
    /// `default`, JSON text.
    pub default: Option<String>,
    /// True if the containment needs a box; set by the passes `cycles` and `large` (`passes/boxing.rs`).
    pub boxed: bool,
    /// Its documentation.
    pub text: Documentation,
    /// Location in the contract.
    pub origin: Origin,
}

/// One of several types.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnionShape {
    /// Variants in contract order.
    pub variants: Vec<Variant>,
    /// Tag member of the variants, if there is one.
    pub discriminator: Option<Discriminator>,
    /// Indexes of the variants in the order of their test without a discriminator: contract order, but a variant with
    /// more requirements comes before one that would accept its values; set by the pass `probes`.
    pub order: Vec<usize>,
}

/// One variant of a union.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Its type.
    pub ty: TypeId,
    /// Values of the discriminator for it; the first is written.
    pub tags: Vec<String>,
    /// True if a value has this variant whose tag is missing, or is that of no variant (`defaultMapping`).
    pub is_default: bool,
    /// Suggested name, if not that of its type.
    pub name: Option<String>,
    /// True if the containment needs a box; set by the passes `cycles` and `large` (`passes/boxing.rs`).
    pub boxed: bool,
    /// Alternative shapes; a value is this variant if it fits one; set by the pass `probes`.
    pub probes: Vec<Probe>,
}

impl Variant {
    /// Returns a variant of that type without tags or probes.
    pub fn new(ty: TypeId) -> Self {
        Self {
            ty,
            tags: Vec::new(),
            is_default: false,
            name: None,
            boxed: false,
            probes: Vec::new(),
        }
    }
}

/// The kind of a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum JsonKind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

/// Shape of a variant: never a format, so that no value is refused for its spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The kind; `None`: any.
    pub kind: Option<JsonKind>,
    /// Required members of an object.
    pub required: Vec<String>,
    /// Members that must have one of these values if they are there.
    pub constants: Vec<(String, Vec<Scalar>)>,
}

/// Tag member of the variants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discriminator {
    /// The JSON name of the member.
    pub member: String,
}

// Formats of scalars.

/// Meaning of a scalar on the wire, and so its Rust type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScalarFormat {
    /// `true` or `false`.
    Bool,
    /// Signed 32-bit integer.
    I32,
    /// Signed 64-bit integer.
    I64,
    /// Unsigned 64-bit integer.
    U64,
    /// An integer of any size, kept as text.
    Integer,
    /// A binary floating-point number (`format: float`, `double`).
    Float,
    /// A number whose text is kept.
    Number,
    /// Text.
    Text,
    /// `format: decimal` of a string: an exact decimal. (A JSON number keeps its text in any case.)
    Decimal,
    /// RFC 3339 instant.
    Timestamp,
    /// RFC 3339 full-date.
    Date,
    /// Base64 in a string.
    Base64,
    /// Raw bytes; only as a whole body or a multipart part.
    Binary,
}
