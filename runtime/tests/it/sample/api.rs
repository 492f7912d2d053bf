//! Constants of the whole API from its contract.

use sdkwright_runtime::glue;

/// SHA-256 of the contract that this crate was generated from.
pub const CONTRACT_SHA256: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";

pub(crate) static API: glue::Api = glue::Api {
    name: "Bookshop API",
    user_agent: concat!("bookshop/", "1.2.0"),
    servers: &["https://api.bookshop.example"],
    paths: "",
    operation_servers: &[],
    schemes: &[glue::Scheme {
        name: "Signature",
        kind: glue::SchemeKind::Signing,
        setter: None,
    }],
    security: &[],
    signing: Some(&SIGNING),
    retry: None,
    idempotency: Some(&IDEMPOTENCY),
    request_id_header: Some("Trace-Id"),
    request_id_echoed: false,
    problems: glue::ProblemPlaces {
        code: "/error/kind",
        title: "/error/title",
        detail: "/error/text",
        request_id: Some("/trace"),
        errors: Some("/error/fields"),
        shown: None,
    },
    problem_bodies: &[glue::ProblemBody {
        statuses: &[(400, 599)],
        media_type: "application/problem+json",
        members: &[glue::Member::new("/error/kind", glue::MemberKind::Id)],
        any_of: &[],
    }],
    has_number_codes: false,
    registry: REGISTRY,
    environment: glue::Environment {
        base_url: Some("BOOKSHOP_URL"),
        client_id: Some("BOOKSHOP_ID"),
        client_secret: Some("BOOKSHOP_SECRET"),
        webhook_secret: Some("BOOKSHOP_WEBHOOK_SECRET"),
    },
    rules: Some(&RULES),
    support: &["shopId", "orderRef"],
};

/// Rules for requests, by operation, and for the types in them (JSON Schema).
static RULES: glue::Rules = glue::Rules::new(
    &[
        (
            "createOrder",
            r#"{"path":{"shopId":{"maxLength":4}},"body":{"application/json":{"$ref":"OrderRequest"}}}"#,
        ),
        (
            "createPayout",
            r#"{"body":{"application/json":{"properties":{"to":{"pattern":"^XX"}}}}}"#,
        ),
        ("listOrders", r#"{"query":{"size":{"minimum":1,"maximum":100}}}"#),
        (
            "uploadScan",
            r#"{"body":{"multipart/form-data":{"properties":{"title":{"maxLength":5}}}}}"#,
        ),
    ],
    &[(
        "OrderRequest",
        r#"{"properties":{"note":{"maxLength":3},"orderRef":{"minLength":1}}}"#,
    )],
);

static SIGNING: glue::SignatureRules = glue::SignatureRules {
    signature: glue::SignaturePlace::Header("Shop-Signature"),
    values: &[
        glue::PlacedValue {
            value: glue::SignedValue::ClientId,
            place: glue::ValuePlace::Header("Shop-Client"),
        },
        glue::PlacedValue {
            value: glue::SignedValue::Timestamp,
            place: glue::ValuePlace::Header("Shop-Time"),
        },
        glue::PlacedValue {
            value: glue::SignedValue::Nonce,
            place: glue::ValuePlace::Header("Shop-Nonce"),
        },
    ],
    freshness: glue::Freshness::each_way(60),
    nonce: Some(glue::NonceRules {
        format: glue::NonceFormat::Text,
        length: (20, 40),
    }),
    encoding: glue::MacEncoding::Base64,
    secret: Some(glue::SecretForm {
        algorithm: glue::Algorithm::HmacSha256,
        encoding: glue::SecretEncoding::Utf8,
        prefix: "",
    }),
    message: &[
        glue::Piece::Value(glue::SignedValue::Nonce, &[]),
        glue::Piece::Text("|"),
        glue::Piece::Value(glue::SignedValue::Timestamp, &[]),
        glue::Piece::Text("|"),
        glue::Piece::Value(glue::SignedValue::Method, &[]),
        glue::Piece::Text("|"),
        glue::Piece::Value(glue::SignedValue::Target, &[]),
        glue::Piece::Text("|"),
        glue::Piece::Value(glue::SignedValue::Body, &[glue::Filter::Sha256, glue::Filter::Base64]),
        glue::Piece::Text("|"),
        glue::Piece::Value(glue::SignedValue::IdempotencyKey, &[]),
        glue::Piece::Text("|"),
        glue::Piece::Value(glue::SignedValue::ClientId, &[]),
    ],
    timestamp: glue::TimestampFormat::UnixSeconds,
    signature_problem: Some("FORGED"),
    expired_problem: Some("STALE"),
    replayed_problem: Some("NONCE_SEEN"),
    ..glue::SignatureRules::NONE
};

static IDEMPOTENCY: glue::Idempotency = glue::Idempotency {
    header: Some("Once-Key"),
    key_length: (1, 64),
    retention: glue::Retention::Seconds(3600),
    replayed: Some(("Once-Replayed", "yes")),
    conflict: Some("KEY_TAKEN"),
    in_progress: Some("STILL_RUNNING"),
    ..glue::Idempotency::NONE
};

pub(crate) static REGISTRY: &[glue::ProblemRow] = &[
    glue::ProblemRow {
        code: "OUT_OF_STOCK",
        status: 409,
        title: "Out of stock",
        outcome: glue::RowOutcome::NotExecuted,
        creating: glue::RowOutcome::NotExecuted,
        retry: glue::RetryClass::AfterChange,
        new_key: true,
        correct_clock: false,
        stored: true,
        actor: "operations",
        advice: "Order another book under a new key.",
    },
    glue::ProblemRow {
        code: "STALE",
        status: 401,
        title: "STALE",
        outcome: glue::RowOutcome::NotExecuted,
        creating: glue::RowOutcome::NotExecuted,
        retry: glue::RetryClass::ResignOnce,
        new_key: false,
        correct_clock: true,
        stored: false,
        actor: "engineer",
        advice: "Correct the clock.",
    },
    glue::ProblemRow {
        code: "NONCE_SEEN",
        status: 401,
        title: "NONCE_SEEN",
        outcome: glue::RowOutcome::Unknown,
        creating: glue::RowOutcome::Unknown,
        retry: glue::RetryClass::ResignOnce,
        new_key: false,
        correct_clock: false,
        stored: false,
        actor: "engineer",
        advice: "Send it again with a new nonce.",
    },
    glue::ProblemRow {
        code: "KEY_TAKEN",
        status: 409,
        title: "KEY_TAKEN",
        outcome: glue::RowOutcome::Unknown,
        creating: glue::RowOutcome::Unknown,
        retry: glue::RetryClass::Never,
        new_key: false,
        correct_clock: false,
        stored: false,
        actor: "engineer",
        advice: "Look the order up.",
    },
    glue::ProblemRow {
        code: "CLOSED",
        status: 503,
        title: "CLOSED",
        outcome: glue::RowOutcome::NotExecuted,
        creating: glue::RowOutcome::NotExecuted,
        retry: glue::RetryClass::Again,
        new_key: false,
        correct_clock: false,
        stored: false,
        actor: "bookshop",
        advice: "Send it again.",
    },
];
