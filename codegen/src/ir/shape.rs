//! The structure of a type.

use super::{
    extension::{Lifecycle, PayloadHash, ProblemModel},
    node::{Text, TypeId},
    scalar::ScalarFormat,
};
use crate::source::{Origin, Scalar};

/// The most positions of a tuple: so many the runtime reads and writes.
pub const LONGEST_TUPLE: usize = 8;

/// What a value can look like.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Any JSON value, kept without loss.
    Any,
    /// Only `null`.
    Null,
    /// A scalar.
    Scalar(ScalarFormat, Limits),
    /// A scalar with a type of its own (`x-newtype`).
    Newtype(ScalarFormat, Limits),
    /// An open enumeration of literals.
    Enum(EnumShape),
    /// An object with named members.
    Object(ObjectShape),
    /// An array.
    Array(ArrayShape),
    /// Exactly these positions, with a type each: one to [`LONGEST_TUPLE`].
    Tuple(Vec<TypeId>),
    /// An object whose members all have one type, and how many there may be.
    Map(TypeId, Limits),
    /// One of several.
    Union(UnionShape),
    /// The other type, or `null`.
    Nullable(TypeId),
    /// Another name for a type (a component that only refers).
    Alias(TypeId),
}

impl Shape {
    /// Calls `visit` with every type that it speaks of.
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

/// Bounds the contract states; sent values are checked against them where the SDK validates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limits {
    /// Characters (string), items (array), members (map): least.
    pub min_size: Option<u64>,
    /// Characters, items, members: most.
    pub max_size: Option<u64>,
    /// ECMA 262 pattern.
    pub pattern: Option<String>,
    /// The pattern in the syntax of the runtime's engine, if it has one; sealed by the pass `patterns` for what is sent.
    pub checked_pattern: Option<String>,
    /// Least value, number text, and whether it is itself excluded.
    pub minimum: Option<(String, bool)>,
    /// Greatest value, number text, and whether it is itself excluded.
    pub maximum: Option<(String, bool)>,
    /// `multipleOf`, number text.
    pub multiple_of: Option<String>,
    /// `uniqueItems`.
    pub unique: bool,
    /// The `format` as written.
    pub format: Option<String>,
    /// Patterns, ranges and multiples that other parts of a conjunction state beside these.
    pub others: Vec<Limits>,
}

impl Limits {
    /// Least and most characters, items or members.
    pub fn sizes(&self) -> [Option<u64>; 2] {
        [self.min_size, self.max_size]
    }
}

/// An array.
#[derive(Debug, Clone, PartialEq)]
pub struct ArrayShape {
    /// What it holds.
    pub items: TypeId,
    /// Its bounds.
    pub limits: Limits,
}

/// An open enumeration.
#[derive(Debug, Clone, PartialEq)]
pub struct EnumShape {
    /// Values in contract order, without repetition.
    pub values: Vec<EnumValue>,
    /// Prefix (a whole word or words) that variants lose (`x-sdk.variantPrefix`).
    pub variant_prefix: Option<String>,
    /// `x-lifecycle`.
    pub lifecycle: Option<Lifecycle>,
    /// `x-problem-registry`.
    pub problems: Option<ProblemModel>,
}

/// What kind of literals an enumeration has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Literals {
    /// Strings.
    Text,
    /// Whole numbers of 64 bits.
    Whole,
    /// `true`, `false` or both: a boolean.
    Truth,
    /// Others, or several kinds: kept as plain JSON.
    Mixed,
}

impl EnumShape {
    /// What kind of literals it has.
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

    /// Does it become an enum of its own (and not a boolean or plain JSON)?
    pub fn is_open(&self) -> bool {
        matches!(self.literals(), Literals::Text | Literals::Whole)
    }
}

/// One value of an enumeration.
#[derive(Debug, Clone, PartialEq)]
pub struct EnumValue {
    /// The literal.
    pub value: Scalar,
    /// Its documentation, if the contract has any.
    pub text: Text,
}

/// An object with named members.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectShape {
    /// Members in contract order.
    pub members: Vec<Member>,
    /// What else may be in it.
    pub additional: Additional,
    /// Least and most members.
    pub size: [Option<u64>; 2],
    /// Further members that must be there.
    pub conditions: Vec<Condition>,
}

/// Members of which one set must be there, always or where others have a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Members that are there, each with one of these texts (none: any value).
    pub when: Vec<(String, Vec<String>)>,
    /// Sets of members; all of one set are needed.
    pub one_of: Vec<Vec<String>>,
}

/// Members beside the named ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Additional {
    /// Allowed or not said: kept as they arrive.
    Open,
    /// `additionalProperties: false`: still kept when they arrive, never invented.
    Closed,
    /// All of this type.
    Typed(TypeId),
}

/// When a member is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Always, never null.
    Required,
    /// Always, perhaps null.
    RequiredNullable,
    /// Perhaps; null reads as absent.
    Optional,
    /// Perhaps; absent and null are told apart.
    OptionalNullable,
}

/// A named member of an object.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::struct_excessive_bools)] // each is a word of OpenAPI
pub struct Member {
    /// The JSON name.
    pub name: String,
    /// The contract marks it as documented by the owner.
    pub documented: bool,
    /// The type without its nullability (`presence` has that).
    pub ty: TypeId,
    /// When it is there.
    pub presence: Presence,
    /// A required member that has one possible value; constructors fill it in.
    pub constant: Option<Scalar>,
    /// Only in answers.
    pub read_only: bool,
    /// Only in requests.
    pub write_only: bool,
    /// `x-sensitive` on the member (the type's own mark counts too).
    pub sensitive: bool,
    /// `x-bound`: the value of the client it equals (`client-id`).
    pub bound: Option<String>,
    /// `x-payload-hash`.
    pub payload_hash: Option<PayloadHash>,
    /// `default`, JSON text.
    pub default: Option<String>,
    /// The containment must be boxed; sealed by the pass `cycles`.
    pub boxed: bool,
    /// Its documentation.
    pub text: Text,
    /// Where the contract says it.
    pub origin: Origin,
}

/// One of several types.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnionShape {
    /// In contract order.
    pub variants: Vec<Variant>,
    /// How the variant is told, if by a member.
    pub discriminator: Option<Discriminator>,
    /// Indexes of the variants in the order in which they are tried where no discriminator tells them: contract order,
    /// but a variant that requires more comes before one that would always fit first; sealed by the pass `unions`.
    pub order: Vec<usize>,
}

/// One possibility of a union.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Its type.
    pub ty: TypeId,
    /// Values of the discriminator that mean it, first the one to write.
    pub tags: Vec<String>,
    /// What the variant may be called, if not after its type.
    pub name: Option<String>,
    /// The containment must be boxed; sealed by the pass `cycles`.
    pub boxed: bool,
    /// A value is this variant if it fits one of these; sealed by the pass `unions`.
    pub probes: Vec<Probe>,
}

impl Variant {
    /// A variant of that type, of which nothing else is known yet.
    pub fn of(ty: TypeId) -> Self {
        Self {
            ty,
            tags: Vec::new(),
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

/// What tells a variant: never a format, so that no value is refused for its spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The kind; nothing: any.
    pub kind: Option<JsonKind>,
    /// Members an object must have.
    pub required: Vec<String>,
    /// Required members that must have one of these values.
    pub constants: Vec<(String, Vec<Scalar>)>,
    /// Members that, if they are there, have one of these kinds.
    pub members: Vec<(String, Vec<JsonKind>)>,
}

/// The member that tells the variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discriminator {
    /// The JSON name of the member.
    pub member: String,
}
