//! The keyword ledger: every keyword, the objects and OpenAPI versions that allow it, and its treatment.
//!
//! One table. `Read` affects the output; `Noted` is legal and deliberately without effect; `Refused` would produce
//! wrong code. A keyword without a row is reported. Each row names the case in `tests/cases` that covers it.

mod extensions;
mod openapi;
mod row;
mod schema;

pub use row::{KeyForm, ObjectKind, Required, Row, Rule, ValueKind};

use row::read;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Keywords that any object allows.
pub const EVERYWHERE: &[Row] = &[read(
    "x-documented",
    ValueKind::Either(
        &ValueKind::Bool,
        &ValueKind::Either(&ValueKind::Words(&["name"]), &ValueKind::List(&ValueKind::Text)),
    ),
    "documented",
)];

impl ObjectKind {
    /// Returns true for an object of an `x-` extension of the generator, which allows no keywords of others.
    pub fn is_ours(self) -> bool {
        self >= Self::SdkRoot && self <= Self::Cause
    }

    /// All kinds of objects.
    pub const ALL: &[Self] = &[
        Self::Root,
        Self::Info,
        Self::Contact,
        Self::License,
        Self::Server,
        Self::ServerVariable,
        Self::Components,
        Self::Paths,
        Self::PathItem,
        Self::Operation,
        Self::ExternalDocs,
        Self::Parameter,
        Self::RequestBody,
        Self::MediaType,
        Self::Encoding,
        Self::Responses,
        Self::Response,
        Self::Example,
        Self::Link,
        Self::Callback,
        Self::Header,
        Self::Tag,
        Self::Schema,
        Self::Discriminator,
        Self::Xml,
        Self::SecurityScheme,
        Self::OAuthFlows,
        Self::OAuthFlow,
        Self::SdkRoot,
        Self::SdkOwner,
        Self::SdkEnvironment,
        Self::SdkRequestId,
        Self::SdkProblem,
        Self::SdkOperation,
        Self::SdkAlias,
        Self::SdkMediaType,
        Self::SdkEnum,
        Self::Signing,
        Self::SigningHeaders,
        Self::SigningNonce,
        Self::SigningProblems,
        Self::Idempotency,
        Self::IdempotencyKey,
        Self::IdempotencyReplayed,
        Self::IdempotencyProblems,
        Self::OperationIdempotency,
        Self::Repeat,
        Self::ProblemRow,
        Self::ProblemOutcome,
        Self::Pagination,
        Self::PayloadHash,
        Self::Lifecycle,
        Self::Transition,
        Self::Condition,
        Self::Derived,
        Self::Scenario,
        Self::Posting,
        Self::Recording,
        Self::Seed,
        Self::Webhooks,
        Self::WebhookSigning,
        Self::WebhookHeaders,
        Self::Envelope,
        Self::Cause,
        Self::Reference,
    ];

