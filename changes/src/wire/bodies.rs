//! Bodies of requests and answers: existence, media types, schemas, statuses, headers.

use sdkwright_contract::source::{Member, Node};

use super::finding::{Breaks, Impact, Matched, Reach, Uses};
use super::lifecycle::{self, Announced};
use super::media::{self, MediaRange};
use super::pairs::Pairs;
use super::parameters;
use crate::contract::{Contract, Parameter, is_true};
use crate::shape::canonical;

const EARLY: &str = "clients may read it until the sunset that was announced";
const NEW: &str = "a client that knows only the statuses of the base must take this one for a success too";
const OPTIONAL: &str = "it could be missing before; a client that relies on it loses it for good";

/// Compares the request bodies of an operation.
pub(super) fn request<'t>(pairs: &mut Pairs<'_, 't>, matched: &Matched<'_, 't>) {
    let body = |contract: &Contract<'t>, node: Node<'t>| node.get("requestBody").map(|body| contract.follow(body));
    let old = body(&pairs.sides[0], matched.base.node);
    let new = body(&pairs.sides[1], matched.revision.node);
    let required = |body: Option<Node<'_>>| body.map(|body| is_true(body, "required"));
    // A client that serves a webhook or a callback may not expect a body.
    let added = |sent| Impact::new(sent, Breaks::Maybe);
    let (id, effect) = match (required(old), required(new)) {
        (None, Some(true)) => ("request-body-added-required", added(Breaks::Yes)),
        (None, Some(false)) => ("request-body-added-optional", added(Breaks::No)),
        (Some(_), None) => ("request-body-removed", Impact::CHANGED),
        (Some(false), Some(true)) => ("request-body-became-required", Impact::NARROWED),
        (Some(true), Some(false)) => ("request-body-became-optional", Impact::WIDENED),
        (None, None) | (Some(false), Some(false)) | (Some(true), Some(true)) => ("", Impact::NONE),
    };
    let what = match id {
        "request-body-added-required" => "requires a body",
        "request-body-added-optional" => "can be sent with a body",
        "request-body-removed" => "takes no body",
        "request-body-became-required" => "requires its body",
        _ => "can do without its body",
    };
    if !id.is_empty() {
        pairs.find(id, matched.sends(), effect, what).at(old, new);
    }
    if let (Some(old), Some(new)) = (old, new) {
        let of = ComparedBody {
            ids: REQUEST,
            reach: matched.sends(),
            uses: matched.sent,
            number: matched.number,
            of: "",
        };
        content(pairs, &of, old, new);
    }
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
struct ComparedBody<'c> {
    ids: [&'static str; 7],
    reach: Reach,
    uses: Uses,
    number: usize,
    /// Words behind the media type: the status of an answer.
    of: &'c str,
}

/// Returns the id and the effect of a media type in place of another one, if they are versions of one.
type Rule<'r> = dyn Fn(&MediaRange, &MediaRange) -> Option<(&'static str, Impact)> + 'r;

