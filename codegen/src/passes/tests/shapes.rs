//! What a few lines of contract become, one block of `shapes.txt` each: nullability, requiredness, and which unions are
//! made of alternatives. `OVERWRITE=1` writes the answers anew; the notation is in `notation.rs`.

use std::fmt::Write as _;

use super::{notation, seal_text};
use crate::diag::Levels;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/passes/tests/shapes.txt");
const BLOCKS: &str = include_str!("shapes.txt");

/// What a block's schemas become, and what is said of them: the line of the block, the code, the message.
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
