//! Operations: parameters, bodies, answers.

use super::{clean, faults, lower, ty};
use crate::{
    diag::{Code, Levels},
    ir::{
        EventContent, Framing, ParameterLocation, ParameterStyle, PartContent, PathPiece, ScalarFormat, Shape,
        StatusRange, UnsealedApi,
    },
};

/// A contract with one operation (YAML, indented by six).
fn operation(path: &str, method: &str, body: &str) -> UnsealedApi {
    let text = contract(path, method, body);
    let (api, report) = lower(&text, Levels::lenient());
    assert!(!report.has_errors(), "{:?}", report.diagnostics());
    api
}

fn contract(path: &str, method: &str, body: &str) -> String {
    format!("openapi: 3.0.3\ninfo: {{ title: T, version: '1' }}\npaths:\n  '{path}':\n    {method}:\n{body}")
}

#[test]
fn parameters_keep_place_style_and_requirement() {
    let api = operation(
        "/a/{id}",
        "get",
        "      operationId: a\n      parameters:\n        - { name: id, in: path, required: true, schema: { type: integer, format: int64 } }\n        - { name: tag, in: query, schema: { type: array, items: { type: string } }, style: pipeDelimited, explode: false }\n        - { name: filter, in: query, schema: { type: object, properties: { a: { type: string } } }, style: deepObject, explode: true }\n        - { name: where, in: query, content: { application/json: { schema: { type: object } } } }\n        - { name: X-Trace, in: header, schema: { type: string } }\n        - { name: session, in: cookie, schema: { type: string } }\n      responses: { '204': { description: Nothing. } }\n",
    );
    let parameters = &api.operations[0].parameters;
    let places: Vec<ParameterLocation> = parameters.iter().map(|parameter| parameter.location).collect();
    assert_eq!(
        places,
        [
            ParameterLocation::Path,
            ParameterLocation::Query,
            ParameterLocation::Query,
            ParameterLocation::Query,
            ParameterLocation::Header,
            ParameterLocation::Cookie
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
        ty(&api, parameters[0].ty).shape,
        Shape::Scalar(ScalarFormat::I64, _)
    ));
}

#[test]
fn a_path_parameter_that_nobody_declares_is_text_and_one_without_a_place_is_left_out() {
    let api = operation(
        "/a/{id}",
        "get",
        "      operationId: a\n      parameters: [{ name: ghost, in: path, required: true, schema: { type: string } }]\n      responses: { '204': { description: Nothing. } }\n",
    );
    let names: Vec<&str> = api.operations[0]
        .parameters
        .iter()
        .map(|parameter| parameter.name.as_str())
        .collect();
    assert_eq!(names, ["id"]);
}

#[test]
fn an_operation_without_an_id_has_one_made_of_method_and_path() {
    let api = operation(
        "/users/{user-id}/files",
        "get",
        "      responses: { '204': { description: Nothing. } }\n",
    );
    let operation = &api.operations[0];
    assert_eq!(
        (operation.id.as_str(), operation.id_given),
        ("get_users_by_user_id_files", false)
    );
}

