//! Servers, paths, operations, parameters, bodies, answers, security.

use super::{clean, components_31, owned, parse_with, paths_31, said};
use crate::diag::{Code, Levels};
use crate::document::{Dialect, SchemeForm};
use crate::ir::{Method, ParameterLocation, ParameterStyle, StatusRange};

const WHOLE: &str = r"
openapi: 3.0.3
info: { title: Orders, version: 1.2.3, description: All about orders., license: { name: MIT } }
servers:
  - url: https://{region}.example.com
    variables: { region: { default: eu, enum: [eu, us] } }
tags: [{ name: orders, description: What people order. }]
security: [{ key: [] }, {}]
paths:
  /orders/{orderId}:
    summary: One order
    parameters:
      - { name: orderId, in: path, required: true, schema: { type: string } }
      - { name: trace, in: header, schema: { type: string } }
    get:
      operationId: getOrder
      tags: [orders]
      parameters:
        - { name: Trace, in: header, required: true, description: again, schema: { type: string } }
        - { name: fields, in: query, schema: { type: array, items: { type: string } } }
        - { name: filter, in: query, style: deepObject, explode: true, schema: { type: object } }
        - name: where
          in: query
          content: { application/json: { schema: { type: object }, example: { a: 1 } } }
      security: []
      responses:
        '200':
          description: The order.
          headers: { X-Rate: { schema: { type: integer } }, Content-Type: { schema: { type: string } } }
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Order' }
              examples: { one: { $ref: '#/components/examples/One' } }
        4XX: { $ref: '#/components/responses/Problem' }
        default: { description: Else. }
    post:
      deprecated: true
      requestBody: { $ref: '#/components/requestBodies/Order' }
      responses: { '204': { description: Done. } }
components:
  schemas:
    Order: { type: object, properties: { id: { type: string } } }
  examples: { One: { summary: One order, value: { id: '1' } } }
  responses: { Problem: { description: A problem., content: { application/problem+json: { schema: { type: object } } } } }
  requestBodies:
    Order:
      required: true
      content:
        multipart/form-data:
          schema: { type: object, properties: { file: { type: string, format: binary } } }
          encoding: { file: { contentType: image/png, headers: { X-A: { schema: { type: string } } } } }
  securitySchemes:
    key: { type: apiKey, in: header, name: X-Key }
    bearer: { type: http, scheme: Bearer }
";

#[test]
fn a_whole_contract_is_read() {
    let document = clean(WHOLE);
    assert_eq!(document.dialect, Dialect::V30);
    assert_eq!(
        (document.info.version.as_str(), document.info.license.as_deref()),
        ("1.2.3", Some("MIT"))
    );
    assert_eq!(document.servers[0].variables[0].values, ["eu", "us"]);
    assert_eq!(document.tags[0].name, "orders");
    let kinds: Vec<&SchemeForm> = document
        .components
        .security_schemes
        .iter()
        .map(|scheme| &scheme.kind)
        .collect();
    assert_eq!(
        kinds[0],
        &SchemeForm::ApiKey {
            location: ParameterLocation::Header,
            name: "X-Key".to_owned()
        }
    );
    assert_eq!(
        kinds[1],
        &SchemeForm::Http {
            scheme: "bearer".to_owned()
        }
    );
    let alternatives: Vec<usize> = document
        .security
        .iter()
        .flatten()
        .map(|one| one.schemes.len())
        .collect();
    assert_eq!(alternatives, [1, 0]);
    let methods: Vec<Method> = document.paths[0]
        .operations
        .iter()
        .map(|operation| operation.method)
        .collect();
    assert_eq!(methods, [Method::Get, Method::Post]);
    assert!(document.security_of(&document.paths[0].operations[0]).is_empty());
    assert_eq!(document.security_of(&document.paths[0].operations[1]).len(), 2);
}

