//! The words of our own vocabulary, as `docs/extensions.md` specifies them.

use super::row::Value::{Bool, List, Map, Object, Referable, Text, Whole, Words};
use super::row::{Place, Row, Value, noted, read};

const ENCODINGS: Value = Words(&["hex", "base64"]);
const SECRETS: Value = Words(&["utf8", "hex", "base64"]);
const TIMESTAMPS: Value = Words(&["rfc3339", "unix-seconds"]);
const COMPONENTS: Value = List(&Words(&[
    "method",
    "target",
    "body-sha256-hex",
    "body-sha256-base64",
    "timestamp",
    "nonce",
    "client-id",
    "idempotency-key",
]));
const INTENTS: Value = Words(&["effect", "refresh"]);
const SERVER_TELLS: &str = "the server answers it; the registry says what to do";

pub(super) const SDK_ROOT: &[Row] = &[
    read("owner", Object(Place::SdkOwner), "documented"),
    read("environment", Object(Place::SdkEnvironment), "sdk"),
    read("requestId", Object(Place::SdkRequestId), "sdk"),
    read("problem", Object(Place::SdkProblem), "sdk"),
    read("support", List(&Text), "sdk"),
];

pub(super) const SDK_OWNER: &[Row] = &[
    read("name", Text, "sdk").required(),
    read("party", Text, "sdk").required(),
];

pub(super) const SDK_ENVIRONMENT: &[Row] = &[
    read("baseUrl", Text, "sdk"),
    read("clientId", Text, "sdk"),
    read("clientSecret", Text, "sdk"),
    read("webhookSecret", Text, "sdk"),
];

pub(super) const SDK_REQUEST_ID: &[Row] = &[read("header", Text, "sdk").required()];

pub(super) const SDK_PROBLEM: &[Row] = &[
    read("schema", Text, "sdk"),
    read("code", Text, "sdk").required(),
    read("title", Text, "sdk"),
    read("detail", Text, "sdk"),
    read("requestId", Text, "sdk"),
    read("errors", Text, "sdk"),
];

pub(super) const SDK_OPERATION: &[Row] = &[
    read("group", Text, "sdk"),
    read("method", Text, "sdk"),
    read("aliases", List(&Object(Place::SdkAlias)), "sdk"),
];

pub(super) const SDK_ALIAS: &[Row] = &[
    read("method", Text, "sdk").required(),
    read("intent", INTENTS, "sdk"),
    read("summary", Text, "sdk"),
];

pub(super) const SDK_MEDIA_TYPE: &[Row] = &[read("method", Text, "sdk").required()];

pub(super) const SDK_ENUM: &[Row] = &[read("variantPrefix", Text, "sdk").required()];

pub(super) const SIGNING: &[Row] = &[
    read("algorithm", Words(&["hmac-sha256"]), "signing").required(),
    read("encoding", ENCODINGS, "signing").required(),
    read("secret", SECRETS, "signing").required(),
    read("separator", Text, "signing").required(),
    read("components", COMPONENTS, "signing").required(),
    read("headers", Object(Place::SigningHeaders), "signing").required(),
    read("timestamp", TIMESTAMPS, "signing"),
    read("nonce", Object(Place::SigningNonce), "signing"),
    read("freshness", Whole, "signing"),
    read("problems", Object(Place::SigningProblems), "signing"),
];

pub(super) const SIGNING_HEADERS: &[Row] = &[
    read("clientId", Text, "signing"),
    read("timestamp", Text, "signing"),
    read("nonce", Text, "signing"),
];

pub(super) const SIGNING_NONCE: &[Row] = &[
    read("minLength", Whole, "signing"),
    read("maxLength", Whole, "signing"),
    noted(
        "pattern",
        Text,
        "nonces are made of letters, digits, `-` and `_`",
        "signing",
    ),
];

pub(super) const SIGNING_PROBLEMS: &[Row] = &[
    read("client", Text, "signing"),
    read("signature", Text, "signing"),
    read("expired", Text, "signing"),
    read("replayed", Text, "signing"),
];

pub(super) const IDEMPOTENCY: &[Row] = &[
    read("header", Text, "idempotency").required(),
    read("key", Object(Place::IdempotencyKey), "idempotency"),
    read("retention", Whole, "idempotency"),
    read("replayed", Object(Place::IdempotencyReplayed), "idempotency"),
    read("problems", Object(Place::IdempotencyProblems), "idempotency"),
];

