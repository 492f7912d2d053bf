//! One row of the ledger: a keyword in a kind of object, its treatment, and the case that covers it.

use crate::document::model::Dialect;
use crate::source::Node;

/// Defines the kinds of objects, one a line: the variant, and its name in messages.
macro_rules! kinds {
    ($($kind:ident $name:literal)*) => {
        /// Kind of object that can have a keyword.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs)]
        pub enum ObjectKind {
            $($kind,)*
        }

        impl ObjectKind {
            /// All kinds of objects.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// Returns the name of the object for diagnostics.
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }
        }
    };
}

kinds! {
    Root                 "the contract"
    Info                 "`info`"
    Contact              "`contact`"
    License              "`license`"
    Server               "a server"
    ServerVariable       "a server variable"
    Components           "`components`"
    Paths                "`paths`"
    PathItem             "a path item"
    Operation            "an operation"
    ExternalDocs         "`externalDocs`"
    Parameter            "a parameter"
    RequestBody          "a request body"
    MediaType            "a media type"
    Encoding             "an encoding"
    Responses            "`responses`"
    Response             "a response"
    Example              "an example"
    Link                 "a link"
    Callback             "a callback"
    Header               "a header"
    Tag                  "a tag"
    Schema               "a schema"
    Discriminator        "a discriminator"
    Xml                  "`xml`"
    SecurityScheme       "a security scheme"
    OAuthFlows           "`flows`"
    OAuthFlow            "a flow"
    SdkRoot              "`x-sdk`"
    SdkOwner             "`x-sdk.owner`"
    SdkEnvironment       "`x-sdk.environment`"
    SdkRequestId         "`x-sdk.requestId`"
    SdkProblem           "`x-sdk.problem`"
    SdkOperation         "`x-sdk`"
    SdkAlias             "an alias of `x-sdk`"
    SdkMediaType         "`x-sdk`"
    SdkEnum              "`x-sdk`"
    Signing              "`x-signing`"
    SigningHeaders       "`x-signing.headers`"
    SigningQuery         "`x-signing.query`"
    SigningJws           "`x-signing.jws`"
    SigningHttp          "`x-signing.http`"
    SigningDigest        "`x-signing.http.digest`"
    SigningOAuth1        "`x-signing.oauth1`"
    SigningSetting       "a setting of `x-signing`"
    SigningNonce         "`x-signing.nonce`"
    SigningSecret        "`secret`"
    SigningProblems      "`x-signing.problems`"
    Token                "`x-token`"
    TokenAssertion       "`x-token.assertion`"
    Idempotency          "`x-idempotency`"
    IdempotencyKey       "`x-idempotency.key`"
    IdempotencyReplayed  "`x-idempotency.replayed`"
    IdempotencyProblems  "`x-idempotency.problems`"
    IdempotencyAnswer    "a response of `x-idempotency`"
    Retry                "`x-retry`"
    RetryAdvice          "`x-retry.advice`"
    OperationIdempotency "`x-idempotency`"
    Repeat               "a row of `x-repeats`"
    ProblemRow           "a row of `x-problem-registry`"
    ProblemOutcome       "an outcome of the problem registry"
    Pagination           "`x-pagination`"
    NextPage             "`x-pagination.next`"
    PayloadHash          "`x-payload-hash`"
    Lifecycle            "`x-lifecycle`"
    Transition           "a transition"
    Condition            "a rule of `x-rules`"
    Derived              "a row of `x-derives`"
    Scenario             "a scenario of `x-scenarios`"
    Posting              "a posting of `x-ledger`"
    Recording            "a row of `x-records`"
    Seed                 "a row of `x-seed`"
    Webhooks             "`x-webhooks`"
    WebhookPublicKey     "`x-webhooks.signing.publicKey`"
    WebhookKeys          "`x-webhooks.signing.keys`"
    WebhookJws           "`x-webhooks.signing.jws`"
    WebhookSigning       "`x-webhooks.signing`"
    WebhookHeaders       "`x-webhooks.signing.headers`"
    WebhookRead          "`x-webhooks.signing.read`"
    WebhookFreshness     "`x-webhooks.signing.freshness`"
    WebhookSetting       "a setting of `x-webhooks.signing`"
    Envelope             "`x-webhooks.envelope`"
    Cause                "a row of `x-webhooks.causes`"
    Reference            "a reference"
}

