//! The sealed API of a case as text, for the few cases where the stage matters.

use crate::case::Case;
use crate::outline;
use sdkwright_contract::diag::Report;
use sdkwright_contract::{Contract, Inputs, SourceFile};
use std::fs;

/// The sealed API of a case as text: places by their pointers alone, without fields that are empty, short blocks as one line.
pub(crate) fn dump(case: &Case) -> String {
    let mut report = Report::new(case.levels());
    let others = |path: &str| fs::read(case.folder.join(path)).map_err(sdkwright_contract::document::Unread::from);
    let contract = SourceFile {
        name: &case.file,
        bytes: &case.bytes,
    };
    let inputs = Inputs {
        others: &others,
        ..Inputs::new(contract)
    };
    let contract = Contract::from_inputs(&inputs, &|_| {}, &mut report).expect("a document");
    let api = contract.meaning(&|_| {}, &mut report);
    let text = format!("{:#?}\n", api.unwrap_or_else(|| panic!("{} is not sealed", case.name)));
    let mut out = Vec::new();
    let mut inside: Option<usize> = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        match inside {
            Some(at) if indent == at => inside = None,
            Some(_) => {}
            // Spans and the map from nodes to types are left out: the types already contain the result.
            None if ["span: Span {", "schemas: ["].contains(&line.trim_start()) => inside = Some(indent),
            None if [": None,", ": false,", ": [],"].iter().any(|end| line.ends_with(end)) => {}
            None => {
                out.push(line.to_owned());
                outline::join_block(&mut out);
            }
        }
    }
    out.join("\n") + "\n"
}
