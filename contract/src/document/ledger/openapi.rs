//! Rows of OpenAPI 3.0 and 3.1, and of schemas: JSON Schema 2020-12, the subset of OpenAPI 3.0, the additions of OpenAPI, and our `x-` words.

use super::extensions::SERVER_DOES;
use super::row::ValueKind::{
    self, Any, Bool, Date, ExclusiveBound, Filled, Keyed, List, Map, Number, Object, Referable, SchemaOrBool, Text,
    Types, Whole, Words,
};
use super::row::{KeyForm, Keyword, ObjectKind, noted, read, refused, tables, unchecked};

const DOCS: &str = "it is documentation for readers of the contract";
const TOKENS: &str = "tokens come from the caller's token provider";
const RECEIVED: &str = "headers of responses are not generated";
const SCHEMA: &ValueKind = &ValueKind::Schema;
const EXAMPLES: ValueKind = Map(&Referable(ObjectKind::Example));
const CONTENT: ValueKind = Map(&Referable(ObjectKind::MediaType));
const HEADERS: ValueKind = Map(&Referable(ObjectKind::Header));
const SERVERS: ValueKind = List(&Object(ObjectKind::Server));
const PARAMETERS: ValueKind = List(&Referable(ObjectKind::Parameter));
const CALLBACKS: ValueKind = Map(&Referable(ObjectKind::Callback));
const SECURITY: ValueKind = List(&Map(&List(&Text)));
// Of schemas.
const LATER: &str = "checked neither in requests nor in responses; the server checks it";
const ONE: ValueKind = ValueKind::Schema;
const MANY: ValueKind = List(&ValueKind::Schema);
const NAMED: ValueKind = Map(&ValueKind::Schema);

