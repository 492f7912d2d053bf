pub const CONTRACT_SHA256: &str = "9425c61a9a5066d6654eb9e08b638d2bf8097624170d37652d2b85d8452eca59";
pub const USER_AGENT: &str = "case-sdk/0.1.0";
pub static API: glue::Api = glue::Api {
    name: "Lending API",
    user_agent: USER_AGENT,
    servers: &[],
    paths: "/covers",
    operation_servers: &[],
    schemes: &[],
    security: &[],
    signing: None,
    retry: None,
    idempotency: Some(&IDEMPOTENCY),
    request_id_header: Some("X-Trace"),
    request_id_echoed: false,
    problems: glue::ProblemPlaces {
        code: "/code",
        title: "/more/title",
        detail: "/more/detail",
        request_id: Some("/trace"),
        errors: Some("/fields"),
        shown: Some(&["colour", "reader"]),
    },
    problem_bodies: &[
        glue::ProblemBody {
            statuses: &[(400, 599)],
            media_type: "application/json",
            members: &[glue::Member::new("/code", glue::MemberKind::Text)],
            any_of: &[],
        },
    ],
    has_number_codes: false,
    registry: PROBLEMS,
    environment: glue::Environment {
        base_url: Some("LENDING_URL"),
        client_id: Some("LENDING_ID"),
        client_secret: Some("LENDING_SECRET"),
        webhook_secret: Some("LENDING_HOOK"),
    },
    rules: None,
    support: &["reader"],
};
static IDEMPOTENCY: glue::Idempotency = glue::Idempotency {
    header: Some("Once"),
    key_length: (1, 255),
    retention: glue::Retention::Seconds(600),
    replayed: None,
    conflict: None,
    in_progress: None,
    ..glue::Idempotency::NONE
};
pub(crate) const FAILURES_1: &[glue::ProblemBody] = &[
    glue::ProblemBody {
        statuses: &[(400, 599)],
        media_type: "application/json",
        members: &[glue::Member::new("/code", glue::MemberKind::Text)],
        any_of: &[],
    },
];
pub(crate) static PROBLEMS: &[glue::ProblemRow] = &[];
