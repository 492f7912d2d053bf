//! Words of single operations: key, effect, subject, bound members, problem codes and paging.

use std::collections::BTreeSet;

use sdkwright_contract::ir::{
    Alias, Api, Comparison, Effect, KeyIntent, More, Operation, Pagination, Repeat, Server, ServerVariable, Subject,
    Word as _,
};

use super::{
    findings::{Advice, Findings, WordLocation, list, optional, pointer, quoted},
    problems,
    reach::{call, operations},
};
use crate::contract::{split, unnamed};

const CUT: &str = "Applications built with the old contract stop at the first page, or read none: they treat a part of the list as the whole list";
const BOTH: &str = "Let the server support both forms until all partners run the new version.";
const ASK: &str = "Ask partners how they use the operation before the change goes live.";

/// Compares the operations that are in both.
pub(super) fn compare(findings: &mut Findings<'_>) {
    for (base, new) in operations(findings.base, findings.revision) {
        let at = WordLocation::of(&base.origin.pointer, &new.origin.pointer, vec![call(new)]);
        one(findings, &at, base, new);
        paging(
            findings,
            &at.below("x-pagination"),
            base.pagination.as_ref(),
            new.pagination.as_ref(),
        );
    }
}

fn one(findings: &mut Findings<'_>, at: &WordLocation, base: &Operation, new: &Operation) {
    let name = call(new);
    intent(findings, &at.below("x-idempotency"), &name, base, new);
    effect(findings, &at.below("x-effect"), &name, base, new);
    subject(findings, &at.below("x-idempotency/subject"), &name, base, new);
    existing(findings, &at.below("x-idempotency/existing"), &name, base, new);
    repeats(findings, &at.below("x-repeats"), &name, base, new);
    rest(findings, at, &name, base, new);
    aliases(findings, &at.below("x-sdk/aliases"), base, new);
}

/// Compares the intents of further methods for the same call; a method that came or went is a matter of Rust.
fn aliases(findings: &mut Findings<'_>, at: &WordLocation, base: &Operation, new: &Operation) {
    let word = |intent: Option<KeyIntent>| intent.map(|intent| format!("`{}`", intent.word()));
    for Alias {
        method,
        intent,
        summary: _,
    } in &base.aliases
    {
        let Some(other) = new.aliases.iter().find(|other| other.method == *method) else {
            continue;
        };
        let says = Advice::dangerous(
            "idempotency-intent-changed",
            format!("the idempotency of the method `{method}`"),
            format!(
                "The method `{method}` makes its keys in another way: what counted as a question may act, or the reverse"
            ),
            ASK,
        );
        findings.word(at, word(*intent), word(other.intent), says);
    }
}

fn intent(findings: &mut Findings<'_>, at: &WordLocation, name: &str, base: &Operation, new: &Operation) {
    let intent = |operation: &Operation| operation.intent.map(|intent| format!("`{}`", intent.word()));
    let word = format!("the idempotency of `{name}`");
    let says = match (base.intent, new.intent) {
        (Some(_), None) => Advice::dangerous(
            "idempotency-of-operation-removed",
            word,
            format!("`{name}` has no key any more: a retry after a lost response is executed twice"),
            "Take every retry of this operation out first.",
        ),
        (Some(KeyIntent::Effect), Some(KeyIntent::Refresh)) => Advice::dangerous(
            "idempotency-intent-changed",
            word,
            format!(
                "`{name}` is treated as a read now: applications repeat it with a new key, and if it still has an effect, it is executed again"
            ),
            ASK,
        ),
        (Some(KeyIntent::Refresh), Some(KeyIntent::Effect)) => Advice::dangerous(
            "idempotency-intent-changed",
            word,
            format!(
                "`{name}` is treated as an action now: applications built with the old contract repeat it with new keys, and execute it each time"
            ),
            ASK,
        ),
        _ => Advice::differs(
            "idempotency-of-operation-added",
            word,
            format!("`{name}` has a key now, and can be retried with it"),
        ),
    };
    findings.word(at, intent(base), intent(new), says);
}

fn effect(findings: &mut Findings<'_>, at: &WordLocation, name: &str, base: &Operation, new: &Operation) {
    let effect = |operation: &Operation| operation.effect.map(|effect| format!("`{}`", effect.word()));
    let word = format!("the effect of `{name}`");
    let moves = |operation: &Operation| operation.effect >= Some(Effect::CanMoveMoney);
    let says = if moves(new) && base.effect < new.effect {
        Advice::dangerous(
            "effect-raised",
            word,
            format!("`{name}` can move money, which applications built with the old contract do not expect of it"),
            ASK,
        )
    } else if moves(base) && base.effect > new.effect {
        Advice::dangerous(
            "effect-lowered",
            word,
            format!(
                "Applications built with the new contract treat `{name}` as less than a payment: check that it no longer moves money"
            ),
            ASK,
        )
    } else {
        Advice::differs(
            "effect-changed",
            word,
            format!("`{name}` is documented with another effect"),
        )
    };
    findings.word(at, effect(base), effect(new), says);
}