#[test]
fn the_parameters_of_an_operation_override_those_of_its_path() {
    let document = clean(WHOLE);
    let get = &document.paths[0].operations[0];
    let names: Vec<(&str, ParameterLocation)> = get
        .parameters
        .iter()
        .map(|one| (one.name.as_str(), one.location))
        .collect();
    let wanted = [
        ("orderId", ParameterLocation::Path),
        ("Trace", ParameterLocation::Header),
        ("fields", ParameterLocation::Query),
        ("filter", ParameterLocation::Query),
        ("where", ParameterLocation::Query),
    ];
    assert_eq!(names, wanted);
    let styles: Vec<(ParameterStyle, bool)> = get.parameters.iter().map(|one| (one.style, one.explode)).collect();
    let wanted = [
        (ParameterStyle::Simple, false),
        (ParameterStyle::Simple, false),
        (ParameterStyle::Form, true),
        (ParameterStyle::DeepObject, true),
        (ParameterStyle::Json, false),
    ];
    assert_eq!(styles, wanted);
    assert_eq!(get.parameters[4].media_type.as_deref(), Some("application/json"));
    assert_eq!(get.parameters[4].examples.len(), 1);
    assert!(get.parameters[1].required);
}

#[test]
fn answers_and_bodies_are_found_behind_their_references() {
    let document = clean(WHOLE);
    let [get, post] = &document.paths[0].operations[..] else {
        panic!()
    };
    let statuses: Vec<StatusRange> = get.responses.iter().map(|one| one.status).collect();
    assert_eq!(
        statuses,
        [StatusRange::Exactly(200), StatusRange::Class(4), StatusRange::Default]
    );
    assert_eq!(get.responses[0].headers.len(), 1);
    let order = document.component_schema("#/components/schemas/Order");
    let schema = document.schema(get.responses[0].content[0].schema.unwrap());
    assert_eq!(schema.reference.map(|reference| reference.target), order);
    assert_eq!(document.component_name(order.unwrap()), Some("Order"));
    let example = &get.responses[0].content[0].examples[0];
    assert_eq!(
        (example.name.as_str(), example.summary.as_deref()),
        ("one", Some("One order"))
    );
    assert_eq!(
        document.node(example.value.unwrap()).get("id").unwrap().text(),
        Some("1")
    );
    assert_eq!(
        document.origin(get.responses[1].node).pointer,
        "/components/responses/Problem"
    );
    let body = post.body.as_ref().unwrap();
    assert!(body.required && post.deprecated && post.id.is_none());
    assert_eq!(
        body.content[0].encodings.named[0].content_type.as_deref(),
        Some("image/png")
    );
    assert_eq!(body.content[0].encodings.named[0].headers[0].name, "X-A");
}

#[test]
fn a_path_item_can_be_referred_to_and_added_to() {
    let text = paths_31(
        "/a:\n  $ref: '#/components/pathItems/A'\n  summary: mine\n  post: {responses: {'200': {description: x}}}",
    ) + "components:\n  pathItems:\n    A:\n      summary: theirs\n      get: {responses: {'200': {description: x}}}\n";
    let document = clean(&text);
    assert_eq!(document.paths[0].summary.as_deref(), Some("mine"));
    assert_eq!(document.paths[0].operations.len(), 2);
}

#[test]
fn webhooks_of_both_kinds_are_path_items() {
    let text = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\nwebhooks:\n  made: {post: {requestBody: {content: {application/json: {schema: {type: object}}}}}}\n";
    let document = clean(text);
    assert_eq!(
        (document.webhooks.len(), document.webhooks[0].path.as_str()),
        (1, "made")
    );
    let signing = "{algorithm: hmac-sha256, encoding: hex, secret: utf8, separator: '.', components: [timestamp], headers: {timestamp: T, signature: S}}";
    let text = format!(
        "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths: {{}}\nx-webhooks:\n  signing: {signing}\n  envelope: {{schema: '#/components/schemas/E', id: /id, type: /type}}\n  events:\n    made: {{post: {{responses: {{'200': {{description: x}}}}}}}}\ncomponents: {{schemas: {{E: {{type: object}}}}}}\n"
    );
    assert_eq!(clean(&text).webhooks[0].path, "made");
}

