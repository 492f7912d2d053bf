//! Checks words of our vocabulary, and words that are near to one.
//!
//! In: a member named like one of our words, and whether the contract uses our vocabulary. Out: diagnostics. A word
//! that has no effect is never ignored silently.

use super::Walk;
use crate::diag::{Code, Diagnostic, Report};
use crate::document::ledger::{self, ObjectKind, Row, ValueKind};
use crate::document::vocabulary;
use crate::source::{Member, Node, NodeId};

impl<'t> Walk<'t> {
    /// Returns true if the security scheme has a word that is near to `x-signing`; such a scheme cannot be used.
    pub(in crate::document) fn is_misspelt(&self, scheme: NodeId) -> bool {
        self.misspelt.contains(&scheme)
    }

    /// Reports every word of our vocabulary at a place where it has no effect. `root`: of the contract's own file.
    pub(in crate::document) fn unread(&self, root: Node<'t>, report: &mut Report) {
        if !report.is_held_to_vocabulary() {
            return;
        }
        let words = vocabulary::words(root).into_iter();
        for member in words.filter(|member| !self.met.contains(&member.value.id())) {
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
    pub(super) fn ours(&mut self, member: Member<'t>, row: &'static Row, report: &mut Report) {
        self.met.insert(member.value.id());
        if row.keyword == vocabulary::SIGNING {
            report.hold_to(vocabulary::places(member));
        }
        let is_held = self.strict || report.is_held_to_vocabulary() || report.is_overlaid(member.key_span);
        if !is_held && !self.fits(member.value, &row.value) {
            self.means_otherwise(
                member,
                "does not have the form of the sdkwright extension of this name",
                report,
            );
            return;
        }
        self.value(member.value, &row.value, report);
        match row.keyword {
            "x-documented" => documented(member, report),
            "x-sunset" => sunset(member, report),
            _ => {}
        }
    }

    /// Marks a word of our vocabulary as a foreign extension.
    fn means_otherwise(&mut self, member: Member<'t>, how: &str, report: &mut Report) {
        self.foreign.insert(member.value.id());
        let message = format!(
            "`{}` {how}: it is handled as an extension of another vendor",
            member.key
        );
        let diagnostic = Diagnostic::new(Code::ForeignShape, message).at(member.key_span);
        report.push(
            diagnostic
                .note("it does not change the generated code")
                .help("`sdkwright explain extensions` lists the extensions; `--strict`, or `x-sdk` at the root, reports what is wrong"),
        );
    }

    /// Returns the word of our vocabulary that an unknown word probably means; each is looked for once.
    pub(super) fn meant(&mut self, word: &'t str, place: ObjectKind) -> Option<&'static str> {
        let look = || vocabulary::meant(word, Some(place));
        *self.meant.entry((word, place)).or_insert_with(look)
    }

    /// Reports a word that has no row at its place.
    pub(super) fn unknown(&mut self, member: Member<'t>, place: ObjectKind, report: &mut Report) {
        let meant = self.meant(member.key, place);
        let signs = place == ObjectKind::SecurityScheme && meant == Some(vocabulary::SIGNING);
        if signs && let Some(scheme) = member.value.parent() {
            self.misspelt.insert(scheme.id());
        }
        let extension = member.key.starts_with("x-");
        let held = report.is_held_to_vocabulary();
        if let Some(meant) = meant
            && (held || signs || self.strict)
        {
            self.met.insert(member.value.id());
            let unknown = self.no_such_word(member, place, [meant]);
            let unknown = if meant == member.key {
                unknown.help(format!("{} shows where it belongs", explained(meant)))
            } else {
                unknown
            };
            if held || signs {
                report.insist(unknown);
            } else {
                report.push(unknown);
            }
        } else if extension && meant.is_some() {
            self.means_otherwise(
                member,
                "is an sdkwright extension at another place, or looks like one",
                report,
            );
        } else if extension && !(place.is_ours() && (held || self.strict)) {
            self.foreign.insert(member.value.id());
            self.foreign_word(member, report);
        } else {
            report.push(self.no_such_word(member, place, []));
        }
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
        let meant = vocabulary::meant(member.key, None);
        let signs = scheme && meant == Some(vocabulary::SIGNING);
        let ours = report.is_held_to_vocabulary() && meant == Some(member.key);
        if !(signs || ours) {
            return false;
        }
        let rows = ledger::all()
            .map(|(_, row)| row)
            .filter(|row| row.keyword == member.key);
        let shapes: Vec<&ValueKind> = rows.map(|row| &row.value).collect();
        if self.fits(member.value, item) && !shapes.into_iter().any(|shape| self.fits(member.value, shape)) {
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
        if report.is_held_to_vocabulary() || signs {
            report.insist(beside);
        } else if self.strict {
            report.push(beside);
        } else {
            self.means_otherwise(member, "is next to a `$ref`", report);
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
