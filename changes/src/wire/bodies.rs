//! Bodies of requests and answers: existence, media types, schemas, statuses, headers.

use sdkwright_codegen::source::{Member, Node};

use super::finding::{Breaks, Effect, Finding, Reach, Uses};
use super::lifecycle::{self, Announced};
use super::operations::Matched;
use super::walk::Walk;
use super::{encodings, links, notation};
use crate::contract::{Contract, Parameter, is_true};

const EARLY: &str = "clients may read it until the sunset that was announced";
const NEW: &str = "a client that knows only the statuses of the base must take this one for a success too";
const OPTIONAL: &str = "it could be missing before; a client that relies on it loses it for good";

/// Compares the request bodies of an operation.
pub(super) fn request<'t>(walk: &mut Walk<'_, 't>, matched: &Matched<'_, 't>) {
    let body = |contract: &Contract<'t>, node: Node<'t>| node.get("requestBody").map(|body| contract.follow(body));
    let old = body(&walk.sides[0], matched.base.node);
    let new = body(&walk.sides[1], matched.revision.node);
    let required = |body: Node<'_>| is_true(body, "required");
    let narrowed = Effect::new(Breaks::Yes, Breaks::Maybe);
    let (id, effect, what) = match (old, new) {
        (None, None) => return,
        (None, Some(new)) if required(new) => ("request-body-added-required", narrowed, "demands a body"),
        (None, Some(_)) => ("request-body-added-optional", Effect::NONE, "can be sent with a body"),
        (Some(_), None) => ("request-body-removed", Effect::CHANGED, "takes no body"),
        (Some(old), Some(new)) => {
            if required(old) != required(new) {
                let (id, effect, what) = if required(new) {
                    ("request-body-became-required", narrowed, "demands its body")
                } else {
                    ("request-body-became-optional", Effect::NONE, "can do without its body")
                };
                let finding = Finding::new(id, matched.sends(), effect, what);
                walk.findings.push(finding.at(Some(old), Some(new)));
            }
            let of = Content {
                ids: REQUEST,
                reach: matched.sends(),
                uses: matched.sent,
                number: matched.number,
                of: "",
            };
            return content(walk, &of, old, new);
        }
    };
    let finding = Finding::new(id, matched.sends(), effect, what);
    walk.findings.push(finding.at(old, new));
}

/// Ids of media types: removed, added, renamed, generalized, specialized, schema added, schema removed.
const REQUEST: [&str; 7] = [
    "request-media-type-removed",
    "request-media-type-added",
    "request-media-type-renamed",
    "request-media-type-generalized",
    "request-media-type-specialized",
    "request-schema-added",
    "request-schema-removed",
];

const RESPONSE: [&str; 7] = [
    "response-media-type-removed",
    "response-media-type-added",
    "response-media-type-renamed",
    "response-media-type-generalized",
    "response-media-type-specialized",
    "response-schema-added",
    "response-schema-removed",
];

/// The body under comparison.
struct Content<'c> {
    ids: [&'static str; 7],
    reach: Reach,
    uses: Uses,
    number: usize,
    /// Words behind the media type: the status of an answer.
    of: &'c str,
}

