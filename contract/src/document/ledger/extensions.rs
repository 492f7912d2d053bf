//! Rows of the extensions, as `docs/generate/extensions` specifies them.

use super::row::ValueKind::{Any, Bool, Either, Filled, List, Map, Object, Referable, Text, Whole, Words};
use super::row::{Keyword, ObjectKind, ValueKind, noted, read, tables};
use crate::ir::{
    ClientProof, Component, EffectKind, HttpParameter, KeyIntent, MacEncoding, Method, NonceFormat, RetryClass,
    RowOutcome, SecretEncoding, SignatureAlgorithm, TimestampFormat, WaitUnit, Word as _,
};

const ENCODINGS: ValueKind = Words(MacEncoding::NAMES);
const SIGNATURES: ValueKind = Words(SignatureAlgorithm::NAMES);
const CLAIM: ValueKind = Either(&Filled, &List(&Filled));
const SECRETS: ValueKind = Either(&Words(SecretEncoding::NAMES), &Object(ObjectKind::SigningSecret));
const TIMESTAMPS: ValueKind = Words(TimestampFormat::NAMES);
const COMPONENTS: ValueKind = List(&Words(Component::NAMES));
const OUTCOMES: ValueKind = Words(RowOutcome::NAMES);
const STATUS: ValueKind = Either(&Whole(100), &Words(&["4XX", "5XX"]));
const INTENTS: ValueKind = Words(KeyIntent::NAMES);
pub(super) const EFFECTS: ValueKind = Words(EffectKind::NAMES);
const SERVER_TELLS: &str = "the server returns it; the registry defines what to do";
pub(super) const SERVER_DOES: &str = "the local sandbox applies it; an SDK does not";

