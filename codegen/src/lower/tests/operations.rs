//! Operations: parameters, bodies, answers.

use super::{faults, lower, ty};
use crate::{
    diag::{Code, Levels},
    ir::{Draft, Location, ParameterStyle, PartContent, ScalarFormat, Shape, StatusRange},
};

/// A contract with one operation (YAML, indented by six).
fn operation(path: &str, method: &str, body: &str) -> Draft {
    let text = contract(path, method, body);
    let (draft, report) = lower(&text, Levels::lenient());
    assert!(!report.has_errors(), "{:?}", report.diagnostics());
    draft
}

fn contract(path: &str, method: &str, body: &str) -> String {
    format!("openapi: 3.0.3\ninfo: {{ title: T, version: '1' }}\npaths:\n  '{path}':\n    {method}:\n{body}")
}

#[test]
fn parameters_keep_place_style_and_requirement() {
    let draft = operation(
        "/a/{id}",
        "get",
        "      operationId: a\n      parameters:\n        - { name: id, in: path, required: true, schema: { type: integer, format: int64 } }\n        - { name: tag, in: query, schema: { type: array, items: { type: string } }, style: pipeDelimited, explode: false }\n        - { name: filter, in: query, schema: { type: object, properties: { a: { type: string } } }, style: deepObject, explode: true }\n        - { name: where, in: query, content: { application/json: { schema: { type: object } } } }\n        - { name: X-Trace, in: header, schema: { type: string } }\n        - { name: session, in: cookie, schema: { type: string } }\n      responses: { '204': { description: Nothing. } }\n",
    );
    let parameters = &draft.operations[0].parameters;
    let places: Vec<Location> = parameters.iter().map(|parameter| parameter.location).collect();
    assert_eq!(
        places,
        [
            Location::Path,
            Location::Query,
            Location::Query,
            Location::Query,
            Location::Header,
            Location::Cookie
        ]
    );
    let styles: Vec<ParameterStyle> = parameters.iter().map(|parameter| parameter.style).collect();
    assert_eq!(
        styles,
        [
            ParameterStyle::Simple,
            ParameterStyle::PipeDelimited,
            ParameterStyle::DeepObject,
            ParameterStyle::Json,
            ParameterStyle::Simple,
            ParameterStyle::Form
        ]
    );
    assert!(parameters[0].required && !parameters[1].required && !parameters[1].explode);
    assert!(matches!(
        ty(&draft, parameters[0].ty).shape,
        Shape::Scalar(ScalarFormat::I64, _)
    ));
}

#[test]
fn a_path_parameter_that_nobody_declares_is_text_and_one_without_a_place_is_left_out() {
    let draft = operation(
        "/a/{id}",
        "get",
        "      operationId: a\n      parameters: [{ name: ghost, in: path, required: true, schema: { type: string } }]\n      responses: { '204': { description: Nothing. } }\n",
    );
    let names: Vec<&str> = draft.operations[0]
        .parameters
        .iter()
        .map(|parameter| parameter.name.as_str())
        .collect();
    assert_eq!(names, ["id"]);
}

#[test]
fn an_operation_without_an_id_has_one_made_of_method_and_path() {
    let draft = operation(
        "/users/{user-id}/files",
        "get",
        "      responses: { '204': { description: Nothing. } }\n",
    );
    let operation = &draft.operations[0];
    assert_eq!(
        (operation.id.as_str(), operation.id_given),
        ("get_users_by_user_id_files", false)
    );
}

