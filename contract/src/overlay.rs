//! Applies overlays (Overlay Specification 1.0 and 1.1) to a contract, on a tree that keeps locations.
//!
//! In: the tree of a contract and the bytes of overlays, in order. Out: the tree after every action; nodes from an
//! overlay are located in the overlay's file. An invalid overlay changes nothing and is reported as a whole. Never
//! reads a file and never checks the resulting contract.

mod document;
mod query;

use crate::diag::{Code, Diagnostic, Report};
use crate::source::{self, FileLimits, Full, Node, NodeId, NodeKind, Tree};
use crate::text::Span;
use document::{Action, Modifier, Overlay, OverlayVersion};
use query::shown;

pub use query::{NotAPath, Queried, Query};

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
            act(tree, contract, &mut queried, &overlay, action, report)?;
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

/// Reason that an action cannot be applied.
enum Clash {
    /// The value's kind does not match the target's.
    Kinds { there: NodeId, brought: NodeId },
    /// The tree would be too large.
    Full,
}

impl From<Full> for Clash {
    fn from(Full: Full) -> Self {
        Self::Full
    }
}

/// Applies one action: selects, then merges, replaces, appends or removes, as the specification says. Objects are merged, lists are
/// concatenated, primitive values are replaced; other combinations are an error with both locations. A target that selects nothing is
/// reported and changes nothing. `None`: it cannot be applied, and the report has the reason.
fn act(
    tree: &mut Tree,
    contract: NodeId,
    queried: &mut Queried,
    overlay: &Overlay,
    action: &Action,
    report: &mut Report,
) -> Option<()> {
    let selected = select(tree, contract, queried, &action.target, action.target_span, report)?;
    if selected.is_empty() {
        report.push(nothing(tree, contract, queried, action));
        return Some(());
    }
    note_later_feature(tree, overlay, action, &selected, report);
    let (value, place) = match &action.change {
        Modifier::Nothing => return Some(()),
        Modifier::Remove { .. } if selected.contains(&contract) => return whole_contract(action, report),
        Modifier::Remove { span } => {
            remove(tree, queried, *span, &selected);
            return Some(());
        }
        Modifier::Update(value) => (*value, tree.node(*value).name_span()),
        Modifier::Copy { from, span } => {
            let sources = select(tree, contract, queried, from, *span, report)?;
            let [source] = sources[..] else {
                let message = format!("`copy` must select one node, but it selects {}", sources.len());
                let several = Diagnostic::new(Code::DoesNotFit, message).at(*span);
                report.push(several.help("write a query that selects the one node to copy"));
                return None;
            };
            // The copied value must not change while it is merged into a node that may contain it.
            match tree.copied(source, *span) {
                Ok(copy) => (copy, *span),
                Err(Full) => return too_large(*span, report),
            }
        }
    };
    if !is_of_one_kind(tree, &selected, action, report) {
        return None;
    }
    let as_entry = overlay.version == OverlayVersion::V10 && matches!(action.change, Modifier::Update(_));
    for target in selected {
        let pointer = tree.is_held(target).then(|| tree.node(target).pointer());
        match put(tree, target, value, as_entry) {
            Ok(()) => {}
            Err(Clash::Full) => return too_large(place, report),
            Err(Clash::Kinds { there, brought }) => {
                report.push(does_not_fit(tree, there, brought));
                return None;
            }
        }
        if let Some(pointer) = pointer {
            queried.brought(&pointer, tree.node(value), as_entry);
        }
    }
    Some(())
}

fn select(
    tree: &Tree,
    contract: NodeId,
    queried: &Queried,
    query: &Query,
    span: Span,
    report: &mut Report,
) -> Option<Vec<NodeId>> {
    let selected = queried.select(tree, contract, query);
    if selected.is_none() {
        let slow = Diagnostic::new(
            Code::NotJsonPath,
            "this query would take too long on this contract, so it is not run",
        )
        .at(span);
        report.push(slow.help("use fewer `..`, and no `$` in a filter"));
    }
    selected
}

/// Applies a value to one target.
fn put(tree: &mut Tree, target: NodeId, value: NodeId, as_entry: bool) -> Result<(), Clash> {
    let kinds = (tree.node(target).kind(), tree.node(value).kind());
    match kinds {
        (NodeKind::Map, NodeKind::Map) => merge(tree, target, value)?,
        (NodeKind::Seq, NodeKind::Seq) if !as_entry => merge(tree, target, value)?,
        (NodeKind::Seq, _) => tree.append(target, &[value])?,
        (NodeKind::Scalar, NodeKind::Scalar) if tree.node(target).parent().is_some() => {
            tree.replace(target, value)?;
        }
        _ => {
            return Err(Clash::Kinds {
                there: target,
                brought: value,
            });
        }
    }
    Ok(())
}

/// Merges a mapping into a mapping, or a sequence into a sequence.
fn merge(tree: &mut Tree, target: NodeId, value: NodeId) -> Result<(), Clash> {
    let items: Vec<NodeId> = tree.node(value).items().map(Node::id).collect();
    tree.append(target, &items)?;
    let members = tree.node(value).members();
    let members: Vec<(NodeId, Option<NodeId>)> = members
        .map(|member| {
            let there = tree.node(target).get(member.key);
            (member.value.id(), there.map(Node::id))
        })
        .collect();
    for (brought, there) in members {
        let Some(there) = there else {
            tree.take_over(target, brought)?;
            continue;
        };
        match (tree.node(there).kind(), tree.node(brought).kind()) {
            (NodeKind::Scalar, NodeKind::Scalar) => tree.take_over(target, brought)?,
            (one, other) if one == other => merge(tree, there, brought)?,
            _ => return Err(Clash::Kinds { there, brought }),
        }
    }
    Ok(())
}

