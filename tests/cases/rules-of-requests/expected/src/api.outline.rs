pub const CONTRACT_SHA256: &str = "2ac8e93b339c70947e9bdda4cb3d8461db231a7bf09c51dbaa4a3f28fb4315d5";
pub const USER_AGENT: &str = "case-rules-of-requests/0.1.0";
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
    idempotency: None,
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
pub(crate) static PROBLEMS: &[glue::ProblemRow] = &[];
static RULES: glue::Rules = glue::Rules::new(
    &[
        ( "orderThings", r#"{"body":{"application/merge-patch+json":{"$ref":"SizedType"}}}"#, ),
        ("patchThing", r#"{"body":{"application/json":{"$ref":"SizedType"}}}"#),
        ("postThing", r#"{"body":{"application/json":{}}}"#),
        (
            "putThing",
            r#"{"query":{"huge":{"minimum":-1,"maximum":9223372036854775808},"quoted":{"pattern":"a\"b\\\\c#"},"above":{"exclusiveMinimum":0},"most":{"maximum":0},"five":{"minimum":5},"zero":{"minimum":0},"ratio":{"minimum":0.5},"tens":{"multipleOf":10},"power":{"maximum":1.5e+3},"hex":{"maximum":31},"pointed":{"maximum":1.0},"started":{"maximum":0.5,"multipleOf":0.5},"signed":{"minimum":-10,"maximum":10}},"body":{"application/json":{"$ref":"Thing"}}}"#,
        ),
        ("sendMaybe", r#"{"body":{"application/json":{"$ref":"SizedType"}}}"#),
        ("sendNumber", r#"{"body":{"application/json":{"minimum":7}}}"#),
        ("sendThings", r#"{"query":{"text":{"maxLength":4}}}"#),
    ],
    &[
        ("A", r#"{"properties":{"a":{"minLength":3}}}"#),
        ("C", r#"{"properties":{"c":{"maxLength":3}}}"#),
        (
            "Every",
            r#"{"variants":[{"fits":[{"kind":"object","required":["a","kind"],"texts":{"kind":["a"]}}],"rules":{"$ref":"A"}},{"fits":[{"kind":"object","required":["c","kind"]}],"rules":{"$ref":"C"}}]}"#,
        ),
        ("Middle", r#"{"properties":{"nested":{"$ref":"Nested"}}}"#),
        ("Nested", r#"{"properties":{"inner":{"items":{"items":{"minLength":1}}}}}"#),
        ("OfMap", r#"{"properties":{"a":{}},"additionalProperties":{"maxLength":7}}"#),
        ("Outer", r#"{"properties":{"middle":{"$ref":"Middle"}}}"#),
        ("SizedType", r#"{"minProperties":1,"maxProperties":4}"#),
        (
            "SomeType",
            r#"{"variants":[{"fits":[{"kind":"object","required":["a","kind"],"texts":{"kind":["a"]}}],"rules":{"$ref":"A"}},{"fits":[{"kind":"object","required":["b","kind"],"texts":{"kind":["b"]}}]}]}"#,
        ),
        (
            "Thing",
            r#"{"properties":{"sized":{"$ref":"SizedType"},"ofMap":{"$ref":"OfMap"},"ofValues":{"additionalProperties":{"maxLength":3}},"ofCount":{"minProperties":2},"pair":{"prefixItems":[{"maxLength":2},{}]},"told":{"$ref":"Told"},"some":{"$ref":"SomeType"},"every":{"$ref":"Every"},"nested":{"$ref":"Nested"},"twice":{"minLength":2,"pattern":"^a","allOf":[{"pattern":"b$"}]},"twiceSame":{"minimum":2},"unit":{"multipleOf":3},"chained":{"$ref":"Outer"},"mixed":{"$ref":"ThingMixed"}}}"#,
        ),
        (
            "ThingMixed",
            r#"{"variants":[{"fits":[{"kind":"number"}],"rules":{"maximum":5}},{"fits":[{"kind":"string"}],"rules":{"minLength":2}}]}"#,
        ),
        ( "Told", r#"{"discriminator":{"propertyName":"kind","mapping":{"a":{"$ref":"A"}}}}"#, ),
    ],
);
