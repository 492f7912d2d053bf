//! Shapes of small contracts, one block of `shapes.txt` each: nullability, requiredness, and unions. `OVERWRITE=1` writes the answers anew; the notation is in `notation.rs`.

use std::fmt::Write as _;

use super::{notation, seal_text};
use crate::diag::Levels;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/passes/tests/shapes.txt");
const BLOCKS: &str = include_str!("shapes.txt");

/// Returns the shapes of a block's schemas, and the diagnostics: line of the block, code, message.
fn answer(dialect: &str, schemas: &str) -> String {
    let mut indented = String::new();
    for line in schemas.lines() {
        let _ = writeln!(indented, "    {line}");
    }
    let mut filler = String::new();
    for name in ["In", "Out"] {
        if !format!("\n{schemas}").contains(&format!("\n{name}:")) {
            let _ = writeln!(filler, "    {name}: {{ type: string }}");
        }
    }
    let text = super::contract_of(dialect, &format!("{indented}{filler}"));
    let start = text.find(&indented).unwrap();
    let (api, report) = seal_text(Levels::lenient(), &text);
    let api = api.unwrap();
    let mut said = notation::lines(&api);
    for name in ["In", "Out"] {
        if filler.contains(name) {
            said = said.replace(&format!("{name} = Text\n"), "");
        }
    }
    for diagnostic in report.diagnostics() {
        let place = |span: crate::source::Span| match text.get(start..span.start as usize) {
            Some(before) => (before.matches('\n').count() + 1).to_string(),
            None => "-".to_owned(),
        };
        let _ = write!(said, "! {}", place(diagnostic.primary.span));
        for label in &diagnostic.secondary {
            let _ = write!(said, " and {}", place(label.span));
        }
        let (code, message) = (diagnostic.code, &diagnostic.message);
        let _ = writeln!(said, " {code:?}: {message}");
    }
    for (reason, times) in &api.fallbacks {
        let _ = writeln!(said, "any JSON, {times}: {reason}");
    }
    said
}

/// Components `A0` and so on, each with one member of its own that it requires.
fn objects(count: usize) -> String {
    let mut text = String::new();
    for index in 0..count {
        let _ = writeln!(
            text,
            "A{index}: {{ type: object, required: [a{index}], properties: {{ a{index}: {{ type: string }} }} }}"
        );
    }
    text
}

/// A component that is one of the first so many.
fn one_of(name: &str, count: usize) -> String {
    let one = |index| format!("{{ $ref: '#/components/schemas/A{index}' }}");
    let all: Vec<String> = (0..count).map(one).collect();
    format!("{name}: {{ oneOf: [{}] }}\n", all.join(", "))
}

#[test]
fn a_variant_of_more_than_sixty_four_forms_is_told_by_none() {
    let forms = |count: usize| {
        let inner = one_of("Inner", count);
        let text = format!(
            "{}{inner}Out: {{ oneOf: [{{ $ref: '#/components/schemas/Inner' }}, {{ type: string }}] }}\n",
            objects(count)
        );
        let said = answer("3.1.0", &text);
        let out = said.lines().find(|line| line.starts_with("Out")).unwrap().to_owned();
        out.matches("object").count()
    };
    assert_eq!([63, 64, 65].map(forms), [63, 64, 0]);
}

/// Types that require one another in a row, the first last: `between` says how one stands in the next.
fn row(count: usize, between: impl Fn(&str) -> String) -> String {
    let mut text = "C0: { type: object, properties: { e: { type: string } } }\n".to_owned();
    for index in 1..=count {
        let before = format!("{{ $ref: '#/components/schemas/C{}' }}", index - 1);
        let _ = writeln!(text, "C{index}: {}", between(&before));
    }
    text
}

#[test]
fn types_may_require_one_another_in_a_row_of_a_hundred_and_twenty_eight() {
    let cut = |text: String| {
        let said = answer("3.1.0", &text);
        let reason = "types that require one another too deeply";
        let told = said.matches("EndlessType").count();
        let counted = said
            .lines()
            .find(|line| line.ends_with(reason))
            .map_or("0", |line| &line[10..11])
            .to_owned();
        (told.to_string() == counted, told)
    };
    let object = |before: &str| {
        format!("{{ type: object, required: [n, s], properties: {{ n: {before}, s: {{ type: string }} }} }}")
    };
    assert_eq!([127, 128].map(|count| cut(row(count, object))), [(true, 0), (true, 1)]);
    let last = answer("3.1.0", &row(128, object));
    assert!(
        last.contains("C127 = { n: C126, s: Text }") && last.contains("C128 = { n?: C127, s: Text }"),
        "{last}"
    );
    let tuple = |before: &str| format!("{{ type: array, prefixItems: [{before}], minItems: 1, items: false }}");
    assert_eq!([127, 128].map(|count| cut(row(count, tuple))), [(true, 0), (true, 1)]);
    let last = answer("3.1.0", &row(128, tuple));
    assert!(
        last.contains("C127 = (C126)\n") && last.contains("C128 = any\n"),
        "{last}"
    );
    let choice = "D: { type: object, required: [n, d], properties: { n: { $ref: '#/components/schemas/C126' }, d: { type: string } } }\nU: { oneOf: [{ $ref: '#/components/schemas/C127' }, { $ref: '#/components/schemas/D' }] }\n";
    assert_eq!(cut(format!("{}{choice}", row(127, object))), (true, 0));
    // Neither an alias nor a union counts as a level.
    let alias = |before: &str| format!("{{ allOf: [{before}] }}");
    assert_eq!(cut(row(200, alias)), (true, 0));
    let union = |before: &str| {
        format!("{{ type: object, required: [n], properties: {{ n: {{ oneOf: [{before}, {{ type: string }}] }} }} }}")
    };
    assert_eq!(cut(row(200, union)), (true, 0));
}

#[test]
fn each_block_of_schemas_becomes_what_stands_below_it() {
    let mut written = String::new();
    let (head, blocks) = BLOCKS.split_once("\n== ").unwrap();
    written.push_str(head);
    let mut wrong = Vec::new();
    for block in blocks.split("\n== ") {
        let (title, rest) = block.split_once('\n').unwrap();
        let (schemas, expected) = rest.split_once("--\n").unwrap();
        let dialect = if title.ends_with("(3.0)") { "3.0.3" } else { "3.1.0" };
        let found = answer(dialect, schemas);
        if found.trim_end() != expected.trim_end() {
            wrong.push(format!(
                "== {title}\n{schemas}-- expected\n{expected}\n-- found\n{found}"
            ));
        }
        let _ = write!(written, "\n== {title}\n{schemas}--\n{}\n", found.trim_end());
    }
    if std::env::var_os("OVERWRITE").is_some() {
        std::fs::write(FILE, written).unwrap();
        return;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