fn subject(findings: &mut Findings<'_>, at: &WordLocation, name: &str, base: &Operation, new: &Operation) {
    let subject = |operation: &Operation| {
        let subjects = operation.subject.iter().map(|subject| match subject {
            Subject::Path(name) => name.clone(),
            Subject::Body(parts) => pointer(parts).unwrap_or_default().replace('`', ""),
        });
        list(&subjects.collect::<Vec<_>>())
    };
    let word = format!("the subject of `{name}`");
    let says = if base.subject.is_empty() {
        Advice::differs(
            "subject-added",
            word,
            format!("A journal holds back a second `{name}` on the same subject"),
        )
    } else {
        Advice::dangerous(
            "subject-changed",
            word,
            format!(
                "A journal no longer holds back a second `{name}` on what was its subject: it can be executed twice"
            ),
            ASK,
        )
    };
    findings.word(at, subject(base), subject(new), says);
}

fn existing(findings: &mut Findings<'_>, at: &WordLocation, name: &str, base: &Operation, new: &Operation) {
    let minus = |all: &[u16], without: &[u16]| {
        let rest = all.iter().filter(|status| !without.contains(status));
        list(&rest.map(u16::to_string).collect::<Vec<_>>())
    };
    let word = format!("a status of `{name}` for a resource that existed before");
    let says = Advice::differs(
        "existing-added",
        word.clone(),
        format!(
            "A response of `{name}` with this status is accepted if it names an id that the journal has bound to another key"
        ),
    );
    findings.word(at, None, minus(&new.existing, &base.existing), says);
    let says = Advice::dangerous(
        "existing-removed",
        word,
        format!(
            "A response of `{name}` with this status is no longer accepted if it names an id that the journal has bound to another key: the action stays open"
        ),
        "Check that the server never returns an existing resource under this status.",
    );
    findings.word(at, minus(&base.existing, &new.existing), None, says);
}

fn repeats(findings: &mut Findings<'_>, at: &WordLocation, name: &str, base: &Operation, new: &Operation) {
    let minus = |all: &[Repeat], without: &[Repeat]| {
        let is_same = |one: &Repeat, other: &Repeat| {
            (&one.sent, &one.received, one.comparison) == (&other.sent, &other.received, other.comparison)
        };
        let rest = all
            .iter()
            .filter(|one| !without.iter().any(|other| is_same(one, other)));
        list(&rest.map(pair).collect::<Vec<_>>())
    };
    let word = format!("the list of repeated members in the response to `{name}`");
    let (lost, gained) = (minus(&base.repeats, &new.repeats), minus(&new.repeats, &base.repeats));
    let (id, sentence) = match (&lost, &gained) {
        (Some(_), None) => (
            "repeats-removed",
            format!(
                "Responses to `{name}` are no longer compared with the request by these values: a response to another call is accepted"
            ),
        ),
        (None, _) => (
            "repeats-added",
            format!("A response to `{name}` whose values differ from those of the request is no longer accepted"),
        ),
        (Some(_), Some(_)) => (
            "repeats-changed",
            format!(
                "Responses to `{name}` are compared with the request by other values: a value that was compared no longer is"
            ),
        ),
    };
    let says = if lost.is_none() {
        Advice::differs(id, word, sentence)
    } else {
        Advice::dangerous(id, word, sentence, "Check that responses still repeat these values.")
    };
    findings.word(at, lost, gained, says);
}

/// Returns the members of a row and their comparison, without backticks.
fn pair(repeat: &Repeat) -> String {
    let bare = |parts: &[String]| pointer(parts).unwrap_or_default().replace('`', "");
    let (sent, received) = (bare(&repeat.sent), bare(&repeat.received));
    let members = if sent == received {
        sent
    } else {
        format!("{sent} as {received}")
    };
    match repeat.comparison {
        Comparison::Exact => members,
        Comparison::Folded => format!("{members}, ignoring case and blanks"),
        Comparison::Last(count) => format!("{members}, last {count} characters"),
    }
}

