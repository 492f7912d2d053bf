pub const CONTRACT_SHA256: &str = "3cf03258e3ed9c63785f5f849c11a403bf6a7c90d81ca917fcd976bf4dd963ce";
pub const USER_AGENT: &str = "case-checked-before-sent/0.1.0";
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
        (
            "attachToOrder",
            r#"{"path":{"id":{"pattern":"^[a-z]+$"}},"body":{"multipart/form-data":{"$ref":"AttachToOrderRequestMultipart"}}}"#,
        ),
        ("deleteOrder", r#"{"path":{"id":{"pattern":"^[a-z]+$"}}}"#),
        (
            "getOrder",
            r#"{"cookie":{"seen":{"exclusiveMinimum":0,"allOf":[{"minimum":5}]}},"header":{"X-Trace":{"maxLength":32}},"path":{"id":{"pattern":"^[a-z]+$"}},"query":{"limit":{"minimum":1,"maximum":100},"tags":{"maxItems":3,"uniqueItems":true,"items":{"minLength":2}},"filter":{"$ref":"Filter"}}}"#,
        ),
        (
            "payOrder",
            r#"{"path":{"id":{"pattern":"^[a-z]+$"}},"body":{"application/x-www-form-urlencoded":{"$ref":"PayOrderRequestForm"}}}"#,
        ),
        ( "putOrder", r#"{"path":{"id":{"pattern":"^[a-z]+$"}},"body":{"application/json":{"$ref":"Order"}}}"#, ),
    ],
    &[
        (
            "AttachToOrderRequestMultipart",
            r#"{"maxProperties":2,"properties":{"note":{"maxLength":80},"pages":{"maxItems":2}}}"#,
        ),
        ("Card", r#"{"properties":{"number":{"pattern":"^\\d{12,19}$"}}}"#),
        (
            "Filter",
            r#"{"minProperties":1,"properties":{"words":{"items":{"minLength":2,"maxLength":80,"pattern":"^[^\\s\\u{a0}\\u{1680}\\u{2000}-\\u{200a}\\u{2028}\\u{2029}\\u{202f}\\u{205f}\\u{3000}\\u{feff}]","allOf":[{"pattern":"[a-z]"}]}}}}"#,
        ),
        (
            "Line",
            r#"{"properties":{"count":{"minimum":1},"price":{"minimum":0,"multipleOf":0.01},"parts":{"items":{"$ref":"Line"}}}}"#,
        ),
        (
            "Order",
            r#"{"maxProperties":20,"properties":{"id":{},"lines":{"minItems":1,"items":{"$ref":"Line"}},"labels":{"additionalProperties":{"maxLength":12}},"payment":{"$ref":"Payment"},"reference":{"$ref":"OrderReference"},"password":{},"note":{},"total":{"type":"string"}},"additionalProperties":{"maxLength":200}}"#,
        ),
        (
            "OrderReference",
            r#"{"variants":[{"fits":[{"kind":"string"}],"rules":{"minLength":3}},{"fits":[{"kind":"number"}],"rules":{"minimum":1000}}]}"#,
        ),
        ("PayOrderRequestForm", r#"{"properties":{"code":{"minLength":4}}}"#),
        ( "Payment", r#"{"discriminator":{"propertyName":"kind","mapping":{"card":{"$ref":"Card"}}}}"#, ),
    ],
);
