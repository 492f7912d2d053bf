//! The root word `x-sdk`: environment variables, request ids, problem documents, support and forbidden members.

use sdkwright_contract::ir::{Api, Environment, Owner, ProblemPlaces, Settings};

use super::{
    api::key,
    book::{At, Book, Says, list, optional, pointer, quoted},
    signing::{LOCKED_OUT, TOGETHER},
};
use crate::contract::{Contract, is_true};

/// Compares the settings of both.
pub(super) fn compare(book: &mut Book<'_>, contracts: [&Contract<'_>; 2]) {
    let Settings {
        owner,
        environment,
        request_id_header,
        request_id_echoed,
        problem,
        support,
        actors,
        never_sent,
    } = &book.base.settings;
    let new = &book.revision.settings;
    let at = At::root("/x-sdk");
    variables(book, &at.below("environment"), environment, &new.environment);
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
        book.word(&at, old, now, Says::differs(id, word, sentence));
    }
    let word = "the header of the request id";
    let says = if is_needed(contracts[1]) {
        Says::dangerous("request-id-changed", word, LOCKED_OUT, TOGETHER)
    } else {
        let sentence = "Support no longer finds requests of applications built with the old contract by their id";
        Says::differs("request-id-changed", word, sentence)
    };
    let (old, now) = (request_id_header.as_ref(), new.request_id_header.as_ref());
    book.header(&request_id.below("header"), old, now, says);
    need(book, &request_id.below("required"), contracts);
    forbidden(book, &at.below("neverSent"), never_sent, &new.never_sent);
    problems(book, &at.below("problem"), problem.as_ref(), new.problem.as_ref());
}

/// Returns true if the server needs a request id.
fn is_needed(side: &Contract<'_>) -> bool {
    let word = side.root().and_then(|root| root.at("/x-sdk/requestId"));
    word.is_some_and(|word| is_true(word, "required"))
}

/// Compares whether the server needs a request id. Only the server follows the word, so that it is in no API.
fn need(book: &mut Book<'_>, at: &At, contracts: [&Contract<'_>; 2]) {
    let [old, new] = contracts.map(is_needed);
    let sentence = if new {
        "The server refuses requests without an id; applications of this crate send one with each request"
    } else {
        "The server takes requests without an id as well; applications of this crate send one with each request"
    };
    let says = Says::differs("request-id-changed", "the need of a request id", sentence);
    let told = |is: bool| is.then(|| "`true`".to_owned());
    book.word(at, told(old), told(new), says);
}

fn variables(book: &mut Book<'_>, at: &At, base: &Environment, new: &Environment) {
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
        let says = Says::dangerous(
            "environment-changed",
            format!("the environment variable of `{key}`"),
            "An application built with the new contract does not start until its environment has the new variable",
            "Set both variables before the new version is rolled out.",
        );
        book.word(&at.below(key), optional(old.as_ref()), optional(now.as_ref()), says);
    }
}

fn forbidden(book: &mut Book<'_>, at: &At, base: &[String], new: &[String]) {
    let minus = |all: &[String], without: &[String]| -> Vec<String> {
        all.iter().filter(|one| !without.contains(one)).cloned().collect()
    };
    let says = Says::differs(
        "never-sent-extended",
        "a member that must not be sent",
        "Applications refuse to send these members",
    );
    book.word(at, None, list(&minus(new, base)), says);
    let says = Says::dangerous(
        "never-sent-shortened",
        "a member that must not be sent",
        "Applications no longer hold these members back if you add them to a request",
        "Check that they may be sent.",
    );
    book.word(at, list(&minus(base, new)), None, says);
}

fn problems(book: &mut Book<'_>, at: &At, base: Option<&ProblemPlaces>, new: Option<&ProblemPlaces>) {
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
    let (old, now) = (places(book.base, base), places(book.revision, new));
    for ((word, old), (_, now)) in old.into_iter().zip(now) {
        let says = match word {
            "code" => Says::dangerous(
                "problem-place-changed",
                "the place of the problem code",
                "Applications built with the old contract find no code in a failure: they treat every outcome as unknown and retry nothing",
                "Let the server send the code at both places until all partners run the new version.",
            ),
            "show" => Says::differs(
                "problem-text-shown",
                "the texts of a problem that errors show",
                "Applications print other texts of a failure",
            ),
            _ => Says::differs(
                "problem-place-changed",
                format!("the place of `{word}` in a problem"),
                "Applications built with the old contract do not find it",
            ),
        };
        book.word(&at.below(word), old, now, says);
    }
}