fn rest(findings: &mut Findings<'_>, at: &WordLocation, name: &str, base: &Operation, new: &Operation) {
    findings.word(
        at,
        list(&base.bound),
        list(&new.bound),
        Advice::differs(
            "bound-changed",
            format!("the members of `{name}` that equal the client id"),
            "Applications send the client id in other members",
        ),
    );
    // A code that is new or gone everywhere is told once, as a row of the registry.
    let is_told = |code: &&String| problems::has_row(findings.base, code) != problems::has_row(findings.revision, code);
    let minus = |all: &[String], without: &[String]| -> Vec<String> {
        let rest = all.iter().filter(|code| !without.contains(code) && !is_told(code));
        rest.cloned().collect()
    };
    let (lost, gained) = (
        minus(&base.problems, &new.problems),
        minus(&new.problems, &base.problems),
    );
    let codes = at.below("x-problems");
    let says = Advice::differs(
        "problems-of-operation-added",
        format!("a problem code of `{name}`"),
        format!("`{name}` can fail for reasons that applications do not expect of it yet"),
    );
    findings.word(&codes, None, list(&gained), says);
    let says = Advice::differs(
        "problems-of-operation-removed",
        format!("a problem code of `{name}`"),
        format!("`{name}` no longer fails with these codes"),
    );
    findings.word(&codes, list(&lost), None, says);
    let path = |operation: &Operation| quoted(call(operation));
    if base.key == new.key && places(findings.base, base) != places(findings.revision, new) {
        let says = Advice::dangerous(
            "operation-moved",
            format!("the request of `{}`", new.id),
            "Applications built with the old contract send it to the old place: if the server no longer responds there, they are locked out of it",
            "Let the server accept both places until all partners run the new version.",
        );
        findings.word(at, path(base), path(new), says);
    }
}

/// Returns the method of an operation with its paths behind the hosts of its servers; names of parameters do not count.
fn places(api: &Api, operation: &Operation) -> BTreeSet<String> {
    let own = Some(&operation.servers).filter(|servers| !servers.is_empty());
    let servers = own.unwrap_or(&api.servers);
    let filled = |server: &Server| {
        let fill =
            |url: String, variable: &ServerVariable| url.replace(&format!("{{{}}}", variable.name), &variable.default);
        let url = server.variables.iter().fold(server.url.clone(), fill);
        split(url.trim_end_matches('/')).1.to_owned()
    };
    let mut bases: Vec<String> = servers.iter().map(filled).collect();
    if bases.is_empty() {
        bases.push(String::new());
    }
    let path = unnamed(&operation.path);
    let all = bases
        .iter()
        .map(|base| format!("{} {base}{path}", operation.method.token()));
    all.collect()
}

/// Compares the paging of an operation.
fn paging(findings: &mut Findings<'_>, at: &WordLocation, base: Option<&Pagination>, new: Option<&Pagination>) {
    let name = at.operations.first().cloned().unwrap_or_default();
    let (base, new) = match (base, new) {
        (Some(base), Some(new)) => (base, new),
        (Some(base), None) => {
            let sentence = format!(
                "Applications built with the new contract read one page of `{name}` and treat it as the whole list"
            );
            let says = Advice::dangerous(
                "paging-removed",
                format!("the paging of `{name}`"),
                sentence,
                "Check that the response contains the whole list.",
            );
            return findings.word(at, quoted(&base.cursor.0), None, says);
        }
        (None, Some(new)) => {
            let sentence = format!(
                "Responses of `{name}` are pages: applications built with the old contract treat the first page as the whole list"
            );
            let says = Advice::dangerous(
                "paging-added",
                format!("the paging of `{name}`"),
                sentence,
                "Return the whole list without a cursor until all partners run the new version.",
            );
            return findings.word(at, None, quoted(&new.cursor.0), says);
        }
        (None, None) => return,
    };
    let Pagination {
        cursor,
        limit,
        items,
        next,
        more,
    } = base;
    let cut = |word: &str| Advice::dangerous("paging-changed", format!("{word} of `{name}`"), CUT, BOTH);
    findings.word(
        &at.below("cursor"),
        quoted(&cursor.0),
        quoted(&new.cursor.0),
        cut("the parameter of the cursor"),
    );
    findings.word(
        &at.below("items"),
        pointer(items),
        pointer(&new.items),
        cut("the place of the list in a response"),
    );
    findings.word(
        &at.below("next"),
        pointer(next),
        pointer(&new.next),
        cut("the place of the next cursor"),
    );
    let end = |more: &Option<More>| {
        more.as_ref()
            .and_then(|More { at, end }| Some(format!("{} is {end}", pointer(at)?)))
    };
    let says = last_page(&name, more.as_ref(), new.more.as_ref());
    findings.word(&at.below("more"), end(more), end(&new.more), says);
    let says = Advice::differs(
        "paging-limit-changed",
        format!("the parameter of the page size of `{name}`"),
        "Pages have the size that the server chooses",
    );
    findings.word(
        &at.below("limit"),
        optional(limit.as_ref()),
        optional(new.limit.as_ref()),
        says,
    );
}

/// Returns what is said of another sign of the last page. It only ends a list earlier than the cursor does: a program that does not find
/// it reads on.
fn last_page(name: &str, old: Option<&More>, new: Option<&More>) -> Advice {
    let word = format!("the sign of the last page of `{name}`");
    let sentence = match (old, new) {
        (Some(old), Some(new)) if old.at == new.at => return Advice::dangerous("paging-changed", word, CUT, BOTH),
        (_, None) => {
            "Applications built with the new contract read on until a response has no cursor: they may request a page after the last one"
        }
        _ => {
            "Applications built with the old contract read on until a response has no cursor: they may request a page after the last one"
        }
    };
    Advice::differs("paging-changed", word, sentence)
}