fn remove(tree: &mut Tree, queried: &mut Queried, span: Span, selected: &[NodeId]) {
    for node in selected {
        // Nodes inside of a removed one are removed already.
        if tree.is_held(*node) {
            queried.removed(&tree.node(*node).pointer());
            tree.remove(*node, span);
        }
    }
}

/// Refuses to remove the whole contract.
fn whole_contract(action: &Action, report: &mut Report) -> Option<()> {
    let message = "`$` selects the whole contract, which cannot be removed";
    let root = Diagnostic::new(Code::DoesNotFit, message).at(action.target_span);
    report.push(root.help("write a target that selects the part to remove"));
    None
}

/// Returns true if all targets of an update are of one kind; reports it if not.
fn is_of_one_kind(tree: &Tree, selected: &[NodeId], action: &Action, report: &mut Report) -> bool {
    let kind = |node: &NodeId| tree.node(*node).kind();
    let Some(first) = selected.first() else { return true };
    let Some(other) = selected.iter().find(|node| kind(node) != kind(first)) else {
        return true;
    };
    let message = format!(
        "`{}` selects both {} and {}",
        shown(&action.text),
        describe(tree, *first),
        describe(tree, *other)
    );
    let mixed = Diagnostic::new(Code::DoesNotFit, message)
        .at(action.target_span)
        .also(tree.node(*first).name_span(), "one of them")
        .also(tree.node(*other).name_span(), "another one")
        .help("write one action for each kind of node");
    report.push(mixed);
    false
}

/// Reports features of 1.1 in an overlay of 1.0: primitive targets (applied anyway), and lists, which 1.0 appends as
/// one item.
fn note_later_feature(tree: &Tree, overlay: &Overlay, action: &Action, selected: &[NodeId], report: &mut Report) {
    if overlay.version != OverlayVersion::V10 {
        return;
    }
    let kind = |node: NodeId| tree.node(node).kind();
    let is_any = |wanted| selected.iter().any(|node| kind(*node) == wanted);
    if is_any(NodeKind::Scalar) {
        let message = "version 1.0 allows only objects and lists as targets; this target is a primitive value";
        let later = Diagnostic::new(Code::LaterFeature, message).at(action.target_span);
        report.push(later.help("write `overlay: 1.1.0`").note("it is applied as in 1.1"));
    }
    if let Modifier::Update(value) = action.change
        && is_any(NodeKind::Seq)
        && kind(value) == NodeKind::Seq
    {
        let message = "a list is appended as one item in version 1.0; in 1.1 its items are appended";
        let later = Diagnostic::new(Code::LaterFeature, message).at(tree.node(value).name_span());
        report.push(later.help("write `overlay: 1.1.0`, or one action for each item"));
    }
}

/// Builds the diagnostic of a target that selects nothing, with the longest prefix of its path that selects something.
fn nothing(tree: &Tree, contract: NodeId, queried: &Queried, action: &Action) -> Diagnostic {
    let message = format!(
        "the target `{}` selects nothing in the contract, so the action changes nothing",
        shown(&action.text)
    );
    let diagnostic = Diagnostic::new(Code::NothingSelected, message)
        .at(action.target_span)
        .help("correct the target, or remove the action if the target no longer exists");
    let ends = action
        .text
        .char_indices()
        .filter(|(at, c)| *at > 0 && matches!(c, '.' | '['));
    let found = ends.collect::<Vec<_>>().into_iter().rev().find_map(|(end, _)| {
        let query = Query::parse(&action.text[..end]).ok()?;
        let selected = queried.select(tree, contract, &query)?;
        (!selected.is_empty()).then_some((end, selected))
    });
    let Some((end, selected)) = found else {
        return diagnostic;
    };
    let rest = &action.text[end..];
    let name = rest.trim_start_matches(['.', '[', '\'', '"']);
    let name = name.split(['\'', '"', ']']).next().unwrap_or_default();
    let names = selected.iter().flat_map(|node| tree.node(*node).members());
    let names: Vec<&str> = names.map(|member| member.key).collect();
    let (there, not) = (shown(&action.text[..end]), shown(rest));
    let mut diagnostic = diagnostic.note(format!("`{there}` exists, but it has no `{not}`"));
    if rest.starts_with(&format!("[{name}]")) && names.contains(&name) {
        diagnostic = diagnostic.help(format!(
            "a number selects an item of a list; the member is `['{name}']`"
        ));
    }
    match selected[..] {
        [one] => diagnostic.also(tree.node(one).name_span(), "the target exists up to here"),
        _ => diagnostic,
    }
    .did_you_mean(name, names)
}

fn does_not_fit(tree: &Tree, there: NodeId, brought: NodeId) -> Diagnostic {
    let message = format!(
        "{} cannot be merged into what the target selects, {}",
        describe(tree, brought),
        describe(tree, there)
    );
    Diagnostic::new(Code::DoesNotFit, message)
        .at(tree.node(brought).name_span())
        .also(tree.node(there).name_span(), "this is the target")
        .help("objects merge with objects, lists with lists, and values replace values; to change the kind, `remove` the target first")
}

fn too_large(span: Span, report: &mut Report) -> Option<()> {
    let message = "the contract would become too large or nested too deeply by this action";
    report.push(Diagnostic::new(Code::TooLarge, message).at(span));
    None
}

fn describe(tree: &Tree, node: NodeId) -> &'static str {
    let node = tree.node(node);
    match node.kind() {
        NodeKind::Map => "an object",
        NodeKind::Seq => "a list",
        NodeKind::Scalar if node.is_null() => "nothing (null)",
        NodeKind::Scalar => "a value",
    }
}

#[cfg(test)]
mod tests;