pub(super) const IDEMPOTENCY_KEY: &[Row] = &[
    read("minLength", Whole, "idempotency"),
    read("maxLength", Whole, "idempotency"),
];

pub(super) const IDEMPOTENCY_REPLAYED: &[Row] = &[
    read("header", Text, "idempotency").required(),
    read("value", Text, "idempotency").required(),
];

pub(super) const IDEMPOTENCY_PROBLEMS: &[Row] = &[
    read("conflict", Text, "idempotency"),
    read("inProgress", Text, "idempotency"),
];

pub(super) const OPERATION_IDEMPOTENCY: &[Row] = &[
    read("intent", INTENTS, "idempotency").required(),
    read("subject", List(&Text), "idempotency"),
];

pub(super) const PROBLEM_ROW: &[Row] = &[
    read("status", Whole, "problem-registry").required(),
    read("title", Text, "problem-registry"),
    read("outcome", Words(&["not-executed", "unknown"]), "problem-registry").required(),
    read(
        "retry",
        Words(&["again", "resign-once", "after-change", "never"]),
        "problem-registry",
    )
    .required(),
    read("newKey", Bool, "problem-registry"),
    read("correctClock", Bool, "problem-registry"),
    read("stored", Bool, "problem-registry").required(),
    read("actor", Text, "problem-registry").required(),
    read("advice", Text, "problem-registry").required(),
];

pub(super) const PAGINATION: &[Row] = &[
    read("cursor", Text, "pagination"),
    read("limit", Text, "pagination"),
    read("items", Text, "pagination"),
    read("next", Text, "pagination"),
    read("more", Text, "pagination"),
];

pub(super) const PAYLOAD_HASH: &[Row] = &[
    read("algorithm", Words(&["sha256"]), "payload-hash"),
    read("encoding", Words(&["hex"]), "payload-hash"),
    read("canonical", Words(&["rfc8785"]), "payload-hash"),
    read("into", Text, "payload-hash"),
    noted("problem", Text, SERVER_TELLS, "payload-hash"),
    read("inputs", Map(&Text), "payload-hash"),
    read("of", Text, "payload-hash"),
];

pub(super) const LIFECYCLE: &[Row] = &[
    noted("initial", Text, "the local server starts there", "lifecycle"),
    read("done", List(&Text), "lifecycle"),
    read("terminal", List(&Text), "lifecycle"),
    read("needsPartner", List(&Text), "lifecycle"),
    read("transitions", List(&Object(Place::Transition)), "lifecycle"),
];

pub(super) const TRANSITION: &[Row] = &[
    read("from", Text, "lifecycle").required(),
    read("to", Text, "lifecycle").required(),
    read("by", Text, "lifecycle").required(),
];

pub(super) const WEBHOOKS: &[Row] = &[
    read("signing", Object(Place::WebhookSigning), "signed-webhooks").required(),
    read("envelope", Object(Place::Envelope), "signed-webhooks").required(),
    read("resources", Map(&Text), "signed-webhooks"),
    read("events", Map(&Referable(Place::PathItem)), "signed-webhooks").required(),
];

pub(super) const WEBHOOK_SIGNING: &[Row] = &[
    read("algorithm", Words(&["hmac-sha256"]), "signed-webhooks").required(),
    read("encoding", ENCODINGS, "signed-webhooks").required(),
    read("secret", SECRETS, "signed-webhooks").required(),
    read("separator", Text, "signed-webhooks").required(),
    read("components", COMPONENTS, "signed-webhooks").required(),
    read("headers", Object(Place::WebhookHeaders), "signed-webhooks").required(),
    read("timestamp", TIMESTAMPS, "signed-webhooks"),
    read("freshness", Whole, "signed-webhooks"),
];

pub(super) const WEBHOOK_HEADERS: &[Row] = &[
    read("timestamp", Text, "signed-webhooks").required(),
    read("nonce", Text, "signed-webhooks"),
    read("signature", Text, "signed-webhooks").required(),
];

pub(super) const ENVELOPE: &[Row] = &[
    read("schema", Text, "signed-webhooks").required(),
    read("id", Text, "signed-webhooks").required(),
    read("type", Text, "signed-webhooks").required(),
    read("resourceType", Text, "signed-webhooks"),
    read("resourceId", Text, "signed-webhooks"),
];
