//! One row of the ledger: a keyword in a kind of object, its treatment, and the case that covers it.

use crate::document::model::Dialect;

/// Kind of object that a keyword stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum ObjectKind {
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
    Repeat,
    ProblemRow,
    ProblemOutcome,
    Pagination,
    PayloadHash,
    Lifecycle,
    Transition,
    Condition,
    Derived,
    Scenario,
    Posting,
    Recording,
    Seed,
    Webhooks,
    WebhookSigning,
    WebhookHeaders,
    Envelope,
    Cause,
    Reference,
}

/// Treatment of a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Affects the output.
    Read,
    /// Legal and deliberately without effect; the text is the reason.
    Noted(&'static str),
    /// A constraint that no value is checked against; the text is the reason.
    Unchecked(&'static str),
    /// Refused, because it would produce wrong code; the text says what to do instead.
    Refused(&'static str),
}

/// Kind of value of a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ValueKind {
    Any,
    Text,
    /// A text that is not empty.
    Filled,
    /// A day, such as `2027-06-30`, also with a time of RFC 3339 behind it.
    Date,
    Bool,
    Number,
    /// A non-negative integer.
    Whole,
    /// One of these texts.
    Words(&'static [&'static str]),
    /// `type` of a schema: a word, in 3.1 also several.
    Types,
    /// A number, in 3.0 a boolean.
    ExclusiveBound,
    /// An object of this kind.
    Object(ObjectKind),
    /// An object of this kind, or a `$ref` to one.
    Referable(ObjectKind),
    /// A schema: an object, in 3.1 also a boolean.
    Schema,
    /// A schema or a boolean, whatever the version.
    SchemaOrBool,
    List(&'static ValueKind),
    /// A map with keys that the contract defines, each with such a value.
    Map(&'static ValueKind),
    /// A map whose `x-` keys are extensions of the map itself.
    Keyed(KeyForm, &'static ValueKind),
    Either(&'static ValueKind, &'static ValueKind),
}

/// Form of the keys of a [`ValueKind::Keyed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum KeyForm {
    Paths,
    Statuses,
    Expressions,
}

/// One keyword in one kind of object.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The keyword.
    pub keyword: &'static str,
    /// Version of OpenAPI that defines it; `None`: all.
    pub dialect: Option<Dialect>,
    /// Added by OpenAPI 3.2.
    pub newer: bool,
    /// Treatment of the keyword.
    pub rule: Rule,
    /// Kind of its value.
    pub value: ValueKind,
    /// Versions in which it is required.
    pub required: Required,
    /// Folder in `tests/cases` that covers it.
    pub case: &'static str,
}

/// Versions in which a keyword is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Required {
    Never,
    Always,
    In30,
    Before32,
}

pub(super) const fn read(keyword: &'static str, value: ValueKind, case: &'static str) -> Row {
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

pub(super) const fn noted(keyword: &'static str, value: ValueKind, why: &'static str, case: &'static str) -> Row {
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

pub(super) const fn unchecked(keyword: &'static str, value: ValueKind, why: &'static str, case: &'static str) -> Row {
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

pub(super) const fn refused(
    keyword: &'static str,
    value: ValueKind,
    what_to_do: &'static str,
    case: &'static str,
) -> Row {
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

    pub(super) const fn required_before_32(self) -> Self {
        Self {
            required: Required::Before32,
            ..self
        }
    }

    pub(super) const fn required_in_30(self) -> Self {
        Self {
            required: Required::In30,
            ..self
        }
    }

    /// Returns true if a contract of that version requires the keyword.
    pub fn is_required(&self, dialect: Dialect, is_32: bool) -> bool {
        match self.required {
            Required::Never => false,
            Required::Always => true,
            Required::In30 => dialect == Dialect::V30,
            Required::Before32 => !is_32,
        }
    }
}