    /// Returns the keywords of a kind of object, without [`EVERYWHERE`].
    pub fn rows(self) -> &'static [Row] {
        match self {
            Self::Root => openapi::ROOT,
            Self::Info => openapi::INFO,
            Self::Contact => openapi::CONTACT,
            Self::License => openapi::LICENSE,
            Self::Server => openapi::SERVER,
            Self::ServerVariable => openapi::SERVER_VARIABLE,
            Self::Components => openapi::COMPONENTS,
            // Names defined by the contract, then [`EVERYWHERE`].
            Self::Paths | Self::Responses | Self::Callback => &[],
            Self::PathItem => openapi::PATH_ITEM,
            Self::Operation => openapi::OPERATION,
            Self::ExternalDocs => openapi::EXTERNAL_DOCS,
            Self::Parameter => openapi::PARAMETER,
            Self::RequestBody => openapi::REQUEST_BODY,
            Self::MediaType => openapi::MEDIA_TYPE,
            Self::Encoding => openapi::ENCODING,
            Self::Response => openapi::RESPONSE,
            Self::Example => openapi::EXAMPLE,
            Self::Link => openapi::LINK,
            Self::Header => openapi::HEADER,
            Self::Tag => openapi::TAG,
            Self::Schema => schema::SCHEMA,
            Self::Discriminator => schema::DISCRIMINATOR,
            Self::Xml => schema::XML,
            Self::SecurityScheme => openapi::SECURITY_SCHEME,
            Self::OAuthFlows => openapi::OAUTH_FLOWS,
            Self::OAuthFlow => openapi::OAUTH_FLOW,
            Self::SdkRoot => extensions::SDK_ROOT,
            Self::SdkOwner => extensions::SDK_OWNER,
            Self::SdkEnvironment => extensions::SDK_ENVIRONMENT,
            Self::SdkRequestId => extensions::SDK_REQUEST_ID,
            Self::SdkProblem => extensions::SDK_PROBLEM,
            Self::SdkOperation => extensions::SDK_OPERATION,
            Self::SdkAlias => extensions::SDK_ALIAS,
            Self::SdkMediaType => extensions::SDK_MEDIA_TYPE,
            Self::SdkEnum => extensions::SDK_ENUM,
            Self::Signing => extensions::SIGNING,
            Self::SigningHeaders => extensions::SIGNING_HEADERS,
            Self::SigningNonce => extensions::SIGNING_NONCE,
            Self::SigningProblems => extensions::SIGNING_PROBLEMS,
            Self::Idempotency => extensions::IDEMPOTENCY,
            Self::IdempotencyKey => extensions::IDEMPOTENCY_KEY,
            Self::IdempotencyReplayed => extensions::IDEMPOTENCY_REPLAYED,
            Self::IdempotencyProblems => extensions::IDEMPOTENCY_PROBLEMS,
            Self::OperationIdempotency => extensions::OPERATION_IDEMPOTENCY,
            Self::Repeat => extensions::REPEAT,
            Self::ProblemRow => extensions::PROBLEM_ROW,
            Self::ProblemOutcome => extensions::PROBLEM_OUTCOME,
            Self::Pagination => extensions::PAGINATION,
            Self::PayloadHash => extensions::PAYLOAD_HASH,
            Self::Lifecycle => extensions::LIFECYCLE,
            Self::Transition => extensions::TRANSITION,
            Self::Condition => extensions::CONDITION,
            Self::Derived => extensions::DERIVED,
            Self::Scenario => extensions::SCENARIO,
            Self::Posting => extensions::POSTING,
            Self::Recording => extensions::RECORDING,
            Self::Seed => extensions::SEED,
            Self::Webhooks => extensions::WEBHOOKS,
            Self::WebhookSigning => extensions::WEBHOOK_SIGNING,
            Self::WebhookHeaders => extensions::WEBHOOK_HEADERS,
            Self::Envelope => extensions::ENVELOPE,
            Self::Cause => extensions::CAUSE,
            Self::Reference => openapi::REFERENCE,
        }
    }

    /// Returns the row of a keyword.
    pub fn row(self, keyword: &str) -> Option<&'static Row> {
        self.rows().iter().chain(EVERYWHERE).find(|row| row.keyword == keyword)
    }

    /// Returns the name of the object for diagnostics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Root => "the contract",
            Self::Info => "`info`",
            Self::Contact => "`contact`",
            Self::License => "`license`",
            Self::Server => "a server",
            Self::ServerVariable => "a server variable",
            Self::Components => "`components`",
            Self::Paths => "`paths`",
            Self::Responses => "`responses`",
            Self::Callback => "a callback",
            Self::PathItem => "a path item",
            Self::Operation => "an operation",
            Self::ExternalDocs => "`externalDocs`",
            Self::Parameter => "a parameter",
            Self::RequestBody => "a request body",
            Self::MediaType => "a media type",
            Self::Encoding => "an encoding",
            Self::Response => "a response",
            Self::Example => "an example",
            Self::Link => "a link",
            Self::Header => "a header",
            Self::Tag => "a tag",
            Self::Schema => "a schema",
            Self::Discriminator => "a discriminator",
            Self::Xml => "`xml`",
            Self::SecurityScheme => "a security scheme",
            Self::OAuthFlows => "`flows`",
            Self::OAuthFlow => "a flow",
            Self::SdkRoot | Self::SdkOperation | Self::SdkMediaType | Self::SdkEnum => "`x-sdk`",
            Self::SdkOwner => "`x-sdk.owner`",
            Self::SdkEnvironment => "`x-sdk.environment`",
            Self::SdkRequestId => "`x-sdk.requestId`",
            Self::SdkProblem => "`x-sdk.problem`",
            Self::SdkAlias => "an alias of `x-sdk`",
            Self::Signing => "`x-signing`",
            Self::SigningHeaders => "`x-signing.headers`",
            Self::SigningNonce => "`x-signing.nonce`",
            Self::SigningProblems => "`x-signing.problems`",
            Self::Idempotency | Self::OperationIdempotency => "`x-idempotency`",
            Self::Repeat => "a row of `x-repeats`",
            Self::IdempotencyKey => "`x-idempotency.key`",
            Self::IdempotencyReplayed => "`x-idempotency.replayed`",
            Self::IdempotencyProblems => "`x-idempotency.problems`",
            Self::ProblemRow => "a row of `x-problem-registry`",
            Self::Pagination => "`x-pagination`",
            Self::PayloadHash => "`x-payload-hash`",
            Self::Lifecycle => "`x-lifecycle`",
            Self::Transition => "a transition",
            Self::Condition => "a rule of `x-rules`",
            Self::Derived => "a row of `x-derives`",
            Self::Scenario => "a scenario of `x-scenarios`",
            Self::Posting => "a posting of `x-ledger`",
            Self::Recording => "a row of `x-records`",
            Self::Seed => "a row of `x-seed`",
            Self::Webhooks => "`x-webhooks`",
            Self::WebhookSigning => "`x-webhooks.signing`",
            Self::WebhookHeaders => "`x-webhooks.signing.headers`",
            Self::Envelope => "`x-webhooks.envelope`",
            Self::Cause => "a row of `x-webhooks.causes`",
            Self::ProblemOutcome => "an outcome of the problem registry",
            Self::Reference => "a reference",
        }
    }
}