/// Compares the media types of a body.
fn content<'t>(pairs: &mut Pairs<'_, 't>, of: &ComparedBody<'_>, old: Node<'t>, new: Node<'t>) {
    let members =
        |node: Node<'t>| -> Vec<Member<'t>> { node.get("content").into_iter().flat_map(Node::members).collect() };
    let (old, mut new) = (members(old), members(new));
    let types = [&old, &new].map(|side| side.iter().map(|one| MediaRange::new(one.key)).collect::<Vec<_>>());
    let mut left: Vec<Option<Member<'t>>> = old.into_iter().map(Some).collect();
    let [removed, added, renamed, generalized, specialized, ..] = of.ids;
    // A reader of the type without its suffix may take or refuse the one with it.
    let plain = Impact::new(Breaks::Maybe, Breaks::Yes);
    let special = Impact::new(Breaks::Yes, Breaks::Maybe);
    let rules: [&Rule<'_>; 6] = [
        &|one, other| one.is_same(other).then_some(("", Impact::NONE)),
        &|one, other| one.has_same_essence(other).then(|| (renamed, one.effect_of(other))),
        &|one, other| other.ranges(one).then_some((generalized, Impact::WIDENED)),
        &|one, other| other.is_suffix_of(one).then_some((generalized, plain)),
        &|one, other| one.ranges(other).then_some((specialized, Impact::NARROWED)),
        &|one, other| one.is_suffix_of(other).then_some((specialized, special)),
    ];
    for rule in rules {
        for slot in &mut left {
            let Some(one) = *slot else { continue };
            let media_type = MediaRange::new(one.key);
            let mut found = new.iter().enumerate();
            let found = found.find_map(|(at, other)| Some((at, rule(&media_type, &MediaRange::new(other.key))?)));
            let Some((at, (id, effect))) = found else {
                continue;
            };
            let other = new.remove(at);
            if !id.is_empty() {
                let what = format!("has the media type `{}` and had `{}`{}", other.key, one.key, of.of);
                let found = pairs.find(id, of.reach.clone(), effect, what);
                let found = found.at(Some(one.value), Some(other.value));
                found.values(Some(one.key.to_owned()), Some(other.key.to_owned()));
            }
            media_type_pair(pairs, of, one, other);
            *slot = None;
        }
    }
    let covered = |side: &[MediaRange], name: &str| side.iter().any(|known| known.covers(&MediaRange::new(name)));
    for one in left.into_iter().flatten() {
        let effect = match (of.ids == REQUEST, of.uses.has(Uses::SENT)) {
            _ if covered(&types[1], one.key) => Impact::NONE,
            // Who sends a webhook need not use each of the types that it announced.
            (true, false) if !types[1].is_empty() => Impact::NONE,
            (_, true) => Impact::NARROWED,
            (_, false) => Impact::WIDENED,
        };
        let what = format!("no longer has the media type `{}`{}", one.key, of.of);
        let found = pairs.find(removed, of.reach.clone(), effect, what);
        found.at(Some(one.value), None);
    }
    for other in new {
        let effect = match (of.ids == REQUEST, of.uses.has(Uses::SENT)) {
            _ if covered(&types[0], other.key) => Impact::NONE,
            // A client asks for the types of an answer that it reads, and gets a webhook in those that come.
            (true, false) if types[0].is_empty() => Impact::new(Breaks::No, Breaks::Maybe),
            (true, false) => Impact::WIDENED,
            // A client that answered a webhook without a body may have to send one.
            (false, true) if types[0].is_empty() => Impact::new(Breaks::Maybe, Breaks::No),
            _ => Impact::NONE,
        };
        let what = format!("has the new media type `{}`{}", other.key, of.of);
        let found = pairs.find(added, of.reach.clone(), effect, what);
        found.at(None, Some(other.value));
    }
}