#[test]
fn every_media_type_of_a_body_is_a_form() {
    let draft = operation(
        "/a",
        "post",
        "      operationId: a\n      requestBody:\n        content:\n          application/json: { schema: { type: object, properties: { a: { type: string } } } }\n          application/vnd.acme+json: { schema: { type: string } }\n          application/x-www-form-urlencoded: { schema: { type: object, properties: { a: { type: string } } } }\n          multipart/form-data:\n            schema:\n              type: object\n              required: [file]\n              properties:\n                file: { type: string, format: binary }\n                more: { type: array, items: { type: string, format: binary } }\n                name: { type: string }\n                count: { type: integer }\n                meta: { type: object, properties: { a: { type: string } } }\n                tags: { type: array, items: { type: string } }\n            encoding: { name: { contentType: application/json } }\n          application/octet-stream: { schema: { type: string, format: binary } }\n          text/plain: { schema: { type: string } }\n      responses: { '204': { description: Nothing. } }\n",
    );
    let forms = &draft.operations[0].body.as_ref().unwrap().forms;
    assert!(matches!(forms[0].content, PartContent::Json(_)));
    assert!(matches!(forms[1].content, PartContent::Json(_)));
    assert!(matches!(forms[2].content, PartContent::Form(_)));
    assert_eq!(forms[4].content, PartContent::Binary);
    assert_eq!(forms[5].content, PartContent::Text);
    let PartContent::Multipart(id, parts) = &forms[3].content else {
        panic!()
    };
    let Shape::Object(object) = &ty(&draft, *id).shape else {
        panic!()
    };
    assert_eq!(object.members.len(), parts.len());
    assert!(matches!(
        ty(&draft, object.members[0].ty).shape,
        Shape::Scalar(ScalarFormat::Binary, _)
    ));
    let told: Vec<(&str, bool, bool)> = parts
        .iter()
        .map(|part| (part.name.as_str(), part.required, part.repeated))
        .collect();
    assert_eq!(
        told,
        [
            ("file", true, false),
            ("more", false, true),
            ("name", false, false),
            ("count", false, false),
            ("meta", false, false),
            ("tags", false, true)
        ]
    );
    assert_eq!(parts[0].content, PartContent::Binary);
    assert_eq!(parts[1].content, PartContent::Binary);
    assert!(matches!(parts[2].content, PartContent::Json(_)));
    assert_eq!(parts[3].content, PartContent::Text);
    assert!(matches!(parts[4].content, PartContent::Json(_)));
    assert_eq!(parts[5].content, PartContent::Text);
}

#[test]
fn a_multipart_body_without_parts_is_told_where_it_stands_and_its_parts_are_the_callers() {
    let text = contract(
        "/a",
        "post",
        "      operationId: a\n      requestBody: { content: { multipart/form-data: { schema: { type: string } } } }\n      responses: { '204': { description: Nothing. } }\n",
    );
    let said = faults(&text);
    assert_eq!(
        said,
        [(
            Code::Unsupported,
            "a multipart body whose parts are not described".to_owned()
        )]
    );
    let (draft, _) = lower(&text, Levels::lenient());
    let content = &draft.operations[0].body.as_ref().unwrap().forms[0].content;
    assert!(
        matches!(content, PartContent::Multipart(_, parts) if parts.is_empty()),
        "{content:?}"
    );
}

#[test]
fn answers_keep_status_ranges_media_types_and_headers() {
    let draft = operation(
        "/a",
        "get",
        "      operationId: a\n      responses:\n        '200':\n          description: Good.\n          headers: { X-Left: { schema: { type: integer } } }\n          content: { application/json: { schema: { type: string } }, text/csv: { schema: { type: string } } }\n        '202': { description: Later., content: { application/pdf: { schema: { type: string, format: binary } } } }\n        4XX: { description: Bad., content: { application/problem+json: { schema: { type: object } } } }\n        default: { description: Worse. }\n",
    );
    let answers = &draft.operations[0].answers;
    let statuses: Vec<StatusRange> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(
        statuses,
        [
            StatusRange::Exactly(200),
            StatusRange::Exactly(202),
            StatusRange::Class(4),
            StatusRange::Default
        ]
    );
    assert_eq!(answers[0].bodies.len(), 2);
    assert_eq!(answers[0].bodies[1].content, PartContent::Text);
    assert_eq!(answers[0].headers[0].name, "X-Left");
    assert_eq!(answers[1].bodies[0].content, PartContent::Binary);
    assert!(answers[3].bodies.is_empty());
}
