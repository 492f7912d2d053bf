//! Applies overlays (Overlay Specification 1.0 and 1.1) to a contract, on a tree that keeps locations.
//!
//! In: the tree of a contract and the bytes of overlays, in order. Out: the tree after every action; nodes from an
//! overlay are located in the overlay's file. An invalid overlay changes nothing and is reported as a whole. Never
//! reads a file and never checks the resulting contract.

mod act;
mod document;
mod query;

pub use query::{NotAPath, Queried, Query};

#[cfg(test)]
mod tests;

use crate::diag::{Code, Report};
use crate::source::{self, FileLimits, Tree};

/// Applies overlays (name, bytes) to the contract of a tree. `None`: one of them cannot be applied, and the report has
/// the reason.
pub fn lay(tree: &mut Tree, overlays: &[(&str, &[u8])], report: &mut Report) -> Option<()> {
    if overlays.is_empty() {
        return Some(());
    }
    let contract = tree.root()?.id();
    let mut read = Vec::new();
    let mut complete = true;
    for (name, bytes) in overlays {
        let Some(root) = source::load_into(tree, name, bytes, FileLimits::default(), report) else {
            complete = false;
            continue;
        };
        tree.lay(root);
        match document::read_overlay(tree.node(root), report) {
            Some(overlay) => read.push(overlay),
            None => complete = false,
        }
    }
    if !complete {
        return None;
    }
    let mut queried = Queried::from_tree(tree, contract);
    for overlay in read {
        check_extends(tree, contract, &overlay, report);
        for action in &overlay.actions {
            act::act(tree, contract, &mut queried, &overlay, action, report)?;
        }
    }
    // Tests must not mistake the resulting contract for the one that was requested.
    #[cfg(test)]
    queried.is_of(tree, contract).then_some(())?;
    tree.compact();
    Some(())
}

/// Reports an overlay made for another contract: compares the file name in `extends`, ignoring its folder.
fn check_extends(tree: &Tree, contract: source::NodeId, overlay: &document::Overlay, report: &mut Report) {
    let Some(extends) = overlay.extends.map(|id| tree.node(id)) else {
        return;
    };
    let file = report.sources.file(tree.node(contract).span().file);
    let name = file.map(|file| file.name.to_string()).unwrap_or_default();
    let last = |text: &str| text.rsplit('/').next().unwrap_or_default().to_owned();
    let path = extends.as_str().unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    if last(path).replace("%20", " ") == last(&name) {
        return;
    }
    let message = format!("this overlay extends `{path}`, but it is applied to `{name}`");
    let help = "write the file of the contract in `extends`, or remove `extends`";
    report.fault(Code::OtherContract, extends.span(), message, help);
}