#[test]
fn a_template_and_its_parameters_must_agree() {
    let text = paths_31(
        "/a/{b}/{c}:\n  get:\n    parameters: [{name: b, in: path, required: true, schema: {type: string}}, {name: d, in: path, required: true, schema: {type: string}}]\n    responses: {'200': {description: x}}",
    );
    let wanted = [
        (Code::UndeclaredPathParameter, "/a/{b}/{c}"),
        (
            Code::UndeclaredPathParameter,
            "{name: d, in: path, required: true, schema: {type: string}}",
        ),
    ];
    assert_eq!(said(&text), owned(&wanted));
    let (document, report) = parse_with(&text, &[], Levels::lenient());
    assert!(!report.has_errors());
    let names: Vec<String> = document.unwrap().paths[0].operations[0]
        .parameters
        .iter()
        .map(|one| one.name.clone())
        .collect();
    assert_eq!(names, ["b", "c"]);
}

#[test]
fn what_cannot_be_sent_or_told_apart_is_reported() {
    let ok = "get: {operationId: x, responses: {'200': {description: x}}}";
    let declared = |name: &str, method: &str| {
        format!(
            "{{parameters: [{{name: {name}, in: path, required: true, schema: {{}}}}], {method}: {{responses: {{'200': {{description: x}}}}}}}}"
        )
    };
    let (e, f, g) = (declared("e", "get"), declared("f", "put"), declared("g", "get"));
    let text = paths_31(&format!(
        "a: {{{ok}}}\n/b/{{c: {{}}\n/d/{{e}}: {e}\n/d/{{f}}: {f}\n/d/{{g}}: {g}"
    ));
    let wanted = [
        (Code::RewrittenPath, "a"),
        (Code::BadPath, "/b/{c"),
        (Code::EquivalentPaths, "/d/{f}"),
        (Code::SameRequest, "/d/{g}"),
    ];
    assert_eq!(said(&text), owned(&wanted));
    let text = paths_31(&format!("/a: {{{ok}}}\n/b: {{{ok}}}"));
    assert_eq!(said(&text), owned(&[(Code::DuplicateOperationId, "x")]));
    let text = paths_31(
        "/a:\n  get:\n    responses: {'600x': {description: x}, 2xx: {description: x}, x-a: 1}\n    parameters:\n    - {name: a, in: query, schema: {}}\n    - {name: a, in: query, schema: {}, required: true}",
    );
    let wanted = [
        (Code::BadStatus, "'600x'"),
        (Code::ForeignExtension, "x-a"),
        (
            Code::DuplicateParameter,
            "{name: a, in: query, schema: {}, required: true}",
        ),
    ];
    assert_eq!(said(&text), owned(&wanted));
}

#[test]
fn a_query_in_a_key_of_paths_goes_with_the_path_and_its_parameters_are_query_parameters() {
    let responses = "responses: {'200': {description: x}}";
    let declared = "[{name: b, in: path, required: true, schema: {type: string}}, {name: d, in: query, schema: {}}]";
    let text = paths_31(&format!(
        "/a?c={{b}}&d=e&f={{g}}#h: {{get: {{parameters: {declared}, {responses}}}}}\nbare: {{get: {{{responses}}}}}"
    ));
    let (document, report) = parse_with(&text, &[], Levels::lenient());
    assert!(!report.has_errors());
    assert_eq!(
        report.count(Code::RewrittenPath),
        3,
        "one for each path, and one for the parameter"
    );
    let document = document.unwrap();
    let sent: Vec<&str> = document.paths.iter().map(|item| item.path.as_str()).collect();
    assert_eq!(sent, ["/a?d=e", "/bare"]);
    let parameters: Vec<(&str, crate::ir::ParameterLocation)> = document.paths[0].operations[0]
        .parameters
        .iter()
        .map(|one| (one.name.as_str(), one.location))
        .collect();
    let query = crate::ir::ParameterLocation::Query;
    assert_eq!(parameters, [("c", query), ("f", query)]);
}

#[test]
fn security_names_what_is_defined() {
    let text = components_31("securitySchemes: {key: {type: http, scheme: basic}, bad: {type: apiKey, name: x}}")
        + "security: [{kye: []}, {key: []}]\n";
    let wanted = [(Code::MissingField, "bad"), (Code::UnknownSecurity, "kye")];
    assert_eq!(said(&text), owned(&wanted));
    let (document, _) = parse_with(&text, &[], Levels::lenient());
    assert_eq!(
        document.unwrap().security.unwrap().len(),
        1,
        "an unknown alternative is no permission to go without"
    );
}