tables! {
    SdkRoot [
        read("owner", Object(ObjectKind::SdkOwner), "documented"),
        read("environment", Object(ObjectKind::SdkEnvironment), "sdk"),
        read("requestId", Object(ObjectKind::SdkRequestId), "sdk"),
        read("problem", Object(ObjectKind::SdkProblem), "sdk"),
        read("support", List(&Filled), "sdk"),
        noted("actors", List(&Filled), "`actor` of each problem code is checked against it", "problem-registry"),
        read("neverSent", List(&Filled), "never-sent"),
    ]
    SdkOwner [
        read("name", Filled, "sdk").required(),
        read("party", Filled, "sdk").required(),
    ]
    SdkEnvironment [
        read("baseUrl", Filled, "sdk"),
        read("clientId", Filled, "sdk"),
        read("clientSecret", Filled, "sdk"),
        read("webhookSecret", Filled, "sdk"),
    ]
    SdkRequestId [
        read("header", Filled, "sdk").required(),
        read("echoed", Bool, "echoes"),
        read("required", Bool, "server"),
    ]
    SdkProblem [
        read("schema", Filled, "sdk"),
        read("code", Filled, "sdk").required(),
        read("title", Filled, "sdk"),
        read("detail", Filled, "sdk"),
        read("requestId", Filled, "sdk"),
        read("errors", Filled, "sdk"),
        read("show", List(&Words(&["detail"])), "sdk"),
    ]
    SdkOperation [
        read("group", Filled, "sdk"),
        read("method", Filled, "sdk"),
        read("aliases", List(&Object(ObjectKind::SdkAlias)), "sdk"),
    ]
    SdkAlias [
        read("method", Filled, "sdk").required(),
        read("intent", INTENTS, "sdk"),
        read("summary", Filled, "sdk"),
    ]
    SdkMediaType [
        read("method", Filled, "sdk").required(),
    ]
    SdkEnum [
        read("variantPrefix", Filled, "sdk").required(),
    ]
    Signing [
        read("algorithm", Either(&List(&SIGNATURES), &SIGNATURES), "signing").required(),
        read("encoding", Either(&Map(&ENCODINGS), &ENCODINGS), "signing"),
        read("secret", SECRETS, "signing"),
        read("message", Filled, "signing-templates"),
        read("separator", Text, "signing"),
        read("components", COMPONENTS, "signing"),
        read("jws", Object(ObjectKind::SigningJws), "signing-jws"),
        read("http", Object(ObjectKind::SigningHttp), "signing-http"),
        read("oauth1", Object(ObjectKind::SigningOAuth1), "signing-oauth1"),
        read("headers", Object(ObjectKind::SigningHeaders), "signing"),
        read("query", Object(ObjectKind::SigningQuery), "signing-query"),
        read("settings", Map(&Object(ObjectKind::SigningSetting)), "signing-query"),
        read("timestamp", TIMESTAMPS, "signing"),
        read("nonce", Object(ObjectKind::SigningNonce), "signing"),
        read("lifetime", Whole(1), "signing-jws"),
        read("freshness", Whole(1), "signing"),
        read("problems", Object(ObjectKind::SigningProblems), "signing"),
        read("theirs", Bool, "signing-query"),
    ]
    SigningSecret [
        read("encoding", Words(SecretEncoding::NAMES), "signing-templates").required(),
        read("prefix", Filled, "signing-templates").required(),
    ]
    SigningHeaders [
        read("clientId", Filled, "signing"),
        read("timestamp", Filled, "signing"),
        read("nonce", Filled, "signing"),
    ]
    SigningJws [
        read("protected", Map(&CLAIM), "signing-jws"),
        read("claims", Map(&CLAIM), "signing-jws"),
        read("payload", Filled, "signing-detached"),
        read("detached", Bool, "signing-detached"),
    ]
    SigningHttp [
        read("profile", Words(&["cavage-10", "rfc9421"]), "signing-http").required(),
        read("covered", List(&Filled), "signing-http").required(),
        read("ifSent", List(&Filled), "signing-http"),
        read("digest", Object(ObjectKind::SigningDigest), "signing-http"),
        read("keyId", Filled, "signing-http"),
        read("algorithms", Map(&Filled), "signing-http"),
        read("certificate", Filled, "signing-http"),
        read("label", Filled, "signing-rfc9421"),
        read("parameters", List(&Words(HttpParameter::NAMES)), "signing-rfc9421"),
    ]
    SigningDigest [
        read("header", Filled, "signing-http").required(),
        read("algorithm", Words(&["sha256", "sha512"]), "signing-http").required(),
    ]
    SigningOAuth1 [
        read("methods", Map(&Filled), "signing-oauth1").required(),
        read("bodyHash", Bool, "signing-oauth1"),
        read("encodeValues", Bool, "signing-oauth1"),
    ]
    SigningQuery [
        read("clientId", Filled, "signing-query"),
        read("timestamp", Filled, "signing-query"),
        read("nonce", Filled, "signing-query"),
    ]
    SigningSetting [
        read("description", Filled, "signing-query").required(),
        read("environment", Filled, "signing-query"),
        read("query", Filled, "signing-query"),
    ]
    SigningNonce [
        read("minLength", Whole(1), "signing"),
        read("maxLength", Whole(1), "signing"),
        read("format", Words(NonceFormat::NAMES), "signing-jws"),
        noted("pattern", Filled, "nonces consist of letters, digits, `-` and `_`", "signing"),
    ]
    SigningProblems [
        read("client", Filled, "signing"),
        read("signature", Filled, "signing"),
        read("expired", Filled, "signing"),
        read("replayed", Filled, "signing"),
    ]
    Token [
        read("url", Filled, "client-credentials"),
        read("clientAuthentication", Words(ClientProof::NAMES), "client-credentials"),
        read("assertion", Object(ObjectKind::TokenAssertion), "client-assertion"),
        read("audience", Filled, "client-credentials"),
        read("extra", Map(&Filled), "client-credentials"),
        read("grant", Filled, "client-credentials"),
    ]
    TokenAssertion [
        read("algorithm", Either(&List(&SIGNATURES), &SIGNATURES), "client-assertion").required(),
        read("audience", Filled, "client-assertion"),
    ]
    Idempotency [
        read("header", Filled, "idempotency"),
        read("on", List(&Words(Method::UNSAFE)), "idempotency-on"),
        read("key", Object(ObjectKind::IdempotencyKey), "idempotency"),
        read("retention", Either(&Whole(1), &Words(&["unknown"])), "idempotency"),
        read("replayed", Object(ObjectKind::IdempotencyReplayed), "idempotency"),
        read("problems", Object(ObjectKind::IdempotencyProblems), "idempotency"),
        read("conflict", Object(ObjectKind::IdempotencyAnswer), "idempotency-of-vendors"),
        read("inProgress", Object(ObjectKind::IdempotencyAnswer), "idempotency-of-vendors"),
        read("used", Object(ObjectKind::IdempotencyAnswer), "idempotency-of-vendors"),
        read("notAfter", List(&STATUS), "idempotency-of-vendors"),
        read("minimumDelay", Whole(0), "idempotency-of-vendors"),
        read("scope", Words(&["route", "account"]), "idempotency-of-vendors"),
        read("member", Filled, "declared-key-named"),
    ]
    IdempotencyKey [
        read("minLength", Whole(1), "idempotency"),
        read("maxLength", Whole(1), "idempotency"),
    ]
    IdempotencyReplayed [
        read("header", Filled, "idempotency").required(),
        read("value", Filled, "idempotency").required(),
    ]
    IdempotencyProblems [
        read("conflict", Filled, "idempotency"),
        read("inProgress", Filled, "idempotency"),
    ]
    IdempotencyAnswer [
        read("status", STATUS, "idempotency-of-vendors").required(),
        read("at", Filled, "idempotency-of-vendors"),
        read("is", Filled, "idempotency-of-vendors"),
        read("id", Filled, "idempotency-of-vendors"),
    ]
    Retry [
        read("advice", Object(ObjectKind::RetryAdvice), "retry"),
        read("statuses", List(&STATUS), "retry"),
        read("waitHeader", Filled, "retry"),
        read("waitUnit", Words(WaitUnit::NAMES), "retry"),
    ]
    RetryAdvice [
        read("header", Filled, "retry").required(),
        read("again", Filled, "retry"),
        read("never", Filled, "retry"),
    ]
    OperationIdempotency [
        read("intent", INTENTS, "idempotency").required(),
        read("subject", List(&Filled), "idempotency"),
        read("existing", List(&Whole(100)), "repeats"),
    ]
    Repeat [
        read("sent", Filled, "repeats").required(),
        read("received", Filled, "repeats"),
        read("last", Whole(1), "repeats"),
        read("folded", Bool, "repeats"),
        read("decimal", Bool, "repeats"),
    ]
    ProblemRow [
        read("status", Whole(100), "problem-registry").required(),
        read("title", Filled, "problem-registry"),
        read("outcome", Either(&Object(ObjectKind::ProblemOutcome), &OUTCOMES), "problem-registry").required(),
        read("retry", Words(RetryClass::NAMES), "problem-registry").required(),
        read("newKey", Bool, "problem-registry"),
        read("correctClock", Bool, "problem-registry"),
        read("stored", Bool, "problem-registry").required(),
        read("actor", Filled, "problem-registry").required(),
        read("advice", Filled, "problem-registry").required(),
    ]
    ProblemOutcome [
        read("creating", OUTCOMES, "problem-registry").required(),
        read("otherwise", OUTCOMES, "problem-registry").required(),
    ]
    Pagination [
        read("cursor", Filled, "pagination"),
        read("limit", Filled, "pagination"),
        read("items", Text, "pagination"),
        read("next", Either(&Filled, &Object(ObjectKind::NextPage)), "pagination"),
        read("more", Filled, "pagination"),
        read("done", Filled, "pagination"),
    ]
    NextPage [
        read("header", Filled, "pages-of-all-styles"),
        read("link", Filled, "pages-of-all-styles"),
        read("url", Filled, "pages-of-all-styles"),
        read("last", Filled, "pages-of-all-styles"),
        read("offset", Whole(0), "pages-of-all-styles"),
        read("total", Filled, "pages-of-all-styles"),
        read("page", Whole(0), "pages-of-all-styles"),
        read("pages", Filled, "pages-of-all-styles"),
    ]
    PayloadHash [
        read("algorithm", Words(&["sha256"]), "payload-hash"),
        read("encoding", Words(&["hex"]), "payload-hash"),
        read("canonical", Words(&["rfc8785"]), "payload-hash"),
        read("into", Filled, "payload-hash"),
        noted("problem", Filled, SERVER_TELLS, "payload-hash"),
        read("inputs", Map(&Filled), "payload-hash"),
        read("of", Filled, "payload-hash"),
    ]
    Lifecycle [
        read("initial", Filled, "lifecycle"),
        read("done", List(&Filled), "lifecycle"),
        read("terminal", List(&Filled), "lifecycle"),
        read("needsAction", List(&Filled), "lifecycle"),
        noted("usable", List(&Filled), SERVER_DOES, "rules"),
        read("transitions", List(&Object(ObjectKind::Transition)), "lifecycle"),
    ]
    Transition [
        read("from", Filled, "lifecycle").required(),
        read("to", Filled, "lifecycle").required(),
        read("by", Filled, "lifecycle").required(),
        noted("after", Either(&Whole(0), &Filled), SERVER_DOES, "rules"),
        noted("when", Filled, SERVER_DOES, "rules"),
        noted("set", Map(&Filled), SERVER_DOES, "rules"),
    ]
    Condition [
        noted("rule", Filled, SERVER_DOES, "rules").required(),
        read("message", Filled, "rules").required(),
        read("code", Filled, "rules"),
        noted("at", Filled, SERVER_DOES, "rules"),
    ]
    Derived [
        noted("member", Filled, SERVER_DOES, "rules").required(),
        noted("value", Filled, SERVER_DOES, "rules").required(),
    ]
    Scenario [
        read("name", Filled, "scenarios").required(),
        noted("when", Filled, SERVER_DOES, "scenarios").required(),
        read("message", Filled, "scenarios").required(),
        noted("refuses", Filled, SERVER_DOES, "scenarios"),
        noted("to", Either(&Filled, &List(&Filled)), SERVER_DOES, "scenarios"),
        noted("after", Whole(0), SERVER_DOES, "scenarios"),
        noted("of", Filled, SERVER_DOES, "scenarios"),
        noted("makes", Filled, SERVER_DOES, "scenarios"),
    ]
    Posting [
        noted("to", Filled, SERVER_DOES, "rules").required(),
        noted("from", Filled, SERVER_DOES, "rules"),
        noted("when", Filled, SERVER_DOES, "rules"),
        noted("debit", Filled, SERVER_DOES, "rules").required(),
        noted("credit", Filled, SERVER_DOES, "rules").required(),
        noted("unit", Filled, SERVER_DOES, "rules").required(),
        noted("amount", Filled, SERVER_DOES, "rules").required(),
    ]
    Recording [
        noted("of", Filled, SERVER_DOES, "rules").required(),
        noted("when", Filled, SERVER_DOES, "rules"),
        noted("once", Bool, SERVER_DOES, "rules"),
        noted("members", Map(&Filled), SERVER_DOES, "rules").required(),
    ]
    Seed [
        noted("call", Filled, SERVER_DOES, "rules"),
        noted("makes", Filled, SERVER_DOES, "rules"),
        noted("owner", Filled, SERVER_DOES, "rules"),
        noted("name", Filled, SERVER_DOES, "rules"),
        noted("id", Filled, SERVER_DOES, "rules"),
        noted("path", Map(&Filled), SERVER_DOES, "rules"),
        noted("body", Any, SERVER_DOES, "rules"),
        noted("state", Filled, SERVER_DOES, "rules"),
        noted("summary", Filled, SERVER_DOES, "rules"),
    ]
    Webhooks [
        read("signing", Object(ObjectKind::WebhookSigning), "signed-webhooks").required(),
        read("envelope", Object(ObjectKind::Envelope), "signed-webhooks").required(),
        read("resources", Map(&Filled), "signed-webhooks"),
        read("events", Map(&Referable(ObjectKind::PathItem)), "signed-webhooks").required(),
        noted("causes", List(&Object(ObjectKind::Cause)), SERVER_DOES, "signed-webhooks"),
    ]
    Cause [
        noted("event", Filled, SERVER_DOES, "signed-webhooks").required(),
        noted("as", Filled, SERVER_DOES, "signed-webhooks"),
        noted("of", Filled, SERVER_DOES, "signed-webhooks").required(),
        noted("change", Words(&["created", "any"]), SERVER_DOES, "signed-webhooks"),
        noted("to", Filled, SERVER_DOES, "signed-webhooks"),
        noted("from", Filled, SERVER_DOES, "signed-webhooks"),
        noted("when", Filled, SERVER_DOES, "signed-webhooks"),
        noted("off", Bool, SERVER_DOES, "signed-webhooks"),
    ]
    WebhookSigning [
        read("scheme", Words(&["standard-webhooks"]), "standard-webhooks"),
        read("algorithm", Either(&SIGNATURES, &List(&SIGNATURES)), "signed-webhooks"),
        read("encoding", ENCODINGS, "signed-webhooks"),
        read("secret", SECRETS, "signed-webhooks"),
        read("publicKey", Object(ObjectKind::WebhookPublicKey), "webhooks-by-key-pairs"),
        read("keys", Object(ObjectKind::WebhookKeys), "webhooks-fetched-keys"),
        read("jws", Object(ObjectKind::WebhookJws), "webhooks-with-claims"),
        read("message", Filled, "signing-templates"),
        read("separator", Text, "signed-webhooks"),
        read("components", COMPONENTS, "signed-webhooks"),
        read("headers", Object(ObjectKind::WebhookHeaders), "signed-webhooks"),
        read("read", Object(ObjectKind::WebhookRead), "signing-templates"),
        read("each", Filled, "signed-items"),
        read("signature", Filled, "signed-items"),
        read("settings", Map(&Object(ObjectKind::WebhookSetting)), "signing-templates"),
        read("timestamp", TIMESTAMPS, "signed-webhooks"),
        read("freshness", Either(&Whole(1), &Either(&Words(&["none"]), &Object(ObjectKind::WebhookFreshness))), "signed-webhooks"),
        read("theirs", Bool, "signed-items"),
    ]
    WebhookHeaders [
        read("timestamp", Filled, "signed-webhooks"),
        read("nonce", Filled, "signed-webhooks"),
        read("signature", Filled, "signed-webhooks").required(),
    ]
    WebhookRead [
        read("header", Filled, "signing-templates").required(),
        read("list", Words(&[",", " ", ";"]), "signing-templates"),
        read("pair", Words(&["=", ","]), "signing-templates"),
        read("pairs", Map(&Either(&Words(&["signature", "timestamp", "nonce"]), &SIGNATURES)), "signing-templates"),
        read("headers", Map(&Words(&["timestamp", "nonce"])), "signing-templates"),
    ]
    WebhookPublicKey [
        read("prefix", Filled, "webhooks-by-key-pairs").required(),
    ]
    WebhookKeys [
        read("jwks", Filled, "webhooks-fetched-keys"),
        read("certificate", Filled, "webhooks-fetched-certificate"),
        read("hosts", List(&Filled), "webhooks-fetched-certificate"),
        read("operation", Filled, "webhooks-fetched-by-operation"),
        read("id", Filled, "webhooks-fetched-by-operation"),
        read("key", Filled, "webhooks-fetched-by-operation"),
        read("revoked", Filled, "webhooks-fetched-by-operation"),
    ]
    WebhookJws [
        read("header", Filled, "webhooks-with-claims").required(),
        read("claims", Map(&Filled), "webhooks-with-claims"),
        read("detached", Bool, "webhooks-detached"),
    ]
    WebhookFreshness [
        read("past", Whole(1), "signing-templates"),
        read("future", Whole(0), "signing-templates"),
    ]
    WebhookSetting [
        read("description", Filled, "signing-templates").required(),
        read("environment", Filled, "signing-templates"),
    ]
    Envelope [
        read("schema", Filled, "signed-webhooks").required(),
        read("id", Filled, "signed-webhooks"),
        read("type", Filled, "signed-webhooks"),
        read("resourceType", Filled, "signed-webhooks"),
        read("resourceId", Filled, "signed-webhooks"),
    ]
}
