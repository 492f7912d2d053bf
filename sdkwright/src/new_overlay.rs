//! `new-overlay`: an overlay to fill in, with an action for each operation of a contract.
//!
//! In: a contract. Out: an overlay that can be applied as it is and changes nothing. Never overwrites a file.

use std::fmt::Write as _;

use anyhow::anyhow;
use sdkwright_contract::diag::{Levels, Report};
use sdkwright_contract::ir::Method;
use sdkwright_contract::source::Node;
use sdkwright_contract::text::{is_hidden, quote};
use sdkwright_contract::{diag, source};

use super::terminal::{Ended, Fault};
use crate::arguments::NewOverlay;
use crate::{folder, terminal};

/// Runs the command.
pub(crate) fn run(arguments: &NewOverlay) -> Result<Ended, Fault> {
    let path = &arguments.contract;
    let bytes = Fault::at(path, std::fs::read(path))?;
    let shown = path.display().to_string();
    let mut report = Report::new(Levels::lenient());
    let tree = source::load(&shown, &bytes, &mut report);
    let root = tree.as_ref().and_then(source::Tree::root);
    let title = root.and_then(|root| root.get("info")?.get("title")?.as_str());
    let (Some(root), Some(title), false) = (root, title, report.has_errors()) else {
        let text = diag::render(&report, true);
        terminal::say_rendered(text.trim_end());
        let why = if report.has_errors() {
            ""
        } else {
            ": it has no `info.title`"
        };
        terminal::say(&format!("error: {shown} was refused{why}; nothing was written"));
        return Ok(Ended::Refused);
    };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let text = skeleton(&name.unwrap_or_default(), title, root);
    let Some(out) = &arguments.out else {
        terminal::put(&text);
        return Ok(Ended::Done);
    };
    match std::fs::read(out) {
        Ok(there) if there == text.as_bytes() => {}
        Ok(_) => {
            let what = format!("{} exists with different content; nothing was written", out.display());
            return Err(Fault::files(anyhow!("{what}")));
        }
        Err(_) => Fault::at(out, folder::replace(out, text.as_bytes()))?,
    }
    terminal::say(&format!(
        "{}: written; remove the `#` of each action that you complete",
        out.display()
    ));
    Ok(Ended::Done)
}

/// Returns the overlay for a contract of this file name and title.
fn skeleton(file: &str, title: &str, root: Node<'_>) -> String {
    let mut text = format!(
        "# Extensions for {}: an OpenAPI overlay. `sdkwright explain overlays` describes actions, `sdkwright explain extensions` the extensions.\n\
         overlay: 1.1.0\n\
         info: {{ title: {}, version: 1.0.0 }}\n\
         extends: {}\n\
         actions:\n  \
         - target: $.info\n    \
         update: {{ title: {} }}\n",
        one_line(file),
        quoted(&format!("Extensions for {title}")),
        quoted(file),
        quoted(title),
    );
    let paths = root.get("paths").filter(|paths| paths.is_map());
    let operations = paths.into_iter().flat_map(Node::members).flat_map(|path| {
        Method::KEYS
            .iter()
            .filter(move |_| path.value.is_map())
            .filter_map(move |(key, method)| Some((path.key, *key, method.is_safe(), path.value.get(key)?)))
    });
    let mut is_first = true;
    for (path, method, is_safe, operation) in operations {
        if is_first {
            text.push_str(
                "  # The effect of each operation: none, records (no money moves), can-move-money or moves-money. If one has\n  \
                 # it, every operation that is not safe needs it.\n",
            );
            is_first = false;
        }
        let target = format!("$.paths['{}'].{method}", path.replace('\\', r"\\").replace('\'', r"\'"));
        let id = operation.get("operationId").and_then(Node::as_str).unwrap_or_default();
        let effect = if is_safe { "none" } else { "can-move-money" };
        let _ = writeln!(
            text,
            "  # - target: {} # {}\n  #   update: {{ x-effect: {effect} }}",
            quoted(&target),
            one_line(id)
        );
    }
    text
}

/// Returns a YAML scalar in double quotes.
fn quoted(text: &str) -> String {
    quote(text)
}

/// Returns a text for a comment.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect()
}
