//! Words of the root: `x-sdk` with environment variables, request ids, problem documents, support and forbidden members, and
//! `x-idempotency` with header, length, retention, marks and codes.

use sdkwright_contract::ir::{Api, Environment, Idempotency, Owner, ProblemPlaces, Settings};

use super::{
    findings::{Advice, Findings, WordLocation, duration, list, optional, pointer, quoted},
    reach::key,
    signing::{LOCKED_OUT, TOGETHER},
};
use crate::contract::{Contract, is_true};

const TWICE: &str = "The server no longer recognizes keys of applications built with the old contract: their retries may be executed twice";
const FIRST: &str = "Let the server accept both headers until all partners run the new version.";

/// Compares the settings of both.
pub(super) fn compare(findings: &mut Findings<'_>, contracts: [&Contract<'_>; 2]) {
    let Settings {
        owner,
        environment,
        request_id_header,
        request_id_echoed,
        problem,
        support,
        actors,
        never_sent,
    } = &findings.base.settings;
    let new = &findings.revision.settings;
    let at = WordLocation::root("/x-sdk");
    variables(findings, &at.below("environment"), environment, &new.environment);
    let name = |owner: &Option<Owner>| {
        owner
            .as_ref()
            .and_then(|Owner { name, party }| quoted(format_args!("{name} ({party})")))
    };
    let request_id = at.below("requestId");
    let echoed = |is: bool| is.then(|| "`true`".to_owned());
    for (at, id, word, old, now, sentence) in [
        (
            at.below("owner"),
            "owner-changed",
            "the owner",
            name(owner),
            name(&new.owner),
            "Users see a different name",
        ),
        (
            request_id.below("echoed"),
            "request-id-changed",
            "whether responses repeat the request id",
            echoed(*request_id_echoed),
            echoed(new.request_id_echoed),
            "Applications compare the request id of a response with that of its request, or no longer do",
        ),
        (
            at.below("support"),
            "support-changed",
            "what a support report repeats",
            list(support),
            list(&new.support),
            "Support reports have other members",
        ),
        (
            at.below("actors"),
            "actors-changed",
            "the desks that act on a problem",
            list(actors),
            list(&new.actors),
            "Problems go to other desks",
        ),
    ] {
        findings.word(&at, old, now, Advice::differs(id, word, sentence));
    }
    let word = "the header of the request id";
    let says = if is_needed(contracts[1]) {
        Advice::dangerous("request-id-changed", word, LOCKED_OUT, TOGETHER)
    } else {
        let sentence = "Support no longer finds requests of applications built with the old contract by their id";
        Advice::differs("request-id-changed", word, sentence)
    };
    let (old, now) = (request_id_header.as_ref(), new.request_id_header.as_ref());
    findings.header(&request_id.below("header"), old, now, says);
    need(findings, &request_id.below("required"), contracts);
    forbidden(findings, &at.below("neverSent"), never_sent, &new.never_sent);
    problems(findings, &at.below("problem"), problem.as_ref(), new.problem.as_ref());
}

/// Returns true if the server needs a request id.
fn is_needed(side: &Contract<'_>) -> bool {
    let word = side.root().and_then(|root| root.at("/x-sdk/requestId"));
    word.is_some_and(|word| is_true(word, "required"))
}

/// Compares whether the server needs a request id. Only the server follows the word, so that it is in no API.
fn need(findings: &mut Findings<'_>, at: &WordLocation, contracts: [&Contract<'_>; 2]) {
    let [old, new] = contracts.map(is_needed);
    let sentence = if new {
        "The server refuses requests without an id; applications of this crate send one with each request"
    } else {
        "The server takes requests without an id as well; applications of this crate send one with each request"
    };
    let says = Advice::differs("request-id-changed", "the need of a request id", sentence);
    let told = |is: bool| is.then(|| "`true`".to_owned());
    findings.word(at, told(old), told(new), says);
}

fn variables(findings: &mut Findings<'_>, at: &WordLocation, base: &Environment, new: &Environment) {
    let Environment {
        base_url,
        client_id,
        client_secret,
        webhook_secret,
    } = base;
    for (key, old, now) in [
        ("baseUrl", base_url, &new.base_url),
        ("clientId", client_id, &new.client_id),
        ("clientSecret", client_secret, &new.client_secret),
        ("webhookSecret", webhook_secret, &new.webhook_secret),
    ] {
        let says = Advice::dangerous(
            "environment-changed",
            format!("the environment variable of `{key}`"),
            "An application built with the new contract does not start until its environment has the new variable",
            "Set both variables before the new version is rolled out.",
        );
        findings.word(&at.below(key), optional(old.as_ref()), optional(now.as_ref()), says);
    }
}

fn forbidden(findings: &mut Findings<'_>, at: &WordLocation, base: &[String], new: &[String]) {
    let minus = |all: &[String], without: &[String]| -> Vec<String> {
        all.iter().filter(|one| !without.contains(one)).cloned().collect()
    };
    let says = Advice::differs(
        "never-sent-extended",
        "a member that must not be sent",
        "Applications refuse to send these members",
    );
    findings.word(at, None, list(&minus(new, base)), says);
    let says = Advice::dangerous(
        "never-sent-shortened",
        "a member that must not be sent",
        "Applications no longer hold these members back if you add them to a request",
        "Check that they may be sent.",
    );
    findings.word(at, list(&minus(base, new)), None, says);
}