/// Compares two media types.
fn media_type_pair<'t>(pairs: &mut Pairs<'_, 't>, of: &ComparedBody<'_>, old: Member<'t>, new: Member<'t>) {
    let is_form = media::is_form(new.key);
    // One of OpenAPI 3.2 can be a component.
    let (base, revision) = (pairs.sides[0].follow(old.value), pairs.sides[1].follow(new.value));
    let uses = match of.uses {
        Uses::SENT if is_form => Uses::TEXT,
        Uses::SENT if media::is_xml(new.key) => Uses::SENT.or(Uses::SENT_XML),
        Uses::RECEIVED if media::is_xml(new.key) => Uses::RECEIVED.or(Uses::RECEIVED_XML),
        uses => uses,
    };
    let is_bytes = !is_form && media::is_opaque(new.key);
    for word in ["schema", "itemSchema"] {
        let nodes = (base.get(word), revision.get(word));
        let (id, effect, what) = match nodes {
            (None, None) => continue,
            // A body of bytes needs no schema, and OpenAPI 3.1 has none or an empty one for it.
            (Some(node), None) if is_raw(pairs, 0, node) => continue,
            (None, Some(node)) if is_raw(pairs, 1, node) => continue,
            (Some(one), Some(other)) if is_bytes && is_raw(pairs, 0, one) && is_raw(pairs, 1, other) => continue,
            (Some(one), Some(other)) => {
                pairs.root(one, other, uses, Some(of.number));
                continue;
            }
            (None, Some(_)) => (of.ids[5], Impact::NARROWED, "a schema and had none"),
            (Some(_), None) => (of.ids[6], Impact::WIDENED.soft_received(), "no schema any more"),
        };
        let what = format!("has for `{}`{} {what}", new.key, of.of);
        let found = pairs.find(id, of.reach.clone(), effect, what);
        found
            .at(nodes.0.or(Some(base)), nodes.1.or(Some(revision)))
            .because("the body is no longer described");
    }
    let is_multipart = media::essence(new.key).starts_with("multipart/");
    if is_form || is_multipart {
        media::compare_encodings(pairs, &of.reach, [base, revision], new.key, of.of);
        if uses == Uses::TEXT {
            media::compare_json_parts(pairs, [base, revision], is_multipart, of.number);
        }
    }
}

/// Returns true if a schema says no more than that there are bytes.
fn is_raw<'t>(pairs: &mut Pairs<'_, 't>, side: usize, schema: Node<'t>) -> bool {
    let form = pairs.form(side, &[schema]);
    form.is_any() || form.is_bytes()
}

/// Compares the answers of an operation.
pub(super) fn responses<'t>(pairs: &mut Pairs<'_, 't>, matched: &Matched<'_, 't>) {
    let sides = pairs.sides;
    let members = |side: usize, node: Node<'t>| -> Vec<Member<'t>> {
        let members = node.get("responses").into_iter().flat_map(Node::members);
        let is_answer = |one: &Member<'t>| !one.key.starts_with("x-") && sides[side].follow(one.value).is_map();
        members.filter(is_answer).collect()
    };
    let (old, new) = (members(0, matched.base.node), members(1, matched.revision.node));
    let mut met: Vec<&str> = Vec::new();
    for one in &old {
        let exact = new.iter().find(|other| other.key.eq_ignore_ascii_case(one.key));
        let Some(other) = exact.or_else(|| new.iter().find(|other| ranges(other.key, one.key))) else {
            met.extend(removed(pairs, matched, *one, [&old, &new]));
            continue;
        };
        if exact.is_none() && !met.contains(&other.key) && !exactly(&old, *other) {
            let effect = Impact::new(Breaks::No, if is_success(one.key) { Breaks::Maybe } else { Breaks::No });
            let before = told(&within(*other, &old, &new));
            let what = format!("returns any {} instead of {before}", other.key);
            let found = pairs.find("statuses-widened", matched.receives(), effect, what);
            found.at(Some(one.value), Some(other.value)).because(NEW);
        }
        met.push(other.key);
        answer(pairs, matched, *one, *other);
    }
    for other in new.iter().filter(|other| !met.contains(&other.key)) {
        added(pairs, matched, *other, &old);
    }
}

/// Reports an answer that the revision lacks, or has by its statuses. Returns the statuses in place of its range.
fn removed<'t>(
    pairs: &mut Pairs<'_, 't>,
    matched: &Matched<'_, 't>,
    one: Member<'t>,
    [old, new]: [&[Member<'t>]; 2],
) -> Vec<&'t str> {
    let within = within(one, new, old);
    if let Some(first) = within.first() {
        let what = format!("returns {} instead of any {}", told(&within), one.key);
        let found = pairs.find("statuses-named", matched.receives(), Impact::NONE, what);
        found.at(Some(one.value), Some(first.value));
    } else {
        let (id, effect) = if is_success(one.key) {
            ("success-status-removed", Impact::new(Breaks::Maybe, Breaks::Yes))
        } else {
            ("failure-status-removed", Impact::NONE)
        };
        let what = format!("no longer returns {}", one.key);
        let found = pairs.find(id, matched.receives(), effect, what);
        found.at(Some(one.value), None);
        // From now on it is one of the others.
        if let Some(rest) = rest(new, one, pairs.sides[0].follow(one.value)) {
            answer(pairs, matched, one, rest);
        }
    }
    for other in &within {
        answer(pairs, matched, one, *other);
    }
    within.iter().map(|other| other.key).collect()
}

