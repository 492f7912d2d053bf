//! The document of an overlay: validates it against the Overlay Specification and returns its actions.
//!
//! In: the root of an overlay's file. Out: its actions, in order. Every error is reported at its location; an overlay
//! with an error yields nothing.

use super::query::{self, Query};
use crate::diag::{Code, Diagnostic, Report};
use crate::source::{Member, Node, NodeId, Notation, Scalar, to_sorted_json};
use crate::text::Span;
use std::collections::HashMap;

/// Supported versions of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OverlayVersion {
    V10,
    V11,
}

/// A valid overlay.
pub(super) struct Overlay {
    pub(super) version: OverlayVersion,
    /// The value of `extends`.
    pub(super) extends: Option<NodeId>,
    pub(super) actions: Vec<Action>,
}

/// One action.
pub(super) struct Action {
    pub(super) target: Query,
    /// Text of `target`.
    pub(super) text: String,
    pub(super) target_span: Span,
    pub(super) change: Modifier,
}

/// Effect of an action.
pub(super) enum Modifier {
    Update(NodeId),
    Copy {
        from: Query,
        span: Span,
    },
    Remove {
        span: Span,
    },
    /// No modifier, or only `remove: false`.
    Nothing,
}

/// Required kind of a member.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FieldKind {
    Text,
    Bool,
    Object,
    List,
    Any,
}

type FieldTable = &'static [(&'static str, FieldKind, bool)];

const ROOT: FieldTable = &[
    ("overlay", FieldKind::Text, true),
    ("info", FieldKind::Object, true),
    ("extends", FieldKind::Text, false),
    ("actions", FieldKind::List, true),
];
const INFO: FieldTable = &[
    ("title", FieldKind::Text, true),
    ("version", FieldKind::Text, true),
    ("description", FieldKind::Text, false),
];
const ACTION: FieldTable = &[
    ("target", FieldKind::Text, true),
    ("description", FieldKind::Text, false),
    ("update", FieldKind::Any, false),
    ("copy", FieldKind::Text, false),
    ("remove", FieldKind::Bool, false),
];
/// Members that 1.0 does not have, with their objects.
const OF_1_1: &[(&str, &str)] = &[("`info`", "description"), ("an action", "copy")];

/// Reads the document below `root`. `None`: there are errors, and the report has them.
pub(super) fn read_overlay(root: Node<'_>, report: &mut Report) -> Option<Overlay> {
    let mut reader = OverlayReader { report, faults: 0 };
    if !root.is_map() {
        reader.fault(
            root.span(),
            "an overlay must be an object",
            "begin the overlay with a line such as `overlay: 1.1.0`",
        );
        return None;
    }
    let version = reader.version(root)?;
    reader.object(root, "an overlay", ROOT, version);
    if let Some(info) = root.get("info").filter(|info| info.is_map()) {
        reader.object(info, "`info`", INFO, version);
    }
    let list = root.get("actions").filter(|actions| actions.is_seq());
    let nodes: Vec<Node<'_>> = list.into_iter().flat_map(Node::items).collect();
    if let Some(list) = list.filter(|_| nodes.is_empty()) {
        reader.fault(
            list.name_span(),
            "an overlay must have at least one action",
            "add an action, or remove the overlay from the settings",
        );
    }
    let actions: Vec<Option<Action>> = nodes.iter().map(|node| reader.action(*node, version)).collect();
    reader.refuse_twice(&nodes);
    let faultless = reader.faults == 0;
    let overlay = Overlay {
        version,
        extends: root.get("extends").map(Node::id),
        actions: actions.into_iter().collect::<Option<_>>()?,
    };
    faultless.then_some(overlay)
}

struct OverlayReader<'r> {
    report: &'r mut Report,
    faults: usize,
}