/// Returns a media type without parameters.
fn essence(name: &str) -> String {
    name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Returns true if a range covers a media type.
fn covers(range: &str, name: &str) -> bool {
    let (range, name) = (essence(range), essence(name));
    if range == "*/*" || range == "*" {
        return name != range;
    }
    let kind = range.strip_suffix("/*");
    if kind.is_some_and(|kind| name.split('/').next() == Some(kind) && name != range) {
        return true;
    }
    // A type with a suffix is a special form of what the suffix names.
    let (Some((kind, suffix)), Some((other, _))) = (range.split_once('/'), name.split_once('/')) else {
        return false;
    };
    kind == other && name != range && name.ends_with(&format!("+{suffix}"))
}

/// Decides whether two media types are versions of one.
type Rule = dyn Fn(&str, &str) -> bool;

/// Compares the media types of a body.
fn content<'t>(walk: &mut Walk<'_, 't>, of: &Content<'_>, old: Node<'t>, new: Node<'t>) {
    let members =
        |node: Node<'t>| -> Vec<Member<'t>> { node.get("content").into_iter().flat_map(Node::members).collect() };
    let (old, mut new) = (members(old), members(new));
    let old_is_empty = old.is_empty();
    let mut left: Vec<Option<Member<'t>>> = old.into_iter().map(Some).collect();
    let [removed, added, renamed, generalized, specialized, ..] = of.ids;
    let is_sent = of.uses.has(Uses::SENT);
    let (had_none, is_sent_by_call) = (old_is_empty, of.ids == REQUEST);
    let rules: [(&Rule, &'static str, Effect); 4] = [
        (&|one, other| one.eq_ignore_ascii_case(other), "", Effect::NONE),
        (&|one, other| essence(one) == essence(other), renamed, Effect::NONE),
        (&|one, other| covers(other, one), generalized, Effect::WIDENED),
        (&|one, other| covers(one, other), specialized, Effect::NARROWED),
    ];
    for (rule, id, effect) in rules {
        for slot in &mut left {
            let Some(one) = slot else { continue };
            let Some(at) = new.iter().position(|other| rule(one.key, other.key)) else {
                continue;
            };
            let other = new.remove(at);
            if !id.is_empty() {
                let what = format!("has the media type `{}` and had `{}`{}", other.key, one.key, of.of);
                let finding = Finding::new(id, of.reach.clone(), effect, what).at(Some(one.value), Some(other.value));
                let (old, new) = (one.key.to_owned(), other.key.to_owned());
                walk.findings.push(finding.values(Some(old), Some(new)));
            }
            media_type(walk, of, *one, other);
            *slot = None;
        }
    }
    for one in left.into_iter().flatten() {
        let effect = if is_sent {
            Effect::NARROWED
        } else {
            Effect::new(Breaks::No, Breaks::Yes)
        };
        let what = format!("no longer has the media type `{}`{}", one.key, of.of);
        let finding = Finding::new(removed, of.reach.clone(), effect, what);
        walk.findings.push(finding.at(Some(one.value), None));
    }
    for other in new {
        let what = format!("has the new media type `{}`{}", other.key, of.of);
        // A client that answered a webhook without a body may have to send one.
        let effect = if had_none && !is_sent_by_call {
            Effect::new(Breaks::Maybe, Breaks::No)
        } else {
            Effect::NONE
        };
        let finding = Finding::new(added, of.reach.clone(), effect, what);
        walk.findings.push(finding.at(None, Some(other.value)));
    }
}

/// Returns true for a media type of members that are texts.
pub(super) fn is_form(media_type: &str) -> bool {
    ["application/x-www-form-urlencoded", "multipart/form-data"].contains(&essence(media_type).as_str())
}

/// Compares two media types.
fn media_type<'t>(walk: &mut Walk<'_, 't>, of: &Content<'_>, old: Member<'t>, new: Member<'t>) {
    let is_form = is_form(new.key);
    // One of OpenAPI 3.2 can be a component.
    let (base, revision) = (walk.sides[0].follow(old.value), walk.sides[1].follow(new.value));
    let uses = match of.uses {
        Uses::SENT if is_form => Uses::TEXT,
        uses => uses,
    };
    for word in ["schema", "itemSchema"] {
        let nodes = (base.get(word), revision.get(word));
        let (id, effect, what) = match nodes {
            (None, None) => continue,
            // A body of bytes needs no schema, and OpenAPI 3.1 has none for it.
            (Some(node), None) if is_raw(walk, 0, node) => continue,
            (None, Some(node)) if is_raw(walk, 1, node) => continue,
            (Some(one), Some(other)) => {
                walk.root(one, other, uses, Some(of.number));
                continue;
            }
            (None, Some(_)) => (of.ids[5], Effect::NARROWED, "a schema and had none"),
            (Some(_), None) => (of.ids[6], Effect::WIDENED.soft_received(), "no schema any more"),
        };
        let what = format!("has for `{}`{} {what}", new.key, of.of);
        let finding = Finding::new(id, of.reach.clone(), effect, what);
        let finding = finding.at(nodes.0.or(Some(base)), nodes.1.or(Some(revision)));
        walk.findings
            .push(finding.because("nothing is said about the body any more"));
    }
    if is_form || essence(new.key).starts_with("multipart/") {
        encodings::compare(walk, &of.reach, (base, revision), (new.key, of.of));
        if uses == Uses::TEXT {
            let is_multipart = essence(new.key).starts_with("multipart/");
            encodings::json(walk, (base, revision), is_multipart, of.number);
        }
    }
}

/// Returns true if a schema says no more than that there are bytes.
fn is_raw<'t>(walk: &mut Walk<'_, 't>, side: usize, schema: Node<'t>) -> bool {
    let form = walk.form(side, &[schema]);
    form.is_any() || form.is_bytes()
}

