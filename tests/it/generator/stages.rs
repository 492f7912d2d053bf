//! The sealed API of a case as text, for the few cases where the stage matters.

use crate::case::Case;
use sdkwright_codegen::diag::Report;
use std::fs;

/// The sealed API of a case as text, places by their pointers alone.
pub(crate) fn dump(case: &Case) -> String {
    let mut report = Report::new(case.levels());
    let others = |path: &str| fs::read(case.folder.join(path)).map_err(sdkwright_codegen::contract::Unread::from);
    let tree = sdkwright_codegen::source::load(&case.file, &case.bytes, &mut report).expect("a tree");
    let document = sdkwright_codegen::contract::parse(tree, &others, &mut report).expect("a document");
    let draft = sdkwright_codegen::lower::lower(&document, &mut report);
    let api = sdkwright_codegen::passes::seal(draft, &mut report);
    let text = format!("{:#?}\n", api.unwrap_or_else(|| panic!("{} is not sealed", case.name)));
    let mut out = String::new();
    let mut inside: Option<usize> = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        match inside {
            Some(at) if indent == at => inside = None,
            Some(_) => {}
            // Spans and the map from nodes to types are left out: the types already contain the result.
            None if ["span: Span {", "schemas: ["].contains(&line.trim_start()) => inside = Some(indent),
            None => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}