tables! {
    Root [
        read("openapi", Text, "openapi-version").required(),
        read("info", Object(ObjectKind::Info), "info").required(),
        noted(
            "jsonSchemaDialect",
            Text,
            "schemas are handled in OpenAPI 3.1's own dialect",
            "json-schema-dialect",
        )
        .in_31(),
        read("$self", Text, "openapi-3-2").in_32(),
        read("servers", SERVERS, "servers"),
        read("paths", Keyed(KeyForm::Paths, &Referable(ObjectKind::PathItem)), "paths").required_in_30(),
        read("webhooks", Map(&Referable(ObjectKind::PathItem)), "webhooks").in_31(),
        read("components", Object(ObjectKind::Components), "components"),
        read("security", SECURITY, "security"),
        read("tags", List(&Object(ObjectKind::Tag)), "tags"),
        noted("externalDocs", Object(ObjectKind::ExternalDocs), DOCS, "external-docs"),
        read("x-sdk", Object(ObjectKind::SdkRoot), "sdk"),
        read("x-idempotency", Object(ObjectKind::Idempotency), "idempotency"),
        read("x-retry", Object(ObjectKind::Retry), "retry"),
        read("x-pagination", Object(ObjectKind::Pagination), "pagination"),
        read("x-webhooks", Object(ObjectKind::Webhooks), "signed-webhooks"),
        noted("x-seed", List(&Object(ObjectKind::Seed)), SERVER_DOES, "rules"),
    ]
    Info [
        read("title", Text, "info").required(),
        noted("summary", Text, DOCS, "info").in_31(),
        read("description", Text, "info"),
        noted("termsOfService", Text, DOCS, "info"),
        noted("contact", Object(ObjectKind::Contact), DOCS, "info"),
        noted("license", Object(ObjectKind::License), "it is the version of the contract, not of the crate", "info"),
        read("version", Text, "info").required(),
    ]
    Contact [
        noted("name", Text, DOCS, "info"),
        noted("url", Text, DOCS, "info"),
        noted("email", Text, DOCS, "info"),
    ]
    License [
        noted("name", Text, DOCS, "info").required(),
        noted("identifier", Text, DOCS, "info").in_31(),
        noted("url", Text, DOCS, "info"),
    ]
    Server [
        read("url", Text, "servers").required(),
        read("description", Text, "servers"),
        read("name", Text, "names-of-listed-servers").in_32(),
        read("variables", Map(&Object(ObjectKind::ServerVariable)), "servers"),
    ]
    ServerVariable [
        read("enum", List(&Text), "servers"),
        read("default", Text, "servers").required(),
        read("description", Text, "servers"),
    ]
    Components [
        read("schemas", Map(SCHEMA), "components"),
        read("responses", Map(&Referable(ObjectKind::Response)), "components"),
        read("parameters", Map(&Referable(ObjectKind::Parameter)), "components"),
        read("examples", EXAMPLES, "components"),
        read("requestBodies", Map(&Referable(ObjectKind::RequestBody)), "components"),
        read("headers", HEADERS, "components"),
        read("securitySchemes", Map(&Referable(ObjectKind::SecurityScheme)), "components"),
        read("links", Map(&Referable(ObjectKind::Link)), "links"),
        read("callbacks", CALLBACKS, "callbacks"),
        read("pathItems", Map(&Referable(ObjectKind::PathItem)), "component-path-items").in_31(),
        read("mediaTypes", CONTENT, "openapi-3-2").in_32(),
    ]
    PathItem [
        read("$ref", Text, "component-path-items"),
        read("summary", Text, "path-item"),
        read("description", Text, "path-item"),
        read("get", Object(ObjectKind::Operation), "methods"),
        read("put", Object(ObjectKind::Operation), "methods"),
        read("post", Object(ObjectKind::Operation), "methods"),
        read("delete", Object(ObjectKind::Operation), "methods"),
        read("options", Object(ObjectKind::Operation), "methods"),
        read("head", Object(ObjectKind::Operation), "methods"),
        read("patch", Object(ObjectKind::Operation), "methods"),
        read("trace", Object(ObjectKind::Operation), "methods"),
        read("query", Object(ObjectKind::Operation), "openapi-3-2").in_32(),
        read("additionalOperations", Map(&Object(ObjectKind::Operation)), "additional-operations").in_32(),
        read("servers", SERVERS, "servers-of-operations"),
        read("parameters", PARAMETERS, "path-item"),
    ]
    Operation [
        read("tags", List(&Text), "tags"),
        read("summary", Text, "operation"),
        read("description", Text, "operation"),
        noted("externalDocs", Object(ObjectKind::ExternalDocs), DOCS, "external-docs"),
        read("operationId", Text, "operation"),
        read("parameters", PARAMETERS, "parameters"),
        read("requestBody", Referable(ObjectKind::RequestBody), "request-body"),
        read("responses", Keyed(KeyForm::Statuses, &Referable(ObjectKind::Response)), "responses").required_in_30(),
        read("callbacks", CALLBACKS, "callbacks"),
        read("deprecated", Bool, "deprecated"),
        read("x-sunset", Date, "deprecated"),
        read("security", SECURITY, "security"),
        read("servers", SERVERS, "servers-of-operations"),
        read("x-sdk", Object(ObjectKind::SdkOperation), "sdk"),
        read("x-idempotency", Object(ObjectKind::OperationIdempotency), "idempotency"),
        read("x-effect", super::extensions::EFFECTS, "effect"),
        read("x-repeats", List(&Object(ObjectKind::Repeat)), "repeats"),
        read("x-problems", List(&Filled), "problem-registry"),
        read("x-rules", List(&Object(ObjectKind::Condition)), "rules"),
        noted("x-derives", List(&Object(ObjectKind::Derived)), super::extensions::SERVER_DOES, "rules"),
        read("x-scenarios", List(&Object(ObjectKind::Scenario)), "scenarios"),
        read("x-pagination", ValueKind::Either(&Bool, &Object(ObjectKind::Pagination)), "pagination"),
    ]
    ExternalDocs [
        noted("description", Text, DOCS, "external-docs"),
        noted("url", Text, DOCS, "external-docs").required(),
    ]
    Parameter [
        read("name", Text, "parameters").required(),
        read("in", Words(&["query", "header", "path", "cookie"]), "parameters").required(),
        read("description", Text, "parameters"),
        read("required", Bool, "parameters"),
        read("deprecated", Bool, "deprecated"),
        read("x-sunset", Date, "deprecated"),
        noted("allowEmptyValue", Bool, "an empty value can always be sent", "parameters"),
        read(
            "style",
            Words(&[
                "matrix",
                "label",
                "form",
                "simple",
                "spaceDelimited",
                "pipeDelimited",
                "deepObject",
            ]),
            "parameter-styles",
        ),
        read("explode", Bool, "parameter-styles"),
        read("allowReserved", Bool, "parameter-styles"),
        read("schema", ValueKind::Schema, "parameters"),
        read("example", Any, "examples"),
        read("examples", EXAMPLES, "examples"),
        read("content", CONTENT, "parameter-content"),
        read("x-newtype", Filled, "newtype"),
    ]
    RequestBody [
        noted("description", Text, DOCS, "request-body"),
        read("content", CONTENT, "request-body").required(),
        read("required", Bool, "request-body"),
    ]
    MediaType [
        read("schema", ValueKind::Schema, "request-body"),
        read("itemSchema", ValueKind::Schema, "streams-of-items").in_32(),
        read("example", Any, "examples"),
        read("examples", EXAMPLES, "examples"),
        read("encoding", Map(&Object(ObjectKind::Encoding)), "multipart"),
        read("prefixEncoding", List(&Object(ObjectKind::Encoding)), "parts-by-position").in_32(),
        read("itemEncoding", Object(ObjectKind::Encoding), "parts-by-position").in_32(),
        read("x-sdk", Object(ObjectKind::SdkMediaType), "sdk"),
    ]
    Encoding [
        read("contentType", Text, "multipart"),
        read("headers", HEADERS, "encoding"),
        read("style", Words(&["form", "spaceDelimited", "pipeDelimited", "deepObject"]), "encoding"),
        read("explode", Bool, "encoding"),
        read("allowReserved", Bool, "encoding"),
        read("encoding", Map(&Object(ObjectKind::Encoding)), "parts-by-position").in_32(),
        read("prefixEncoding", List(&Object(ObjectKind::Encoding)), "parts-by-position").in_32(),
        read("itemEncoding", Object(ObjectKind::Encoding), "parts-by-position").in_32(),
        read("x-sensitive", Bool, "sensitive"),
    ]
    Response [
        read("description", Text, "responses").required_before_32(),
        noted("summary", Text, DOCS, "openapi-3-2").in_32(),
        read("headers", HEADERS, "response-headers"),
        read("content", CONTENT, "responses"),
        read("links", Map(&Referable(ObjectKind::Link)), "links"),
    ]
    Example [
        noted("summary", Text, DOCS, "examples"),
        noted("description", Text, DOCS, "examples"),
        read("value", Any, "examples"),
        noted("externalValue", Text, "nothing outside the contract is read", "examples"),
        read("dataValue", Any, "examples-of-values").in_32(),
        read("serializedValue", Text, "examples-of-values").in_32(),
    ]
    Link [
        read("operationRef", Text, "links"),
        read("operationId", Text, "links"),
        read("parameters", Map(&Any), "links"),
        read("requestBody", Any, "links"),
        read("description", Text, "links"),
        read("server", Object(ObjectKind::Server), "links"),
    ]
    Header [
        read("description", Text, "response-headers"),
        read("required", Bool, "response-headers"),
        read("deprecated", Bool, "response-headers"),
        read("x-sunset", Date, "deprecated"),
        noted("allowEmptyValue", Bool, "an empty value is always accepted", "response-headers"),
        noted("style", Words(&["simple"]), "it is the only allowed value", "response-headers"),
        read("explode", Bool, "response-headers"),
        noted("allowReserved", Bool, "a header is not percent-encoded", "response-headers"),
        read("schema", ValueKind::Schema, "response-headers"),
        noted("example", Any, RECEIVED, "examples"),
        noted("examples", EXAMPLES, RECEIVED, "examples"),
        read("content", CONTENT, "parameter-content"),
        noted("x-newtype", Filled, "it has the type of its schema", "newtype"),
    ]
    Tag [
        read("name", Text, "tags").required(),
        read("description", Text, "tags"),
        noted("externalDocs", Object(ObjectKind::ExternalDocs), DOCS, "external-docs"),
        read("summary", Text, "tags-of-kinds").in_32(),
        read("parent", Text, "tags-of-kinds").in_32(),
        read("kind", Text, "tags-of-kinds").in_32(),
    ]
    SecurityScheme [
        read("type", Words(&["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"]), "security").required(),
        read("description", Text, "security"),
        read("name", Text, "security"),
        read("in", Words(&["query", "header", "cookie"]), "security"),
        read("scheme", Text, "security"),
        noted("bearerFormat", Text, DOCS, "security"),
        read("flows", Object(ObjectKind::OAuthFlows), "client-credentials"),
        noted("openIdConnectUrl", Text, DOCS, "security"),
        read("oauth2MetadataUrl", Text, "device-authorization").in_32(),
        read("deprecated", Bool, "device-authorization").in_32(),
        read("x-signing", Object(ObjectKind::Signing), "signing"),
        read("x-token", Object(ObjectKind::Token), "client-credentials"),
    ]
    OAuthFlows [
        noted("implicit", Object(ObjectKind::OAuthFlow), TOKENS, "security"),
        noted("password", Object(ObjectKind::OAuthFlow), TOKENS, "security"),
        read("clientCredentials", Object(ObjectKind::OAuthFlow), "client-credentials"),
        noted("authorizationCode", Object(ObjectKind::OAuthFlow), TOKENS, "security"),
        read("deviceAuthorization", Object(ObjectKind::OAuthFlow), "device-authorization").in_32(),
    ]
    OAuthFlow [
        noted("authorizationUrl", Text, DOCS, "security"),
        read("deviceAuthorizationUrl", Text, "device-authorization").in_32(),
        read("tokenUrl", Text, "client-credentials"),
        noted("refreshUrl", Text, DOCS, "security"),
        noted("scopes", Map(&Text), DOCS, "security").required(),
    ]
    // Keywords of a reference object.
    Reference [
        read("$ref", Text, "references"),
        noted("summary", Text, DOCS, "references").in_31(),
        noted("description", Text, DOCS, "references").in_31(),
    ]
    Schema [
        read("type", Types, "schema-types"),
        read("nullable", Bool, "schema-nullable").in_30(),
        read("format", Text, "schema-formats"),
        read("enum", List(&Any), "schema-enum"),
        read("const", Any, "schema-const").in_31(),
        read("title", Text, "schema-text"),
        read("description", Text, "schema-text"),
        read("default", Any, "schema-default"),
        read("example", Any, "examples"),
        read("examples", List(&Any), "examples-within-bounds").in_31(),
        read("deprecated", Bool, "deprecated"),
        read("readOnly", Bool, "schema-read-only"),
        read("writeOnly", Bool, "schema-write-only"),
        // objects
        read("properties", NAMED, "schema-object"),
        read("required", List(&Text), "schema-object"),
        read("additionalProperties", SchemaOrBool, "schema-additional-properties"),
        read("patternProperties", NAMED, "schema-pattern-properties").in_31(),
        read("minProperties", Whole(0), "schema-limits"),
        read("maxProperties", Whole(0), "schema-limits"),
        unchecked("propertyNames", ONE, LATER, "schema-property-names").in_31(),
        read("unevaluatedProperties", SchemaOrBool, "schema-unevaluated").in_31(),
        read("dependentRequired", Map(&List(&Text)), "schema-dependent-required").in_31(),
        unchecked("dependentSchemas", NAMED, LATER, "schema-dependent").in_31(),
        // arrays
        read("items", ONE, "schema-array"),
        read("prefixItems", MANY, "schema-prefix-items").in_31(),
        read("minItems", Whole(0), "schema-limits"),
        read("maxItems", Whole(0), "schema-limits"),
        read("uniqueItems", Bool, "schema-limits"),
        unchecked("contains", ONE, LATER, "schema-contains").in_31(),
        unchecked("minContains", Whole(0), LATER, "schema-contains").in_31(),
        unchecked("maxContains", Whole(0), LATER, "schema-contains").in_31(),
        read("unevaluatedItems", SchemaOrBool, "schema-unevaluated").in_31(),
        // texts and numbers
        read("minLength", Whole(0), "schema-limits"),
        read("maxLength", Whole(0), "schema-limits"),
        read("pattern", Text, "schema-limits"),
        read("minimum", Number, "schema-limits"),
        read("maximum", Number, "schema-limits"),
        read("exclusiveMinimum", ExclusiveBound, "schema-exclusive-bounds"),
        read("exclusiveMaximum", ExclusiveBound, "schema-exclusive-bounds"),
        read("multipleOf", Number, "schema-limits"),
        read("contentEncoding", Text, "schema-content").in_31(),
        read("contentMediaType", Text, "schema-content").in_31(),
        noted("contentSchema", ONE, "the text is passed on unchanged", "schema-content").in_31(),
        // composition
        read("allOf", MANY, "schema-all-of"),
        read("anyOf", MANY, "schema-any-of"),
        read("oneOf", MANY, "schema-one-of"),
        read("not", ONE, "schema-not"),
        unchecked("if", ONE, LATER, "schema-if").in_31(),
        unchecked("then", ONE, LATER, "schema-if").in_31(),
        unchecked("else", ONE, LATER, "schema-if").in_31(),
        read("discriminator", Object(ObjectKind::Discriminator), "schema-discriminator"),
        // references
        read("$ref", Text, "schema-references"),
        read("$defs", NAMED, "schema-defs").in_31(),
        // Older spelling that 2020-12 keeps for compatibility.
        read("definitions", NAMED, "schema-defs").in_31(),
        read("$id", Text, "schema-id").in_31(),
        read("$anchor", Text, "schema-anchor").in_31(),
        refused(
            "$dynamicRef",
            Text,
            "write a `$ref`; dynamic references are not followed",
            "schema-dynamic-ref",
        )
        .in_31(),
        noted(
            "$dynamicAnchor",
            Text,
            "it can be referred to by `$ref` like an `$anchor`",
            "schema-dynamic-ref",
        )
        .in_31(),
        noted("$schema", Text, "schemas are handled in OpenAPI 3.1's own dialect", "json-schema-dialect").in_31(),
        noted(
            "$vocabulary",
            Map(&Bool),
            "schemas are handled in OpenAPI 3.1's own dialect",
            "json-schema-dialect",
        )
        .in_31(),
        noted("$comment", Text, "a comment has no effect", "schema-text").in_31(),
        noted("xml", Object(ObjectKind::Xml), "XML is not supported", "schema-xml"),
        noted(
            "externalDocs",
            Object(ObjectKind::ExternalDocs),
            "it is documentation for readers of the contract",
            "external-docs",
        ),
        // extensions
        read("x-sdk", Object(ObjectKind::SdkEnum), "sdk"),
        read("x-problem-registry", Map(&Object(ObjectKind::ProblemRow)), "problem-registry"),
        read("x-payload-hash", Object(ObjectKind::PayloadHash), "payload-hash"),
        read("x-bound", Filled, "bound"),
        read("x-lifecycle", Object(ObjectKind::Lifecycle), "lifecycle"),
        read("x-rules", List(&Object(ObjectKind::Condition)), "rules"),
        noted("x-ledger", List(&Object(ObjectKind::Posting)), super::extensions::SERVER_DOES, "rules"),
        noted("x-records", List(&Object(ObjectKind::Recording)), super::extensions::SERVER_DOES, "rules"),
        read("x-sunset", Date, "deprecated"),
        read("x-newtype", Filled, "newtype"),
        read("x-sensitive", Bool, "sensitive"),
        // lists beside `enum` that other tools write
        read("x-enum-varnames", List(&Text), "enum-names"),
        read("x-enumNames", List(&Text), "enum-names"),
        read("x-enum-descriptions", List(&Text), "enum-names"),
    ]
    Discriminator [
        read("propertyName", Text, "schema-discriminator").required(),
        read("mapping", Map(&Text), "schema-discriminator"),
        read("defaultMapping", Text, "default-mapping").in_32(),
    ]
    Xml [
        noted("name", Text, "XML is not supported", "schema-xml"),
        noted("namespace", Text, "XML is not supported", "schema-xml"),
        noted("prefix", Text, "XML is not supported", "schema-xml"),
        noted("attribute", Bool, "XML is not supported", "schema-xml"),
        noted("wrapped", Bool, "XML is not supported", "schema-xml"),
        noted("nodeType", Text, "XML is not supported", "openapi-3-2").in_32(),
    ]
}