#[test]
fn every_media_type_of_a_body_with_its_own_schema_is_a_form() {
    let api = operation(
        "/a",
        "post",
        "      operationId: a\n      requestBody:\n        content:\n          application/json: { schema: { type: object, properties: { a: { type: string } } } }\n          application/vnd.acme+json: { schema: { type: string } }\n          application/x-www-form-urlencoded: { schema: { type: object, properties: { b: { type: string } } } }\n          multipart/form-data:\n            schema:\n              type: object\n              required: [file]\n              properties:\n                file: { type: string, format: binary }\n                more: { type: array, items: { type: string, format: binary } }\n                name: { type: string }\n                count: { type: integer }\n                meta: { type: object, properties: { a: { type: string } } }\n                tags: { type: array, items: { type: string } }\n                grid: { type: array, items: { type: array, items: { type: string } } }\n            encoding: { name: { contentType: application/json } }\n          application/octet-stream: { schema: { type: string, format: binary } }\n          text/plain: { schema: { type: string } }\n      responses: { '204': { description: Nothing. } }\n",
    );
    let forms = &api.operations[0].body.as_ref().unwrap().forms;
    assert!(matches!(forms[0].content, PartContent::Json(_)));
    assert!(matches!(forms[1].content, PartContent::Json(_)));
    assert!(matches!(forms[2].content, PartContent::Form(_)));
    assert_eq!(forms[4].content, PartContent::Binary);
    assert_eq!(forms[5].content, PartContent::Text);
    let PartContent::Multipart(id, parts) = &forms[3].content else {
        panic!()
    };
    let Shape::Object(object) = &ty(&api, *id).shape else {
        panic!()
    };
    assert_eq!(object.members.len(), parts.len());
    assert!(matches!(
        ty(&api, object.members[0].ty).shape,
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
            ("tags", false, true),
            ("grid", false, true)
        ]
    );
    assert_eq!(parts[0].content, PartContent::Binary);
    assert_eq!(parts[1].content, PartContent::Binary);
    assert!(matches!(parts[2].content, PartContent::Json(_)));
    assert_eq!(parts[3].content, PartContent::Text);
    assert!(matches!(parts[4].content, PartContent::Json(_)));
    assert_eq!(parts[5].content, PartContent::Text);
    assert!(matches!(parts[6].content, PartContent::Json(_)));
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
            "a multipart body without a description of its parts".to_owned()
        )]
    );
    let (api, _) = lower(&text, Levels::lenient());
    let content = &api.operations[0].body.as_ref().unwrap().forms[0].content;
    assert!(
        matches!(content, PartContent::Multipart(_, parts) if parts.is_empty()),
        "{content:?}"
    );
}

