//! Checks words of our vocabulary, and words that are near to one.
//!
//! In: a member named like one of our words, and whether the contract uses our vocabulary. Out: diagnostics. A word
//! that has no effect is never ignored silently.

use super::words::seconds;
use super::{Doubt, KeywordWalk};
use crate::diag::{Code, Diagnostic, Report, nearest};
use crate::document::ledger::{self, Keyword, ObjectKind, ValueKind};
use crate::document::model::Dialect;

use crate::source::{Member, Node, NodeId};
use crate::text::Span;

impl<'t> KeywordWalk<'t> {
    /// Returns true if the security scheme has a word that is near to `x-signing`; such a scheme cannot be used.
    pub(in crate::document) fn is_misspelt(&self, scheme: NodeId) -> bool {
        self.misspelt.contains(&scheme)
    }

    /// Reports every word of our vocabulary at a place where it has no effect. `root`: of the contract's own file.
    pub(in crate::document) fn unread(&mut self, root: Node<'t>, report: &mut Report) {
        self.settle_doubts(report);
        let words = ledger::words(root).into_iter();
        for member in words.filter(|member| !self.met.contains(&member.value.id())) {
            if !self.uses && !self.is_held(member.key_span, report) {
                continue;
            }
            let message = format!("`{}` has no effect at this place", member.key);
            let shows = explained(member.key);
            let help = format!("{shows} shows where it belongs; check the spelling of the keys around it");
            report.insist(
                Diagnostic::new(Code::UnknownKeyword, message)
                    .at(member.key_span)
                    .help(help),
            );
        }
    }

    /// Checks a word of our vocabulary. In a contract that does not use our vocabulary it counts only if it has our
    /// shape, or if it comes from an overlay.
    pub(super) fn ours(&mut self, member: Member<'t>, row: &'static Keyword, report: &mut Report) {
        self.met.insert(member.value.id());
        if row.keyword == ledger::SIGNING {
            report.hold_to(ledger::places(member));
        }
        if !self.strict && !self.is_held(member.key_span, report) {
            let fault = self.fault(member.value, &row.value);
            if let Some(reason) = fault.as_ref().filter(|_| !self.resembles(member.value, &row.value)) {
                let how = format!("does not have the form of the sdkwright extension of this name ({reason})");
                self.doubt(member, Doubt::Form(row), &how, report);
                return;
            }
            if self.trail.is_none() {
                let is_mark = member.value.as_bool().is_some() || ledger::is_shared(row.keyword);
                self.uses |= !is_mark;
                self.used.push((row.keyword, member));
            }
        }
        self.value(member.value, &row.value, report);
        match row.keyword {
            "x-documented" => documented(member, report),
            "x-sunset" => sunset(member, report),
            _ => {}
        }
    }

    /// Returns true for a place with extensions of ours alone: in an overlay, or in a contract with the mark of using them.
    fn is_held(&self, place: Span, report: &Report) -> bool {
        self.overlays.contains(&place.file) || report.is_held_to_vocabulary() && self.by_contract
    }

    /// Returns true for a value that does not fit, but has more of the members of an extension than others, or is near to
    /// one that fits. A misspelt member counts if its value fits.
    fn resembles(&mut self, node: Node<'t>, value: &ValueKind) -> bool {
        match value {
            ValueKind::Object(place) => {
                let keywords = || place.rows().iter().map(|row| row.keyword);
                let mut balance = 0;
                for member in node.members() {
                    let known = self.row(*place, member.key);
                    let near = || nearest(member.key, keywords()).and_then(|near| self.row(*place, near));
                    let row = known.or_else(near);
                    balance += match row {
                        Some(row) if self.fault(member.value, &row.value).is_none() => 1,
                        Some(row) if self.resembles(member.value, &row.value) => 1,
                        _ if known.is_some() => 0,
                        _ => -1,
                    };
                }
                balance > 0
            }
            ValueKind::List(item) => node.items().any(|node| self.resembles(node, item)),
            ValueKind::Map(item) => node.members().any(|member| self.resembles(member.value, item)),
            ValueKind::Either(one, other) => self.resembles(node, one) || self.resembles(node, other),
            ValueKind::Words(words) => node
                .as_str()
                .is_some_and(|text| nearest(text, words.iter().copied()).is_some()),
            ValueKind::Whole(_) => node.as_str().is_some_and(|text| seconds(text).is_some()),
            ValueKind::Bool => node.as_str().is_some_and(|text| matches!(text, "true" | "false")),
            _ => false,
        }
    }

    /// Returns true for an object, or a list of objects, in the form of an extension.
    fn has_form(&mut self, node: Node<'t>, name: &str) -> bool {
        let is_object = node.is_map() || node.items().any(Node::is_map);
        let mut rows = ledger::all().map(|(_, row)| row).filter(|row| row.keyword == name);
        is_object && rows.any(|row| self.resembles(node, &row.value))
    }