/// Compares the answers of an operation.
pub(super) fn responses<'t>(walk: &mut Walk<'_, 't>, matched: &Matched<'_, 't>) {
    let sides = walk.sides;
    let members = |side: usize, node: Node<'t>| -> Vec<Member<'t>> {
        let members = node.get("responses").into_iter().flat_map(Node::members);
        let is_answer =
            |member: &Member<'t>| !member.key.starts_with("x-") && sides[side].follow(member.value).is_map();
        members.filter(is_answer).collect()
    };
    let (old, new) = (members(0, matched.base.node), members(1, matched.revision.node));
    let mut is_met = vec![false; new.len()];
    for one in &old {
        let exact = new.iter().position(|other| other.key.eq_ignore_ascii_case(one.key));
        let found = exact.or_else(|| new.iter().position(|other| ranges(other.key, one.key)));
        if let Some(at) = found {
            if exact.is_none() && !is_met[at] && !exactly(&old, new[at]) {
                let within = old.iter().enumerate().filter(|(_, one)| ranges(new[at].key, one.key));
                let within: Vec<usize> = within.map(|(at, _)| at).filter(|at| !exactly(&new, old[*at])).collect();
                let effect = if is_success(one.key) {
                    Effect::new(Breaks::No, Breaks::Maybe)
                } else {
                    Effect::NONE
                };
                let what = format!("answers with any {} in place of {}", new[at].key, told(&old, &within));
                let finding = Finding::new("statuses-widened", matched.receives(), effect, what);
                walk.findings
                    .push(finding.at(Some(one.value), Some(new[at].value)).because(NEW));
            }
            is_met[at] = true;
            answer(walk, matched, *one, new[at]);
            continue;
        }
        // Statuses in place of a range that had them.
        let within = new.iter().enumerate().filter(|(_, other)| ranges(one.key, other.key));
        let within: Vec<usize> = within.map(|(at, _)| at).filter(|at| !exactly(&old, new[*at])).collect();
        if !within.is_empty() {
            let what = format!("answers with {} in place of any {}", told(&new, &within), one.key);
            let finding = Finding::new("statuses-named", matched.receives(), Effect::NONE, what);
            walk.findings
                .push(finding.at(Some(one.value), Some(new[within[0]].value)));
            for at in within {
                is_met[at] = true;
                answer(walk, matched, *one, new[at]);
            }
            continue;
        }
        let (id, effect) = if is_success(one.key) {
            ("success-status-removed", Effect::new(Breaks::Maybe, Breaks::Yes))
        } else {
            ("failure-status-removed", Effect::NONE)
        };
        let what = format!("no longer answers with {}", one.key);
        let finding = Finding::new(id, matched.receives(), effect, what);
        walk.findings.push(finding.at(Some(one.value), None));
        // From now on it is one of the others.
        if let Some(rest) = rest(&new, *one, sides[0].follow(one.value)) {
            answer(walk, matched, *one, rest);
        }
    }
    for (at, other) in new.iter().enumerate() {
        if is_met[at] {
            continue;
        }
        // Clients of the base take it for what they know of its range, or of all other answers.
        let range = old.iter().copied().find(|one| ranges(one.key, other.key));
        let rest = rest(&old, *other, sides[1].follow(other.value));
        let (id, effect) = match (is_success(other.key), range.or(rest)) {
            (true, None) => ("success-status-added", Effect::new(Breaks::No, Breaks::Maybe)),
            (true, Some(_)) => ("success-status-added", Effect::NONE),
            (false, _) => ("failure-status-added", Effect::NONE),
        };
        let what = format!("can answer with {}", other.key);
        let finding = Finding::new(id, matched.receives(), effect, what);
        walk.findings.push(finding.at(None, Some(other.value)).because(NEW));
        if let Some(known) = range.or(rest) {
            answer(walk, matched, known, *other);
        }
    }
}

fn is_success(status: &str) -> bool {
    status.starts_with('2') || status.starts_with('3')
}

/// Returns the `default` among answers that stands for a status of the other side that has a body: for failures, and for a
/// success where no answer is one.
fn rest<'t>(answers: &[Member<'t>], other: Member<'t>, followed: Node<'t>) -> Option<Member<'t>> {
    let has_body = followed.get("content").is_some_and(|content| !content.is_empty());
    let is_failure = other.key.starts_with('4') || other.key.starts_with('5');
    let is_meant = is_failure || (is_success(other.key) && !answers.iter().any(|one| is_success(one.key)));
    let default = answers.iter().copied().find(|one| one.key == "default");
    default.filter(|_| has_body && is_meant)
}

