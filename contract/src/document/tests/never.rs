//! No contract makes this room panic, hang or lose a fault: byte-level and tree-level mutants of small contracts.

use super::parse_with;
use crate::diag::{Code, Levels, Report, render, render_json};
use proptest::prelude::*;
use serde_json::Value;

const SEEDS: [&str; 3] = [
    "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /a/{b}:\n    get:\n      parameters: [{name: b, in: path, required: true, schema: {$ref: '#/components/schemas/A'}}]\n      responses: {'200': {description: x, content: {application/json: {schema: {$ref: 'o.yaml#/B'}}}}}\ncomponents:\n  schemas:\n    A: {type: string, enum: [a, b], nullable: true}\n",
    "openapi: 3.1.0\ninfo: {title: t, version: '1'}\nsecurity: [{s: []}]\nwebhooks: {w: {post: {requestBody: {content: {a/b: {schema: true}}}}}}\ncomponents:\n  securitySchemes: {s: {type: http, scheme: basic}}\n  schemas:\n    A: {$id: 'http://x/y', oneOf: [{$ref: '#/components/schemas/B'}, {$ref: '#b'}], discriminator: {propertyName: k, mapping: {b: B}}}\n    B: {$anchor: b, type: [object, 'null'], properties: {k: {const: b}}, additionalProperties: false}\n",
    "openapi: 3.0.0\ninfo: {title: t, version: '1', x-foo: 1}\npaths: {}\nx-webhooks: {events: {e: {post: {responses: {default: {description: x}}}}}}\nx-pagination: {cursor: c, items: /d}\ncomponents: {schemas: {P: {type: string, enum: [X], x-problem-registry: {X: {status: 400}}, x-lifecycle: {transitions: [{from: X}]}}}}\n",
];

const OTHER: (&str, &str) = (
    "o.yaml",
    "B: {type: array, items: {$ref: 'api.yaml#/components/schemas/A'}}\n",
);

fn survives(text: &str) -> Result<(), TestCaseError> {
    for levels in [Levels::strict(), Levels::lenient()] {
        let (document, report) = parse_with(text, &[OTHER], levels);
        prop_assert!(document.is_some() || report.has_errors(), "refused without a word");
        if let Some(document) = document {
            let count = u32::try_from(document.schemas.len()).unwrap();
            for schema in &document.schemas {
                prop_assert!(schema.reference.is_none_or(|reference| reference.target.0 < count));
                prop_assert!(schema.properties.iter().all(|property| property.schema.0 < count));
                let _ = document.origin(schema.node);
            }
        }
        let _ = render(&report, false);
        let lines = render_json(&report);
        prop_assert!(lines.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    }
    Ok(())
}

/// Every place of a value, as pointers.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                places(value, &format!("{at}/{}", crate::source::escape(key)), out);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                places(value, &format!("{at}/{index}"), out);
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_change_of_bytes_makes_it_panic(
        seed in 0usize..3,
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), "[ -~\n]", 0u8..3), 1..8),
    ) {
        let mut text = SEEDS[seed].to_owned();
        for (at, piece, edit) in edits {
            let at = at.index(text.len());
            match edit {
                0 => text.insert_str(at, &piece),
                1 => { text.remove(at); }
                _ => text.replace_range(at..=at, &piece),
            }
        }
        survives(&text)?;
    }

    #[test]
    fn no_exchange_of_parts_makes_it_panic(
        seed in 0usize..3,
        moves in proptest::collection::vec((any::<proptest::sample::Index>(), any::<proptest::sample::Index>(), 0u8..8), 1..5),
    ) {
        let tree = crate::source::load("seed", SEEDS[seed].as_bytes(), &mut Report::new(Levels::strict())).unwrap();
        let mut value: Value = serde_json::from_str(&crate::source::to_json(tree.root().unwrap())).unwrap();
        for (from, to, what) in moves {
            let mut all = Vec::new();
            places(&value, "", &mut all);
            let taken = value.pointer(&all[from.index(all.len())]).cloned().unwrap();
            let put = match what {
                0 => Value::Null,
                1 => Value::Bool(true),
                2 => Value::from(-7),
                3 => Value::from("#/components"),
                4 => Value::Array(vec![taken]),
                _ => taken,
            };
            *value.pointer_mut(&all[to.index(all.len())]).unwrap() = put;
        }
        // Moving a part into a place below itself deepens the tree; the reader's limit is not what is tested here.
        survives(&value.to_string())?;
    }
}

#[test]
fn ten_thousand_references_in_a_row_are_followed_without_recursion() {
    let link = |n: u32| format!("    S{n}: {{$ref: '#/components/schemas/S{}'}}\n", n + 1);
    let chain = (0..10_000).map(link).collect::<Vec<_>>().concat();
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\ncomponents:\n  schemas:\n{chain}    S10000: {{type: string}}\n"
    );
    let (document, report) = parse_with(&text, &[], Levels::strict());
    assert!(!report.has_errors());
    assert_eq!(document.unwrap().schemas.len(), 10_001);
}

/// Each component is a start of the chain, so that following each to the end would take the square of their number.
#[test]
fn ten_thousand_references_to_parameters_are_each_followed_once() {
    let link = |n: u32| format!("    P{n}: {{$ref: '#/components/parameters/P{}'}}\n", n + 1);
    let chain = (0..10_000).map(link).collect::<Vec<_>>().concat();
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths: {{/a: {{get: {{parameters: [{{$ref: '#/components/parameters/P0'}}], responses: {{'200': {{description: x}}}}}}}}}}\ncomponents:\n  parameters:\n{chain}    P10000: {{name: q, in: query, schema: {{type: string}}}}\n"
    );
    let (document, report) = parse_with(&text, &[], Levels::strict());
    assert!(!report.has_errors());
    assert_eq!(document.unwrap().paths[0].operations[0].parameters[0].name, "q");
}

/// The schema at the start has all members of the chain, the next one all but one, and so on.
#[test]
fn schemas_that_get_too_many_members_from_each_other_are_an_error_at_the_largest() {
    let link = |n: u32| {
        format!(
            "    S{n}: {{allOf: [{{$ref: '#/components/schemas/S{}'}}], properties: {{p{n}: {{type: string}}}}}}\n",
            n + 1
        )
    };
    let chain = (0..2_000).map(link).collect::<Vec<_>>().concat();
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\ncomponents:\n  schemas:\n{chain}    S2000: {{type: object}}\n"
    );
    let (document, report) = parse_with(&text, &[], Levels::lenient());
    assert!(document.is_none());
    let faults = report.diagnostics();
    let place = report
        .sources
        .line_column(faults[0].primary.span)
        .map(|at| (at.line, at.column));
    assert_eq!((faults.len(), faults[0].code, place), (1, Code::TooLarge, Some((5, 9))));
}