#[test]
fn answers_keep_status_ranges_media_types_and_headers() {
    let api = operation(
        "/a",
        "get",
        "      operationId: a\n      responses:\n        '200':\n          description: Good.\n          headers: { X-Left: { schema: { type: integer } } }\n          content: { application/json: { schema: { type: string } }, text/csv: { schema: { type: string } } }\n        '202': { description: Later., content: { application/pdf: { schema: { type: string, format: binary } } } }\n        4XX: { description: Bad., content: { application/problem+json: { schema: { type: object } } } }\n        default: { description: Worse. }\n",
    );
    let answers = &api.operations[0].responses;
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

#[test]
fn a_media_type_says_how_a_body_is_read() {
    let read = |media: &str| {
        let api = operation(
            "/a",
            "get",
            &format!(
                "      operationId: a\n      responses: {{ '200': {{ description: Good., content: {{ {media}: {{ schema: {{ type: object, properties: {{ a: {{ type: string }} }} }} }} }} }} }}\n"
            ),
        );
        api.operations[0].responses[0].bodies[0].content.clone()
    };
    for media in [
        "application/soap+xml",
        "image/svg+xml",
        "application/vnd.acme+yaml",
        "text/csv",
    ] {
        assert_eq!(read(media), PartContent::Text, "{media}");
    }
    for media in [
        "application/json-seq",
        "application/geo+json-seq",
        "application/vnd.acme+jsonl",
        "application/vnd.acme+ndjson",
        "application/vnd.acme+jsonlines",
        "application/x-ndjson",
    ] {
        assert!(matches!(read(media), PartContent::Items(Framing::Lines, _)), "{media}");
    }
    for media in ["application/x-www-form-urlencoded", "multipart/form-data", "image/png"] {
        assert_eq!(read(media), PartContent::Binary, "{media}");
    }
}

#[test]
fn the_data_of_an_event_is_text_json_or_either_by_its_schema() {
    let read = |items: &str| {
        let body = format!(
            "      operationId: a\n      responses:\n        '200': {{ description: A., content: {{ text/event-stream: {{ schema: {items} }} }} }}\n"
        );
        let api = operation("/a", "get", &body);
        match api.operations[0].responses[0].bodies[0].content {
            PartContent::Items(Framing::Events(form), _) => form,
            _ => panic!("no events: {items}"),
        }
    };
    let event = |data: &str| format!("{{ type: object, properties: {{ event: {{ type: string }}, data: {data} }} }}");
    let one_of = |all: &[&str]| format!("{{ oneOf: [{}] }}", all.join(", "));
    let (text, object) = (
        "{ type: string }",
        "{ type: object, properties: { a: { type: integer } } }",
    );
    for (data, form) in [
        (text, EventContent::Whole),
        ("{ type: string, nullable: true }", EventContent::Whole),
        ("{ enum: [a, b] }", EventContent::Whole),
        (object, EventContent::WholeJson),
        ("{ enum: [1, 2] }", EventContent::WholeJson),
        ("{}", EventContent::WholeJson),
        (&one_of(&[text, text]), EventContent::Whole),
        (&one_of(&[text, object]), EventContent::WholeMixed),
        ("{ enum: [a, 2] }", EventContent::WholeMixed),
    ] {
        assert_eq!(read(&event(data)), form, "{data}");
    }
    let (texts, objects) = (event(text), event(object));
    assert_eq!(read(&one_of(&[&texts, &texts])), EventContent::Whole);
    assert_eq!(read(&one_of(&[&texts, &objects])), EventContent::WholeMixed);
    assert_eq!(read(&one_of(&[&texts, object])), EventContent::Data);
    // An alternative says more about the data of the schema around it.
    let inner = "{ properties: { event: { enum: [b] }, data: { format: int64 } } }";
    let around = format!(
        "{{ type: object, properties: {{ event: {{ type: string }}, data: {text} }}, oneOf: [{inner}, {{ required: [data] }}] }}"
    );
    assert_eq!(read(&around), EventContent::Whole);
}

#[test]
fn lines_of_a_body_that_is_any_text_are_any_values() {
    let read = |schema: &str| {
        let body = format!(
            "      operationId: a\n      responses:\n        '200': {{ description: A., content: {{ application/x-ndjson: {{ {schema} }} }} }}\n"
        );
        let api = operation("/a", "get", &body);
        match api.operations[0].responses[0].bodies[0].content {
            PartContent::Items(Framing::Lines, ty) => matches!(api.types[ty.0 as usize].shape, Shape::Any),
            _ => panic!("no lines: {schema}"),
        }
    };
    for schema in [
        "",
        "schema: {}",
        "schema: { type: string }",
        "schema: { type: string, format: binary }",
    ] {
        assert!(read(schema), "{schema}");
    }
    for schema in [
        "schema: { type: array, items: { type: string } }",
        "schema: { type: string, enum: [a, b] }",
        "schema: { type: string, format: date-time }",
        "schema: { type: object, properties: { a: { type: string } } }",
    ] {
        assert!(!read(schema), "{schema}");
    }
}

#[test]
fn an_operation_says_more_than_its_path_and_a_parameter_more_than_its_schema() {
    let text = "openapi: 3.1.0
info: { title: T, version: '1' }
paths:
  '/{a}{b}':
    summary: Of the path.
    description: All of the path.
    servers: [{ url: https://path.example }]
    get:
      summary: Of the operation.
      description: All of the operation.
      servers: [{ url: https://operation.example }]
      requestBody: { content: {} }
      parameters:
        - { name: a, in: path, schema: { type: string } }
        - { name: gone, in: path, required: true, schema: { type: string } }
        - { name: b, in: query, description: Said here., examples: { one: { value: 1 } }, schema: { type: integer, description: Said there., examples: [2, 3], default: 4 } }
        - { name: c, in: query, schema: { type: integer, examples: [2, 3], default: 4 } }
        - { name: d, in: query, schema: { type: integer, default: 4 } }
        - { name: e, in: query }
      responses: { '204': { description: Nothing. } }
";
    let (api, _) = lower(text, Levels::lenient());
    let operation = &api.operations[0];
    assert_eq!(operation.id, "get_by_a_by_b");
    let piece = |name: &str| PathPiece::Parameter(name.to_owned());
    assert_eq!(
        operation.pieces,
        [PathPiece::Literal("/".to_owned()), piece("a"), piece("b")]
    );
    assert_eq!(operation.body, None);
    assert_eq!(operation.text.title.as_deref(), Some("Of the operation."));
    assert_eq!(
        operation.text.description.as_deref(),
        Some("All of the operation.\n\nNo request has the required parameter `gone`: it does not occur in the path.")
    );
    assert!(format!("{:?}", operation.servers).contains("https://operation.example"));
    let told = operation.parameters.iter().map(|one| {
        (
            one.name.as_str(),
            one.location,
            one.required,
            one.sensitive,
            one.text.description.as_deref(),
            one.example.as_deref(),
        )
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            ("a", ParameterLocation::Path, true, false, None, None),
            (
                "b",
                ParameterLocation::Query,
                false,
                false,
                Some("Said here."),
                Some("1")
            ),
            ("c", ParameterLocation::Query, false, false, None, Some("2")),
            ("d", ParameterLocation::Query, false, false, None, Some("4")),
            ("e", ParameterLocation::Query, false, false, None, None),
            ("b", ParameterLocation::Path, true, false, None, None),
        ]
    );
    let undeclared = &operation.parameters[5];
    assert_eq!(
        (undeclared.style, undeclared.explode, undeclared.allow_reserved),
        (ParameterStyle::Simple, false, false)
    );
    assert!(text[undeclared.origin.span.start as usize..].starts_with("summary: Of the path."));
    let behind = "openapi: 3.1.0\ninfo: { title: T, version: '1' }\npaths:\n  '/{a}b': { get: { responses: { '204': { description: Nothing. } } } }\n";
    assert_eq!(lower(behind, Levels::lenient()).0.operations[0].id, "get_by_a_b");
}

#[test]
fn a_form_is_a_choice_of_objects_to_a_depth_of_64() {
    let form = |depth: usize| {
        let choice = |at: usize| {
            let next = if at == depth {
                "{ type: object, properties: { a: { type: string } } }".to_owned()
            } else {
                format!("{{ $ref: '#/components/schemas/C{}' }}", at + 1)
            };
            format!(
                "    C{at}: {{ oneOf: [{{ type: object, properties: {{ b{at}: {{ type: string }} }} }}, {next}] }}\n"
            )
        };
        let text = contract(
            "/a",
            "put",
            "      operationId: a\n      requestBody: { content: { application/x-www-form-urlencoded: { schema: { $ref: '#/components/schemas/C1' } } } }\n      responses: { '204': { description: Nothing. } }\n",
        );
        let (api, _) = lower(
            &format!(
                "{text}components:\n  schemas:\n{}",
                (1..=depth).map(choice).collect::<String>()
            ),
            Levels::lenient(),
        );
        matches!(
            api.operations[0].body.as_ref().unwrap().forms[0].content,
            PartContent::Form(_)
        )
    };
    assert_eq!([64, 65].map(form), [true, false]);
}

#[test]
fn a_credential_that_is_a_parameter_too_is_no_argument_wherever_it_stands_and_whichever_scheme_has_it() {
    let arguments = |scheme: &str, other: &str, security: &str, parameter: &str| {
        let api = clean(&format!(
            "openapi: 3.1.0\ninfo: {{ title: A, version: '1' }}\ncomponents: {{ securitySchemes: {{ K: {{ type: apiKey, {scheme} }}, \
             L: {{ type: apiKey, {other} }} }} }}\npaths: {{ /a: {{ get: {{ operationId: a, security: {security}, parameters: \
             [{{ {parameter}, schema: {{ type: string }} }}], responses: {{ '200': {{ description: A. }} }} }} }} }}\n"
        ));
        api.operations[0].parameters.len()
    };
    for place in ["in: header, name: Key", "in: query, name: Key", "in: cookie, name: Key"] {
        let other = "in: header, name: Other";
        let required = format!("{place}, required: true");
        for (security, others, arguments_of) in [
            ("[{ K: [] }]", other, 0),
            ("[]", other, 1),
            ("[{ L: [] }]", other, 1),
            // Both schemes use this header.
            ("[{ L: [] }]", place, 0),
            ("[{ K: [] }, { L: [] }]", place, 0),
            // One alternative does not use it, so callers of that alternative pass it.
            ("[{ K: [] }, {}]", other, 1),
        ] {
            let found = arguments(place, others, security, &required);
            assert_eq!(found, arguments_of, "{place}, {security}, {others}");
        }
        assert_eq!(arguments(place, other, "[{ K: [] }, {}]", place), 0, "{place}");
    }
    // Only header names are case-insensitive.
    for (place, found) in [("header", 0), ("query", 1), ("cookie", 1)] {
        let scheme = format!("in: {place}, name: Key");
        let parameter = format!("in: {place}, name: KEY");
        assert_eq!(
            arguments(&scheme, "in: header, name: Other", "[{ K: [] }]", &parameter),
            found,
            "{place}"
        );
    }
}
