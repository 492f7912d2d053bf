//! The runtime as generated code names it: the one place that says which crate it is, and where each of its names stands.
//!
//! Emitters write `runtime::Decimal` and `glue::Value`, wherever these stand; `emit` replaces the root by the path of this
//! table. Renaming the crate, or moving one of its items to another module, is a change of this file alone.

/// A list of names.
macro_rules! words {
    ($($word:ident)*) => { &[$(stringify!($word)),*] };
}
pub(crate) use words;

/// The crate's name in code.
pub(crate) const LIBRARY: &str = "sdkwright_runtime";

/// The crate's name in manifests.
pub(crate) const PACKAGE: &str = "sdkwright-runtime";

/// The name of the server's side in manifests. Generated code names `sdkwright_server` only in the module `server`.
pub(crate) const SERVER_PACKAGE: &str = "sdkwright-server";

/// The root of the names that users read, in the tokens of emitters; never in generated code.
pub(crate) const ROOT: &str = "runtime";

/// The module of the names that only generated code calls, and their root in the tokens of emitters.
pub(crate) const GLUE: &str = "glue";

/// Names that stand in [`GLUE`].
pub(crate) const CALLED: &[&str] = words![
    ARRAY Algorithm AllItems Answer Api Approval BOOL Binary Bound CallFuture ClientAuthentication Comparison Core Description
    Deserialize Deserializer Downloaded Enum Environment EventId EventObject EventObjectJson EventObjectMixed
    EventText Filter Idempotency Input IntEnum Json KeyAnswer KeyInput KeyIntent KeyOperation KeyRules KeyState Lookup MacEncoding Member MemberKind Multipart NULL
    NUMBER NextPage OBJECT Operation Paged Paging Param PartPlain Piece Pollable PollableLookup ProblemBody ProblemCode
    ProblemPlaces ProblemRow Progress Received Request Retention RetryClass RetryHeader RetryRules RetryWait RowOutcome Rules STRING Scheme SchemeKind
    SecretEncoding SecretForm Shape SignatureAlgorithm SignatureRules SignedValue State Streamed Streams Style Subject
    Success Text TimestampFormat ToParam TokenEndpoint Typed Value ValuePlace Variable Verified WaitUnit Webhook
    Claim HttpForm HttpParameter HttpProfile Jws JwsPayload KeyPairRules NonceFormat NonceRules PlacedValue Freshness OAuth1Form SignatureForm SignaturePlace SigningSetting StateRule Webhooks Writer boxed debug deserialize
    enum_from enum_int enum_text is_text model object operation_keys pending read_int_enum request row send serde serialize
    undeclared_answer warn_forbidden_member write_int_enum
];

/// Names in signatures and exports, which users read, by the module that has them; `""` is the crate's root.
pub(crate) const NAMED: &[(&str, &[&str])] = &[
    (
        "",
        words![
            Authorized Base64 Builder CertificateSource ConfigError Credential Date Decimal DecodeError Download Draft DraftError
            Endpoint Error ErrorKind Events Execution Extra Float Header IdempotencyKey Integer Intent IntentError Items JsonValue JwksSource KeyError
            LeftOut Lines Map Maybe Money MoneyError Number Object OperationSource Outcome Pages Part Parts Poll PollResult Problem ProblemRow RefreshKey
            Refusal ReqwestTransport Response RowOutcome Secret Server ServerError Timestamp Token TokenProvider
            Transport Upload Violation Violations blocking http metrics reqwest secret signing testing
        ],
    ),
    ("answer", &["Binary", "Text"]),
    (
        "client",
        &[
            "DeviceAuthorization",
            "DeviceError",
            "DeviceFlow",
            "JournalUndecided",
            "Raw",
            "Resend",
        ],
    ),
    ("clock", &["Clock", "ClockSkew", "NonceError", "NonceSource"]),
    ("payload_hash", &["PayloadInputs"]),
    ("json", &["DecodeErrorKind", "EncodeError"]),
    ("multipart", &["Multipart"]),
    ("problem", &["ProblemCode", "RetryClass"]),
    ("retry", &["Budget", "Policy"]),
    ("error", &["SignatureReport"]),
    (
        "transport",
        &["Body", "Cause", "Incoming", "SendError", "SendFuture", "SleepFuture"],
    ),
    ("value", &["DecimalForm", "ValueError"]),
    (
        "stream",
        &[
            "EventObject",
            "EventObjectJson",
            "EventObjectMixed",
            "EventText",
            "PartPlain",
        ],
    ),
    ("draft", &["Approval"]),
    ("poll", &["NotReached", "PollEnd", "PollPolicy"]),
    ("webhook", &["Delivery", "Verifier", "VerifierError", "VerifyError"]),
    ("security", &["CredentialError", "TokenFuture", "TokenRequest"]),
];

/// Returns the module that has a name of [`NAMED`].
pub(crate) fn module(name: &str) -> Option<&'static str> {
    let has = |(_, names): &&(&str, &[&str])| names.contains(&name);
    NAMED.iter().find(has).map(|(module, _)| *module)
}