/// Defines the rows of kinds of objects, one a line.
macro_rules! tables {
    ($($kind:ident [$($row:expr),* $(,)?])*) => {
        /// Returns the rows of a kind; empty for the kinds of other files.
        pub(super) fn rows(kind: ObjectKind) -> &'static [Keyword] {
            match kind {
                $(ObjectKind::$kind => const { &[$($row),*] },)*
                _ => &[],
            }
        }
    };
}
pub(super) use tables;

/// Rule of a keyword.
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
    /// A whole number of at least this.
    Whole(u32),
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

impl ValueKind {
    /// Returns false if the node is a text, a list or an object, and no value of this kind is.
    pub(in crate::document) fn is_possible(&self, node: Node<'_>) -> bool {
        match self {
            Self::Text | Self::Filled | Self::Words(_) => node.as_str().is_some(),
            Self::List(_) => node.is_seq(),
            Self::Object(_) | Self::Map(_) | Self::Keyed(..) => node.is_map(),
            Self::Bool => node.as_bool().is_some(),
            Self::Number | Self::Whole(_) => node.as_number().is_some(),
            Self::Either(one, other) => one.is_possible(node) || other.is_possible(node),
            _ => true,
        }
    }
}

/// Form of the keys of a [`ValueKind::Keyed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum KeyForm {
    Paths,
    Statuses,
}

/// One keyword in one kind of object.
#[derive(Debug, Clone, Copy)]
pub struct Keyword {
    /// The keyword.
    pub keyword: &'static str,
    /// Version of OpenAPI that defines it; `None`: all.
    pub dialect: Option<Dialect>,
    /// Added by OpenAPI 3.2.
    pub newer: bool,
    /// Rule of the keyword.
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

pub(super) const fn read(keyword: &'static str, value: ValueKind, case: &'static str) -> Keyword {
    Keyword {
        keyword,
        dialect: None,
        newer: false,
        rule: Rule::Read,
        value,
        required: Required::Never,
        case,
    }
}

pub(super) const fn noted(keyword: &'static str, value: ValueKind, why: &'static str, case: &'static str) -> Keyword {
    read(keyword, value, case).with(Rule::Noted(why))
}

pub(super) const fn unchecked(
    keyword: &'static str,
    value: ValueKind,
    why: &'static str,
    case: &'static str,
) -> Keyword {
    read(keyword, value, case).with(Rule::Unchecked(why))
}

pub(super) const fn refused(
    keyword: &'static str,
    value: ValueKind,
    to_do: &'static str,
    case: &'static str,
) -> Keyword {
    read(keyword, value, case).with(Rule::Refused(to_do))
}

impl Keyword {
    const fn with(mut self, rule: Rule) -> Self {
        self.rule = rule;
        self
    }

    pub(super) const fn in_30(mut self) -> Self {
        self.dialect = Some(Dialect::V30);
        self
    }

    pub(super) const fn in_31(mut self) -> Self {
        self.dialect = Some(Dialect::V31);
        self
    }

    pub(super) const fn in_32(self) -> Self {
        Self {
            newer: true,
            ..self.in_31()
        }
    }

    pub(super) const fn required(mut self) -> Self {
        self.required = Required::Always;
        self
    }

    pub(super) const fn required_before_32(mut self) -> Self {
        self.required = Required::Before32;
        self
    }

    pub(super) const fn required_in_30(mut self) -> Self {
        self.required = Required::In30;
        self
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
