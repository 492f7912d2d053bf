pub const CONTRACT_SHA256: &str = "e36e6af9e246843e890928ad0dd50a0ec461f6684b7ac7344aad63653debd4a2";
pub const USER_AGENT: &str = "case-echoes/0.1.0";
pub static API: glue::Api = glue::Api {
    name: "Case",
    user_agent: USER_AGENT,
    servers: &[],
    paths: "",
    operation_servers: &[],
    schemes: &[],
    security: &[],
    signing: None,
    retry: None,
    idempotency: Some(&IDEMPOTENCY),
    request_id_header: Some("X-Trace"),
    request_id_echoed: true,
    problems: glue::ProblemPlaces::RFC_9457,
    problem_bodies: &[],
    has_number_codes: false,
    registry: PROBLEMS,
    environment: glue::Environment { base_url: None, client_id: None, client_secret: None, webhook_secret: None, },
    rules: None,
    support: &[],
};
static IDEMPOTENCY: glue::Idempotency = glue::Idempotency {
    header: Some("Once"),
    key_length: (1, 64),
    retention: glue::Retention::Seconds(3600),
    replayed: None,
    conflict: None,
    in_progress: None,
    ..glue::Idempotency::NONE
};
pub(crate) static PROBLEMS: &[glue::ProblemRow] = &[];