fn problems(findings: &mut Findings<'_>, at: &WordLocation, base: Option<&ProblemPlaces>, new: Option<&ProblemPlaces>) {
    let places = |api: &Api, problem: Option<&ProblemPlaces>| -> [(&'static str, Option<String>); 7] {
        let Some(ProblemPlaces {
            schema,
            code,
            title,
            detail,
            request_id,
            errors,
            shows_detail,
        }) = problem
        else {
            return ["schema", "code", "title", "detail", "requestId", "errors", "show"].map(|word| (word, None));
        };
        let at = |place: &Option<Vec<String>>| place.as_deref().and_then(pointer);
        [
            ("schema", schema.and_then(|id| quoted(key(api.ty(id))))),
            ("code", pointer(code)),
            ("title", at(title)),
            ("detail", at(detail)),
            ("requestId", at(request_id)),
            ("errors", at(errors)),
            ("show", shows_detail.then(|| "`detail`".to_owned())),
        ]
    };
    let (old, now) = (places(findings.base, base), places(findings.revision, new));
    for ((word, old), (_, now)) in old.into_iter().zip(now) {
        let says = match word {
            "code" => Advice::dangerous(
                "problem-place-changed",
                "the place of the problem code",
                "Applications built with the old contract find no code in a failure: they treat every outcome as unknown and retry nothing",
                "Let the server send the code at both places until all partners run the new version.",
            ),
            "show" => Advice::differs(
                "problem-text-shown",
                "the texts of a problem that errors show",
                "Applications print other texts of a failure",
            ),
            _ => Advice::differs(
                "problem-place-changed",
                format!("the place of `{word}` in a problem"),
                "Applications built with the old contract do not find it",
            ),
        };
        findings.word(&at.below(word), old, now, says);
    }
}

/// Compares the root word `x-idempotency`.
pub(super) fn idempotency(findings: &mut Findings<'_>) {
    let at = WordLocation::root("/x-idempotency");
    match (&findings.base.idempotency, &findings.revision.idempotency) {
        (Some(base), Some(new)) => keys(findings, &at, base, new),
        (Some(base), None) => {
            let says = Advice::dangerous(
                "idempotency-removed",
                "the idempotency key",
                "Applications built with the new contract send no key: their retries after a lost response are executed twice",
                "State where the key is sent now, or remove every retry of a mutation.",
            );
            findings.word(&at, quoted(&base.header), None, says);
        }
        (None, Some(new)) => {
            let says = Advice::differs(
                "idempotency-added",
                "the idempotency key",
                "Mutations can be retried with the same key",
            );
            findings.word(&at, None, quoted(&new.header), says);
        }
        (None, None) => {}
    }
}

fn keys(findings: &mut Findings<'_>, at: &WordLocation, base: &Idempotency, new: &Idempotency) {
    let Idempotency {
        header,
        key_length,
        retention,
        replayed,
        conflict,
        in_progress,
    } = base;
    findings.header(
        &at.below("header"),
        Some(header),
        Some(&new.header),
        Advice::dangerous(
            "idempotency-header-changed",
            "the header of the idempotency key",
            TWICE,
            FIRST,
        ),
    );
    let range = |(least, most): (u32, u32)| Some(format!("{least} to {most} characters"));
    let narrower = new.key_length.0 > key_length.0 || new.key_length.1 < key_length.1;
    let says = if narrower {
        Advice::dangerous(
            "idempotency-key-narrowed",
            "the length of an idempotency key",
            "The server refuses keys that were allowed: actions whose keys are already recorded can no longer be retried",
            "Check the length of keys that partners have recorded.",
        )
    } else {
        Advice::differs(
            "idempotency-key-widened",
            "the length of an idempotency key",
            "Longer or shorter keys are accepted as well",
        )
    };
    findings.word(&at.below("key"), range(*key_length), range(new.key_length), says);
    let (old, now) = (duration(*retention), duration(new.retention));
    let says = if new.retention < *retention {
        Advice::dangerous(
            "idempotency-retention-shortened",
            "the retention of idempotency keys",
            format!(
                "The server forgets a key after {now} instead of {old}: an application that retries an action after {now} executes it twice"
            ),
            "Let partners run a version that knows the shorter retention before the server forgets earlier.",
        )
    } else {
        Advice::differs(
            "idempotency-retention-extended",
            "the retention of idempotency keys",
            format!("The server remembers a key for {now} instead of {old}"),
        )
    };
    findings.word(&at.below("retention"), Some(old), Some(now), says);
    let mark = |mark: &Option<(String, String)>| {
        mark.as_ref()
            .and_then(|(header, value)| quoted(format_args!("{header}: {value}")))
    };
    let read = |mark: &Option<(String, String)>| {
        let mark = mark.as_ref();
        mark.map(|(header, value)| (header.to_ascii_lowercase(), value.clone()))
    };
    if read(replayed) != read(&new.replayed) {
        let says = Advice::differs(
            "idempotency-mark-changed",
            "the mark of a replayed answer",
            "Applications built with the old contract no longer distinguish a replayed response from a new one",
        );
        findings.word(&at.below("replayed"), mark(replayed), mark(&new.replayed), says);
    }
    for (key, old, new, sentence) in [
        (
            "conflict",
            conflict,
            &new.conflict,
            "Applications built with the old contract no longer recognize a key that was used for another request",
        ),
        (
            "inProgress",
            in_progress,
            &new.in_progress,
            "Applications built with the old contract no longer recognize an action that is still running, and stop waiting for it",
        ),
    ] {
        let says = Advice::differs(
            "idempotency-problem-changed",
            format!("the problem code of a key (`{key}`)"),
            sentence,
        );
        findings.word(
            &at.below("problems").below(key),
            optional(old.as_ref()),
            optional(new.as_ref()),
            says,
        );
    }
}