/// Returns true if one of the answers has the status of another.
fn exactly(answers: &[Member<'_>], other: Member<'_>) -> bool {
    answers.iter().any(|one| one.key.eq_ignore_ascii_case(other.key))
}

/// Returns the statuses of answers in words.
fn told(answers: &[Member<'_>], numbers: &[usize]) -> String {
    let keys: Vec<&str> = numbers.iter().filter_map(|at| Some(answers.get(*at)?.key)).collect();
    keys.join(" and ")
}

/// Returns true if a range of statuses such as `2XX` has a status.
fn ranges(range: &str, status: &str) -> bool {
    let rest = range.get(1..).unwrap_or_default();
    rest.eq_ignore_ascii_case("xx") && range.get(..1) == status.get(..1)
}

/// Compares two answers.
fn answer<'t>(walk: &mut Walk<'_, 't>, matched: &Matched<'_, 't>, old: Member<'t>, new: Member<'t>) {
    let (base, revision) = (walk.sides[0].follow(old.value), walk.sides[1].follow(new.value));
    if base.id() == old.value.id() && revision.id() == new.value.id() && walk.is_unchanged(base, revision) {
        return;
    }
    let words = format!(" of the answer {}", new.key);
    let of = Content {
        ids: RESPONSE,
        reach: matched.receives(),
        uses: matched.received,
        number: matched.number,
        of: &words,
    };
    // These have no body, also where they take the place of a range.
    let is_bare = ["204", "205", "304"].contains(&new.key) && old.key != new.key;
    if !is_bare {
        content(walk, &of, base, revision);
    }
    headers(walk, matched, (new.key, base, revision));
    links::compare(walk, matched, (new.key, base, revision));
}

/// Compares the headers of two answers.
fn headers<'t>(walk: &mut Walk<'_, 't>, matched: &Matched<'_, 't>, (status, old, new): (&str, Node<'t>, Node<'t>)) {
    let sides = walk.sides;
    let read = |side: usize, node: Node<'t>| -> Vec<Parameter<'t>> {
        let members = node.get("headers").into_iter().flat_map(Node::members);
        let members = members.filter(|member| !member.key.eq_ignore_ascii_case("content-type"));
        members
            .filter_map(|member| Parameter::read(&sides[side], member.value, Some(member.key)))
            .collect()
    };
    let (old, new) = (read(0, old), read(1, new));
    for one in &old {
        let name = format!("header `{}` of the answer {status}", one.name);
        let Some(other) = new.iter().find(|other| other.key == one.key) else {
            let (id, because) = match lifecycle::announced(one.node, walk.today) {
                Announced::TooEarly | Announced::Unreadable => ("header-removed-before-sunset", EARLY),
                _ if one.required => ("required-header-removed", ""),
                Announced::Yes => ("optional-header-removed-after-deprecation", OPTIONAL),
                Announced::No => ("optional-header-removed", OPTIONAL),
            };
            let is_announced = id == "optional-header-removed-after-deprecation";
            let effect = Effect::new(Breaks::No, if is_announced { Breaks::Maybe } else { Breaks::Yes });
            let finding = Finding::new(id, matched.receives(), effect, format!("no longer has the {name}"));
            walk.findings.push(finding.at(Some(one.node), None).insist(because));
            continue;
        };
        if one.required != other.required {
            let (id, effect, what) = if other.required {
                let effect = Effect::new(Breaks::Yes, Breaks::No);
                ("header-became-required", effect, format!("always has the {name}"))
            } else {
                let effect = Effect::new(Breaks::No, Breaks::Yes);
                ("header-became-optional", effect, format!("can come without the {name}"))
            };
            let finding = Finding::new(id, matched.receives(), effect, what);
            walk.findings.push(finding.at(Some(one.node), Some(other.node)));
        }
        let receives = matched.receives();
        let ids = ["header-content-changed", "header-style-changed"];
        notation::compare(walk, &receives, (one, other), &format!("has the {name}"), ids);
        lifecycle::words(walk, &receives, one.node, other.node, lifecycle::HEADER);
        let uses = match (other.media_type, matched.received) {
            (None, Uses::RECEIVED) => Uses::READ,
            (None, Uses::SENT) => Uses::TEXT,
            (_, uses) => uses,
        };
        notation::schemas(walk, &receives, (one, other), (uses, matched.number));
    }
    for other in &new {
        if !old.iter().any(|one| one.key == other.key) {
            let what = format!("has the new header `{}` of the answer {status}", other.name);
            // A client that answers a webhook must send it.
            let sent = if other.required { Breaks::Yes } else { Breaks::No };
            let finding = Finding::new("header-added", matched.receives(), Effect::new(sent, Breaks::No), what);
            walk.findings.push(finding.at(None, Some(other.node)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_range_covers_its_types_and_no_others() {
        assert!(covers("application/*", "application/json"));
        assert!(covers("*/*", "text/plain"));
        assert!(covers("application/json", "application/problem+json"));
        assert!(!covers("application/json", "application/json; charset=utf-8"));
        assert!(!covers("text/*", "application/json"));
        assert!(!covers("application/json", "application/xml"));
    }
}