/// Reports an answer that the base lacks.
fn added<'t>(pairs: &mut Pairs<'_, 't>, matched: &Matched<'_, 't>, other: Member<'t>, old: &[Member<'t>]) {
    // Clients of the base take it for what they know of its range, or of all other answers.
    let range = old.iter().copied().find(|one| ranges(one.key, other.key));
    let known = range.or_else(|| rest(old, other, pairs.sides[1].follow(other.value)));
    let (id, effect) = match (is_success(other.key), known) {
        (true, None) => ("success-status-added", Impact::new(Breaks::No, Breaks::Maybe)),
        (true, Some(_)) => ("success-status-added", Impact::NONE),
        (false, _) => ("failure-status-added", Impact::NONE),
    };
    let what = format!("can return {}", other.key);
    let found = pairs.find(id, matched.receives(), effect, what);
    found.at(None, Some(other.value)).because(NEW);
    if let Some(known) = known {
        answer(pairs, matched, known, other);
    }
}

/// Returns the answers within a range that the other side does not have by their statuses.
fn within<'t>(range: Member<'t>, answers: &[Member<'t>], others: &[Member<'t>]) -> Vec<Member<'t>> {
    let is_within = |one: &Member<'t>| ranges(range.key, one.key) && !exactly(others, *one);
    answers.iter().copied().filter(is_within).collect()
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
fn told(answers: &[Member<'_>]) -> String {
    let keys: Vec<&str> = answers.iter().map(|one| one.key).collect();
    keys.join(" and ")
}

/// Returns true if a range of statuses such as `2XX` has a status.
fn ranges(range: &str, status: &str) -> bool {
    let rest = range.get(1..).unwrap_or_default();
    rest.eq_ignore_ascii_case("xx") && range.get(..1) == status.get(..1)
}

/// Compares two answers.
fn answer<'t>(pairs: &mut Pairs<'_, 't>, matched: &Matched<'_, 't>, old: Member<'t>, new: Member<'t>) {
    let (base, revision) = (pairs.sides[0].follow(old.value), pairs.sides[1].follow(new.value));
    if base.id() == old.value.id() && revision.id() == new.value.id() && pairs.is_unchanged(base, revision) {
        return;
    }
    let words = format!(" of the response {}", new.key);
    let of = ComparedBody {
        ids: RESPONSE,
        reach: matched.receives(),
        uses: matched.received,
        number: matched.number,
        of: &words,
    };
    // These have no body, also where they take the place of a range.
    let is_bare = ["204", "205", "304"].contains(&new.key) && old.key != new.key;
    if !is_bare {
        content(pairs, &of, base, revision);
    }
    headers(pairs, matched, new.key, [base, revision]);
    links(pairs, matched, new.key, [base, revision]);
}