    /// Handles a keyword as a foreign extension, unless the contract uses the extensions, which the end of the walk shows.
    fn doubt(&mut self, member: Member<'t>, doubt: Doubt, how: &str, report: &mut Report) {
        self.foreign.insert(member.value.id());
        let message = format!(
            "`{}` {how}: it is handled as an extension of another vendor",
            member.key
        );
        let foreign = Diagnostic::new(Code::ForeignShape, message)
            .at(member.key_span)
            .note("it does not change the generated code")
            .help("`sdkwright explain extensions` lists the extensions; `--strict`, or `x-sdk` at the root, reports what is wrong");
        if self.trail.is_some() {
            report.push(foreign);
        } else {
            self.doubts.push((member, doubt, foreign));
        }
    }

    /// Reports doubtful keywords: as errors in a contract that uses the extensions, or that has the one that a keyword probably
    /// means. Losses in its extensions are then errors, too.
    fn settle_doubts(&mut self, report: &mut Report) {
        let used = std::mem::take(&mut self.used);
        for (member, doubt, foreign) in std::mem::take(&mut self.doubts) {
            match doubt {
                Doubt::Form(row) if self.uses => {
                    report.hold_places(ledger::places(member));
                    self.value(member.value, &row.value, report);
                }
                Doubt::Meant(meant, unknown) if self.uses || used.iter().any(|(word, _)| *word == meant) => {
                    report.insist(*unknown);
                }
                _ => report.push(foreign),
            }
        }
        if self.uses {
            report.hold_places(used.into_iter().flat_map(|(_, member)| ledger::places(member)));
        }
    }

