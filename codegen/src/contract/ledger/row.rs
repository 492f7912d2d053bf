//! One row of the ledger: a word at a place, what is made of it, and the case that shows it.

use crate::contract::document::Dialect;

/// The kind of object a word stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Place {
    Root,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Components,
    Paths,
    PathItem,
    Operation,
    ExternalDocs,
    Parameter,
    RequestBody,
    MediaType,
    Encoding,
    Responses,
    Response,
    Example,
    Link,
    Callback,
    Header,
    Tag,
    Schema,
    Discriminator,
    Xml,
    SecurityScheme,
    OAuthFlows,
    OAuthFlow,
    SdkRoot,
    SdkOwner,
    SdkEnvironment,
    SdkRequestId,
    SdkProblem,
    SdkOperation,
    SdkAlias,
    SdkMediaType,
    SdkEnum,
    Signing,
    SigningHeaders,
    SigningNonce,
    SigningProblems,
    Idempotency,
    IdempotencyKey,
    IdempotencyReplayed,
    IdempotencyProblems,
    OperationIdempotency,
    ProblemRow,
    Pagination,
    PayloadHash,
    Lifecycle,
    Transition,
    Webhooks,
    WebhookSigning,
    WebhookHeaders,
    Envelope,
    Reference,
}

/// What we do with a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// It has an effect on the output.
    Read,
    /// Legal, and knowingly without effect; why.
    Noted(&'static str),
    /// A rule about values that nothing is held to; why.
    Unchecked(&'static str),
    /// It would make wrong code; what to do.
    Refused(&'static str),
}

/// What may stand behind a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Value {
    Any,
    Text,
    /// A text with something in it.
    Filled,
    Bool,
    Number,
    /// A whole number that is not negative.
    Whole,
    /// One of these texts.
    Words(&'static [&'static str]),
    /// `type` of a schema: a word, in 3.1 also several.
    Types,
    /// A number, in 3.0 a boolean.
    ExclusiveBound,
    /// An object of that kind.
    Object(Place),
    /// An object of that kind, or a `$ref` to one.
    Referable(Place),
    /// A schema: an object, in 3.1 also a boolean.
    Schema,
    /// A schema or a boolean, whatever the version.
    SchemaOrBool,
    List(&'static Value),
    /// Names of the contract's own, each with such a value.
    Map(&'static Value),
    /// The same, where `x-` words are extensions of the map itself.
    Keyed(Keys, &'static Value),
    Either(&'static Value, &'static Value),
}

/// What the keys of a [`Value::Keyed`] look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Keys {
    Paths,
    Statuses,
    Expressions,
}

/// One word in one place.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The word.
    pub keyword: &'static str,
    /// The version of OpenAPI that has it; `None`: all.
    pub dialect: Option<Dialect>,
    /// OpenAPI 3.2 has added it.
    pub newer: bool,
    /// What we do with it.
    pub rule: Rule,
    /// What may stand behind it.
    pub value: Value,
    /// In which versions it must be there.
    pub required: Required,
    /// The folder of `tests/cases` that shows it.
    pub case: &'static str,
}

/// When a word must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Required {
    Never,
    Always,
    In30,
}

pub(super) const fn read(keyword: &'static str, value: Value, case: &'static str) -> Row {
    Row {
        keyword,
        dialect: None,
        newer: false,
        rule: Rule::Read,
        value,
        required: Required::Never,
        case,
    }
}

pub(super) const fn noted(keyword: &'static str, value: Value, why: &'static str, case: &'static str) -> Row {
    Row {
        keyword,
        dialect: None,
        newer: false,
        rule: Rule::Noted(why),
        value,
        required: Required::Never,
        case,
    }
}

pub(super) const fn unchecked(keyword: &'static str, value: Value, why: &'static str, case: &'static str) -> Row {
    Row {
        keyword,
        dialect: None,
        newer: false,
        rule: Rule::Unchecked(why),
        value,
        required: Required::Never,
        case,
    }
}

pub(super) const fn refused(keyword: &'static str, value: Value, what_to_do: &'static str, case: &'static str) -> Row {
    Row {
        keyword,
        dialect: None,
        newer: false,
        rule: Rule::Refused(what_to_do),
        value,
        required: Required::Never,
        case,
    }
}

impl Row {
    pub(super) const fn in_30(self) -> Self {
        Self {
            dialect: Some(Dialect::V30),
            ..self
        }
    }

    pub(super) const fn in_31(self) -> Self {
        Self {
            dialect: Some(Dialect::V31),
            ..self
        }
    }

    pub(super) const fn in_32(self) -> Self {
        Self {
            newer: true,
            ..self.in_31()
        }
    }

    pub(super) const fn required(self) -> Self {
        Self {
            required: Required::Always,
            ..self
        }
    }

    pub(super) const fn required_in_30(self) -> Self {
        Self {
            required: Required::In30,
            ..self
        }
    }

    /// Must it be there in a contract of that version?
    pub fn is_required(&self, dialect: Dialect) -> bool {
        match self.required {
            Required::Never => false,
            Required::Always => true,
            Required::In30 => dialect == Dialect::V30,
        }
    }
}
