pub const CONTRACT_SHA256: &str = "a00dc733c78fed9c0da957d9f128ff14a74ad1b1a4ea6c228251be07c3e509af";
pub const USER_AGENT: &str = "case-declared-key-members/0.1.0";
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
    request_id_header: None,
    request_id_echoed: false,
    problems: glue::ProblemPlaces::RFC_9457,
    problem_bodies: &[],
    has_number_codes: false,
    registry: PROBLEMS,
    environment: glue::Environment { base_url: None, client_id: None, client_secret: None, webhook_secret: None, },
    rules: Some(&RULES),
    support: &[],
};
static IDEMPOTENCY: glue::Idempotency = glue::Idempotency {
    header: None,
    key_length: (1, 255),
    retention: glue::Retention::Unknown,
    replayed: None,
    conflict: None,
    in_progress: None,
    ..glue::Idempotency::NONE
};
pub(crate) static PROBLEMS: &[glue::ProblemRow] = &[];
static RULES: glue::Rules = glue::Rules::new(
    &[
        ( "attach", r#"{"body":{"multipart/form-data":{"$ref":"AttachRequestMultipart"}}}"#, ),
        ("pay", r#"{"body":{"application/json":{"$ref":"Payment"}}}"#),
    ],
    &[
        ( "AttachRequestMultipart", r#"{"properties":{"request":{"$ref":"Attachment"}}}"#, ),
        ("Attachment", r#"{"properties":{"idempotency_key":{"maxLength":45}}}"#),
        ( "Payment", r#"{"properties":{"idempotency_key":{"minLength":2,"maxLength":45}}}"#, ),
    ],
);