/// Returns all rows of the table.
pub fn all() -> impl Iterator<Item = (Option<ObjectKind>, &'static Row)> {
    let placed = ObjectKind::ALL
        .iter()
        .flat_map(|place| place.rows().iter().map(|row| (Some(*place), row)));
    placed.chain(EVERYWHERE.iter().map(|row| (None, row)))
}

/// Returns the keywords that OpenAPI 3.2 added and that are not supported, each once.
pub fn unread_of_32() -> Vec<&'static str> {
    let mut words: Vec<&str> = Vec::new();
    for (_, row) in all().filter(|(_, row)| row.newer && matches!(row.rule, Rule::Refused(_))) {
        if !words.contains(&row.keyword) {
            words.push(row.keyword);
        }
    }
    words
}

/// Returns the keywords of the extensions (`docs/generate/extensions`), each once.
pub fn ours() -> &'static [&'static str] {
    static OURS: OnceLock<Vec<&'static str>> = OnceLock::new();
    OURS.get_or_init(|| {
        let words = all().map(|(_, row)| row.keyword).filter(|word| word.starts_with("x-"));
        words.collect::<BTreeSet<_>>().into_iter().collect()
    })
}

/// Returns true for a keyword of the extensions, in any object.
pub fn is_ours(keyword: &str) -> bool {
    keyword.starts_with("x-") && ours().binary_search(&keyword).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_once_in_a_place() {
        for place in ObjectKind::ALL {
            let words: Vec<&str> = place.rows().iter().chain(EVERYWHERE).map(|row| row.keyword).collect();
            assert_eq!(words.len(), words.iter().collect::<BTreeSet<_>>().len(), "{place:?}");
        }
    }

    #[test]
    fn every_place_is_in_the_table() {
        assert_eq!(
            ObjectKind::ALL.len(),
            ObjectKind::ALL.iter().collect::<BTreeSet<_>>().len()
        );
        assert_eq!(ObjectKind::ALL.len(), ObjectKind::Reference as usize + 1);
        assert!(
            ObjectKind::ALL
                .iter()
                .enumerate()
                .all(|(at, place)| *place as usize == at),
            "`walk` counts on the order"
        );
    }

    #[test]
    fn an_object_of_ours_has_words_of_the_vocabulary_alone() {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&ValueKind> = all()
            .filter(|(_, row)| row.keyword.starts_with("x-"))
            .map(|(_, row)| &row.value)
            .collect();
        while let Some(value) = open.pop() {
            match value {
                ValueKind::Object(place) if reached.insert(*place) => {
                    open.extend(place.rows().iter().map(|row| &row.value));
                }
                ValueKind::List(item) | ValueKind::Map(item) => open.push(item),
                ValueKind::Either(one, other) => open.extend([*one, *other]),
                _ => {}
            }
        }
        let ours: BTreeSet<ObjectKind> = ObjectKind::ALL
            .iter()
            .copied()
            .filter(|place| place.is_ours())
            .collect();
        assert_eq!(reached, ours);
    }
}