/// Compares the headers of two answers.
fn headers<'t>(pairs: &mut Pairs<'_, 't>, matched: &Matched<'_, 't>, status: &str, [old, new]: [Node<'t>; 2]) {
    let sides = pairs.sides;
    let read = |side: usize, node: Node<'t>| -> Vec<Parameter<'t>> {
        let members = node.get("headers").into_iter().flat_map(Node::members);
        let members = members.filter(|member| !member.key.eq_ignore_ascii_case("content-type"));
        members
            .filter_map(|member| Parameter::new(&sides[side], member.value, Some(member.key)))
            .collect()
    };
    let (old, new) = (read(0, old), read(1, new));
    for one in &old {
        let name = format!("header `{}` of the response {status}", one.name);
        let Some(other) = new.iter().find(|other| other.key == one.key) else {
            let (id, because) = match lifecycle::announced(one.node, pairs.today) {
                Announced::TooEarly | Announced::Unreadable => ("header-removed-before-sunset", EARLY),
                _ if one.required => ("required-header-removed", ""),
                Announced::Yes => ("optional-header-removed-after-deprecation", OPTIONAL),
                Announced::No => ("optional-header-removed", OPTIONAL),
            };
            let is_announced = id == "optional-header-removed-after-deprecation";
            let effect = Impact::new(Breaks::No, if is_announced { Breaks::Maybe } else { Breaks::Yes });
            let found = pairs.find(id, matched.receives(), effect, format!("no longer has the {name}"));
            found.at(Some(one.node), None).insist(because);
            continue;
        };
        if one.required != other.required {
            let (id, effect, what) = if other.required {
                ("header-became-required", Impact::NARROWED, "always has")
            } else {
                ("header-became-optional", Impact::WIDENED, "can come without")
            };
            let found = pairs.find(id, matched.receives(), effect, format!("{what} the {name}"));
            found.at(Some(one.node), Some(other.node));
        }
        let receives = matched.receives();
        let ids = ["header-content-changed", "header-style-changed"];
        parameters::notation(pairs, &receives, (one, other), &format!("has the {name}"), ids);
        lifecycle::words(pairs, &receives, one.node, other.node, lifecycle::HEADER);
        let uses = match (other.media_type, matched.received) {
            (None, Uses::RECEIVED) => Uses::READ,
            (None, Uses::SENT) => Uses::TEXT,
            (_, uses) => uses,
        };
        parameters::schemas(pairs, &receives, (one, other), uses, matched.number);
    }
    for other in &new {
        if !old.iter().any(|one| one.key == other.key) {
            let what = format!("has the new header `{}` of the response {status}", other.name);
            // A client that answers a webhook must send it.
            let sent = if other.required { Breaks::Yes } else { Breaks::No };
            let found = pairs.find("header-added", matched.receives(), Impact::new(sent, Breaks::No), what);
            found.at(None, Some(other.node));
        }
    }
}

/// Compares the links of two responses of a status: advice to clients about the next call, which no request needs.
fn links<'t>(pairs: &mut Pairs<'_, 't>, matched: &Matched<'_, 't>, status: &str, [old, new]: [Node<'t>; 2]) {
    let sides = pairs.sides;
    let all = |node: Node<'t>| -> Vec<Member<'t>> { node.get("links").into_iter().flat_map(Node::members).collect() };
    let (old, new) = (all(old), all(new));
    let mut find = |id, name: &str, what: &str, base: Option<Node<'t>>, revision: Option<Node<'t>>| {
        let what = format!("{what} the link `{name}` of the response {status}");
        let found = pairs.find(id, matched.receives(), Impact::NONE, what);
        found.at(base, revision);
    };
    for one in &old {
        let Some(other) = new.iter().find(|other| other.key == one.key) else {
            find("link-removed", one.key, "no longer has", Some(one.value), None);
            continue;
        };
        let (base, revision) = (sides[0].follow(one.value), sides[1].follow(other.value));
        if link_words(base) != link_words(revision) {
            find(
                "link-changed",
                one.key,
                "says something else of",
                Some(base),
                Some(revision),
            );
        }
    }
    for other in &new {
        if !old.iter().any(|one| one.key == other.key) {
            find("link-added", other.key, "has", None, Some(other.value));
        }
    }
}

/// Returns what a link says, without its description.
fn link_words(link: Node<'_>) -> Vec<(&str, String)> {
    let members = link.members().filter(|member| member.key != "description");
    let mut words: Vec<_> = members
        .map(|member| (member.key, canonical(member.value, false)))
        .collect();
    words.sort();
    words
}