impl OverlayReader<'_> {
    fn fault(&mut self, span: Span, message: impl Into<String>, help: &str) {
        self.push(Diagnostic::new(Code::OverlayFault, message).at(span).help(help));
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.faults += 1;
        self.report.push(diagnostic);
    }

    fn version(&mut self, root: Node<'_>) -> Option<OverlayVersion> {
        let Some(version) = root.get("overlay") else {
            let start = Span {
                end: root.span().start,
                ..root.span()
            };
            self.fault(
                start,
                "`overlay` with a version is missing at the root",
                "begin the overlay with a line such as `overlay: 1.1.0`",
            );
            return None;
        };
        let text = version.text().unwrap_or_default();
        let patch = |minor: &str| {
            let patch = text.strip_prefix(minor)?;
            (!patch.is_empty() && patch.bytes().all(|digit| digit.is_ascii_digit())).then_some(())
        };
        let known = [("1.0.", OverlayVersion::V10), ("1.1.", OverlayVersion::V11)];
        let found = known.into_iter().find(|(minor, _)| patch(minor).is_some());
        if found.is_none() {
            let message = format!("version `{text}` of the Overlay Specification is not supported");
            let unknown = Diagnostic::new(Code::OverlayVersion, message).at(version.span());
            self.push(unknown.help("write `overlay: 1.1.0`; 1.0.x and 1.1.x are supported, with all three numbers"));
        }
        found.map(|(_, version)| version)
    }

    fn object(&mut self, node: Node<'_>, name: &str, fields: FieldTable, version: OverlayVersion) {
        for member in node.members() {
            match fields.iter().find(|(field, ..)| *field == member.key) {
                Some((_, kind, _)) => {
                    self.kind(member, *kind);
                    if version == OverlayVersion::V10 && OF_1_1.contains(&(name, member.key)) {
                        let message = format!("{name} has no `{}` in version 1.0", member.key);
                        self.fault(member.key_span, message, "write `overlay: 1.1.0`");
                    }
                }
                None if member.key.starts_with("x-") => self.report.say(Code::ForeignExtension, || {
                    let message = format!("`{}` is an extension of another vendor and has no effect", member.key);
                    Diagnostic::new(Code::ForeignExtension, message).at(member.key_span)
                }),
                None => {
                    let known = fields.iter().map(|(field, ..)| *field);
                    let message = format!("{name} has no member `{}`", member.key);
                    let unknown = Diagnostic::new(Code::OverlayFault, message).at(member.key_span);
                    let help = "remove it; names that the specification does not define must begin with `x-`";
                    self.push(unknown.did_you_mean(member.key, known).help(help));
                }
            }
        }
        for (field, _, required) in fields {
            if *required && node.get(field).is_none() {
                let message = format!("{name} needs `{field}`");
                self.fault(node.name_span(), message, &format!("add `{field}`"));
            }
        }
    }

    fn kind(&mut self, member: Member<'_>, kind: FieldKind) {
        let node = member.value;
        let text = || node.style().is_some_and(|style| style != Notation::Plain) || is_string(node);
        let (fits, wanted, help) = match kind {
            FieldKind::Text => (text(), "a text", "put it in quotes"),
            FieldKind::Bool => (
                node.as_bool().is_some(),
                "`true` or `false`",
                "write one of them, without quotes",
            ),
            FieldKind::Object => (
                node.is_map(),
                "an object",
                "write its members on the next lines, indented",
            ),
            FieldKind::List => (node.is_seq(), "a list", "write each item after a `-`"),
            FieldKind::Any => (true, "", ""),
        };
        if !fits {
            let message = format!("`{}` must be {wanted}", member.key);
            let place = if node.is_null() { member.key_span } else { node.span() };
            self.fault(place, message, help);
        }
    }

    fn action(&mut self, node: Node<'_>, version: OverlayVersion) -> Option<Action> {
        if !node.is_map() {
            self.fault(
                node.span(),
                "an action must be an object",
                "write `target`, and one of `update`, `copy` and `remove`",
            );
            return None;
        }
        let before = self.faults;
        self.object(node, "an action", ACTION, version);
        let target = node.get("target")?;
        let query = self.query(target);
        let change = self.change(node);
        if self.faults == before && matches!(change, Some(Modifier::Nothing)) && node.get("update").is_none() {
            let idle = Diagnostic::new(Code::IdleAction, "this action changes nothing").at(target.span());
            let help = "add `update`, `copy` or `remove: true`, or remove the action";
            self.report.push(idle.help(help));
        }
        let (query, text) = query?;
        Some(Action {
            target: query,
            text,
            target_span: target.span(),
            change: change?,
        })
    }

    fn change(&mut self, node: Node<'_>) -> Option<Modifier> {
        let (update, copy) = (node.member("update"), node.member("copy"));
        let remove = node
            .member("remove")
            .filter(|member| member.value.as_bool() == Some(true));
        let from = match copy {
            Some(copy) => Some((copy, self.query(copy.value)?.0)),
            None => None,
        };
        if let Some(remove) = remove {
            for idle in [update, copy].into_iter().flatten() {
                self.idle(
                    idle,
                    remove,
                    &format!("`{}` has no effect next to `remove: true`", idle.key),
                );
            }
            return Some(Modifier::Remove { span: remove.key_span });
        }
        match (update, from) {
            (Some(update), Some((copy, _))) => {
                self.idle(
                    copy,
                    update,
                    "`copy` and `update` are in one action, so neither of them has an effect",
                );
                Some(Modifier::Nothing)
            }
            (Some(update), None) => Some(Modifier::Update(update.value.id())),
            (None, Some((copy, from))) => Some(Modifier::Copy {
                from,
                span: copy.value.span(),
            }),
            (None, None) => Some(Modifier::Nothing),
        }
    }

    fn idle(&mut self, idle: Member<'_>, other: Member<'_>, message: &str) {
        let diagnostic = Diagnostic::new(Code::SeveralModifiers, message)
            .at(idle.key_span)
            .also(other.key_span, format!("`{}` is here", other.key))
            .help("keep one of them, and write a second action for the other");
        self.report.push(diagnostic);
    }

    /// Parses a JSONPath; returns it with its text.
    fn query(&mut self, node: Node<'_>) -> Option<(Query, String)> {
        let text = node
            .text()
            .filter(|_| node.style() != Some(Notation::Plain) || is_string(node))?;
        let fault = match Query::parse(text) {
            Ok(query) => return Some((query, text.to_owned())),
            Err(fault) => fault,
        };
        if let Some(meant) = query::with_quoted_names(text) {
            let message = format!("`{text}` has a name with a `-` that is not in quotes");
            let unquoted = Diagnostic::new(Code::UnquotedName, message).at(node.span());
            let why = "RFC 9535 allows letters, digits and `_` after a dot; the name is handled as if it had quotes";
            self.report.push(unquoted.help(format!("write `{meant}`")).note(why));
            return Some((Query::parse(&meant).ok()?, meant));
        }
        let written = self.report.sources.text(node.span());
        let start = written.find(text).map(|at| at + fault.at);
        let span = start.map_or(node.span(), |at| {
            let at = node.span().start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
            Span::new(node.span().file, at, node.span().end.max(at))
        });
        let message = format!("`{}` is not a JSONPath query: {}", query::shown(text), fault.why);
        let not = Diagnostic::new(Code::NotJsonPath, message).at(span);
        self.push(not.help("write a query of RFC 9535, such as `$.paths['/orders'].get.responses['200']`"));
        None
    }

    fn refuse_twice(&mut self, actions: &[Node<'_>]) {
        let mut seen: HashMap<String, Span> = HashMap::new();
        for action in actions {
            match seen.get(&to_sorted_json(*action)) {
                Some(first) => {
                    let twice =
                        Diagnostic::new(Code::OverlayFault, "this action is in the overlay twice").at(action.span());
                    self.push(twice.also(*first, "the first time").help("remove one of them"));
                }
                None => {
                    seen.insert(to_sorted_json(*action), action.span());
                }
            }
        }
    }
}

/// Returns true for a plain scalar that is a text.
fn is_string(node: Node<'_>) -> bool {
    matches!(node.scalar(), Some(Scalar::String(_)))
}