    /// Returns the word of our vocabulary that an unknown word probably means; each is looked for once.
    pub(super) fn meant(&mut self, word: &'t str, place: ObjectKind) -> Option<&'static str> {
        let look = || ledger::meant(word, Some(place));
        *self.meant.entry((word, place)).or_insert_with(look)
    }

    pub(super) fn foreign_word(&mut self, member: Member<'t>, report: &mut Report) {
        if self.said.insert(member.key) {
            report.say(Code::ForeignExtension, || {
                let message = format!("`{}` is an extension of another vendor and has no effect", member.key);
                let foreign = Diagnostic::new(Code::ForeignExtension, message).at(member.key_span);
                // A list of statuses never makes a request without a key safe to repeat.
                if matches!(member.key, "x-speakeasy-retries" | "x-fern-retries") {
                    return foreign
                        .note("the client retries by its own policy: never a POST without an idempotency key")
                        .help("`x-retry` limits these retries: `sdkwright explain x-retry`");
                }
                foreign
            });
        }
    }

    /// Reports a word that has no row at its place.
    pub(super) fn unknown(&mut self, member: Member<'t>, place: ObjectKind, report: &mut Report) {
        let meant = self.meant(member.key, place);
        let signs = place == ObjectKind::SecurityScheme && meant == Some(ledger::SIGNING);
        if signs && let Some(scheme) = member.value.parent() {
            self.misspelt.insert(scheme.id());
        }
        let extension = member.key.starts_with("x-");
        let is_marked = extension || member.key.starts_with("X-");
        let held = self.is_held(member.key_span, report);
        if let Some(meant) = meant
            && (held || signs || self.strict)
        {
            self.met.insert(member.value.id());
            let unknown = self.not_ours(member, place, meant);
            if held || signs {
                report.insist(unknown);
            } else {
                report.push(unknown);
            }
        } else if let Some(meant) = meant.filter(|meant| is_marked && !meant.starts_with("x-enum")) {
            self.met.insert(member.value.id());
            let unknown = self.not_ours(member, place, meant);
            if self.trail.is_none() && self.has_form(member.value, meant) {
                self.uses = true;
                report.insist(unknown);
                return;
            }
            let doubt = Doubt::Meant(meant, Box::new(unknown));
            let how = if meant == member.key {
                "is an sdkwright extension at another place".to_owned()
            } else {
                format!("looks like the sdkwright extension `{meant}`")
            };
            self.doubt(member, doubt, &how, report);
        } else if extension && !(place.is_ours() && (held || self.strict)) {
            self.foreign.insert(member.value.id());
            self.foreign_word(member, report);
        } else {
            let unknown = self.no_such_word(member, place, []);
            // Unknown keywords of a schema are annotations (JSON Schema 2020-12, section 6.5).
            let is_annotation = place == ObjectKind::Schema && self.dialect == Dialect::V31 && !self.strict;
            if is_annotation && unknown.help.is_empty() {
                report.say(Code::NotedKeyword, || Diagnostic {
                    code: Code::NotedKeyword,
                    ..unknown
                });
            } else {
                report.push(unknown);
            }
        }
    }

    /// Returns the report of a keyword that means an extension, but has another spelling or place.
    fn not_ours(&self, member: Member<'t>, place: ObjectKind, meant: &'static str) -> Diagnostic {
        let unknown = self.no_such_word(member, place, [meant]);
        let (shows, near) = (explained(meant), format!("did you mean `{meant}`?"));
        if meant == member.key {
            return unknown.help(format!("{shows} shows where it belongs"));
        }
        let unknown = if unknown.help.contains(&near) {
            unknown
        } else {
            unknown.help(near)
        };
        unknown.help("if it is an extension of another tool, remove it by an overlay, or give it another name")
    }

    fn no_such_word(
        &self,
        member: Member<'t>,
        place: ObjectKind,
        meant: impl IntoIterator<Item = &'static str>,
    ) -> Diagnostic {
        let words = place.rows().iter().chain(ledger::EVERYWHERE);
        let words = words
            .filter(|row| row.dialect.is_none_or(|dialect| dialect == self.dialect))
            .map(|row| row.keyword);
        let unknown = Diagnostic::new(
            Code::UnknownKeyword,
            format!("{} has no keyword `{}`", place.name(), member.key),
        )
        .at(member.key_span)
        .did_you_mean(member.key, words.chain(meant));
        if place == ObjectKind::Operation && member.key == "$ref" {
            return unknown
                .help("bundle the contract first, for example with `npx @redocly/cli bundle`, or refer to a whole path item")
                .note("in lenient mode the operation is generated without the parameters, the body and the responses of the target");
        }
        if place == ObjectKind::PathItem && unknown.help.is_empty() {
            let methods = unknown.help("the HTTP methods of OpenAPI are `get`, `put`, `post`, `delete`, `options`, `head`, `patch` and `trace`");
            return methods;
        }
        unknown
    }

    /// Returns true if a name that the contract defines is a word of ours, one level too high or too low.
    pub(super) fn is_slip(&mut self, member: Member<'t>, item: &ValueKind, report: &mut Report) -> bool {
        if !member.key.starts_with("x-") {
            return false;
        }
        let scheme = *item == ValueKind::Referable(ObjectKind::SecurityScheme);
        let meant = ledger::meant(member.key, None);
        let signs = scheme && meant == Some(ledger::SIGNING);
        let ours = self.is_held(member.key_span, report) && meant == Some(member.key);
        if !(signs || ours) {
            return false;
        }
        let rows = ledger::all()
            .map(|(_, row)| row)
            .filter(|row| row.keyword == member.key);
        let shapes: Vec<&ValueKind> = rows.map(|row| &row.value).collect();
        let is_name = self.fault(member.value, item).is_none();
        if is_name
            && shapes
                .into_iter()
                .all(|shape| self.fault(member.value, shape).is_some())
        {
            return false;
        }
        self.met.insert(member.value.id());
        let message = format!("`{}` is at a place for names that the contract chooses", member.key);
        let slip = Diagnostic::new(Code::UnknownKeyword, message).at(member.key_span);
        report.insist(slip.help("move it into the object that it describes; check the indentation"));
        true
    }

    /// Reports a word of ours, or one near to it, beside a reference, where it is not read.
    pub(super) fn unread_beside(&mut self, member: Member<'t>, place: ObjectKind, report: &mut Report) {
        let message = format!("`{}` is next to a `$ref`, so it has no effect", member.key);
        let beside = Diagnostic::new(Code::ReferenceSiblings, message).at(member.key_span);
        let beside = beside
            .did_you_mean(member.key, ledger::ours().iter().copied())
            .help("write it at the target of the reference");
        let signs = place == ObjectKind::SecurityScheme;
        self.met.insert(member.value.id());
        if self.is_held(member.key_span, report) || signs {
            report.insist(beside);
        } else if self.strict {
            report.push(beside);
        } else if let Some(meant) = self.meant(member.key, place) {
            self.doubt(
                member,
                Doubt::Meant(meant, Box::new(beside)),
                "is next to a `$ref`",
                report,
            );
        }
    }
}

/// Returns the command that prints the page about an extension; one without a page is part of another.
fn explained(extension: &str) -> String {
    let topic = if extension.starts_with("x-") {
        extension
    } else {
        "extensions"
    };
    format!("`sdkwright explain {topic}`")
}

/// Checks that `x-sunset` stands beside `deprecated: true`: alone it announces nothing.
fn sunset(member: Member<'_>, report: &mut Report) {
    let beside = member.value.parent().and_then(|object| object.get("deprecated"));
    if beside.and_then(Node::as_bool) != Some(true) {
        let alone = Diagnostic::new(Code::BadExtension, "`x-sunset` has no effect here").at(member.key_span);
        report.push(alone.help("write `deprecated: true` next to it, or remove it"));
    }
}

/// Checks that `x-documented` lists members of its object, or values of its enum.
fn documented(member: Member<'_>, report: &mut Report) {
    let Some(object) = member.value.parent() else { return };
    let values = object
        .get("enum")
        .into_iter()
        .flat_map(Node::items)
        .filter_map(Node::text);
    let known: Vec<&str> = match object.get("enum") {
        Some(_) => values.collect(),
        None => object.members().map(|other| other.key).collect(),
    };
    for item in member.value.items() {
        let Some(name) = item.text().filter(|name| !known.contains(name)) else {
            continue;
        };
        let message = format!("`{name}` is neither a member of this object nor a value of its enum");
        let unknown = Diagnostic::new(Code::WrongValue, message).at(item.span());
        report.push(unknown.did_you_mean(name, known.iter().copied()));
    }
}
