//! The table: each word of the extensions that decides what a running program does, and what a change of it means.
//!
//! A row has the path of the extension in the keyword ledger, its name in sentences, and the kind of object that has it with
//! the function that reads it. A judge and advice for removal, addition and change follow. The findings come in the
//! order of the objects (`objects.rs`), then of the rows.

use sdkwright_contract::constant;
use sdkwright_contract::document::ledger::ObjectKind;
use sdkwright_contract::ir::SignedValue;

use super::custom::{self, CONDITIONS, DERIVED, POSTINGS, RECORDS, SCENARIOS, TRY};
use super::judge::Judge::{Custom, Difference, Range, Set, Size, Whole};
use super::judge::ValueReader::{
    Alias, Code, Event, Idempotency, Lifecycle, Member, Operation, Paging, Parameter, Problem, Resource, Root, Scheme,
    Security, ServedOperation, ServedType, Signing, Steps, Tokens, Type, Webhooks,
};
use super::judge::{Advice, WordRule, danger, differs, row, unread};
use super::objects::key;
use super::values::{
    WordValue, advice, age, amount, effect, encodings, event_id, flag, header, input, intent, last_page, length,
    location, mark, names, next_page, optional, payload_hash, pointer, problem, repeat, replayed, retention, retried,
    secret, signature, signed, sorted, states, status, step, subject, text, way, whole, word,
};

const LOCKED_OUT: &str = "From the moment the server follows the new contract, it refuses every request of applications built with the old contract: partners are locked out";
const TOGETHER: &str =
    "Let the server accept both forms until all partners run the new version, or agree on a minute to switch.";
const REFUSED_SIGNATURE: &str = "the problem code of a refused signature (`{word}`)";
const PROBLEM_PLACE: &str = "the place of `{word}` in a problem";
const CUT: &str = "Applications built with the old contract stop at the first page, or read none: they treat a part of the list as the whole list";
const BOTH_FORMS: &str = "Let the server support both forms until all partners run the new version.";
const ASK: &str = "Ask partners how they use the operation before the change goes live.";
const BEFORE: &str = "Let partners run the new version before the server returns it.";
const DELIVERIES: &str = "Let partners run the new version before deliveries change.";

const fn locked(id: &'static str) -> Advice {
    danger(id, LOCKED_OUT, TOGETHER)
}

const YOUNGER: Advice = danger(
    "signing-freshness-shortened",
    "Applications whose clock is wrong by more than {new}, or whose requests take longer, are refused",
    "Check the clocks of partners before the server is strict.",
);
const OLDER: Advice = differs(
    "signing-freshness-extended",
    "A recorded request can be retried for {new} instead of {old}",
);
const REFUSAL: Advice = differs(
    "signing-problem-changed",
    "Applications built with the old contract no longer recognize why a signature is refused: they neither correct their clock nor sign again",
);
const DELIVERY: Advice = danger(
    "webhook-signing-changed",
    "Receivers that were built before refuse every delivery, and events are lost once the sender gives up",
    DELIVERIES,
);
const ENVELOPE: Advice = danger(
    "webhook-envelope-changed",
    "Receivers that were built before no longer find it in a delivery: events are taken twice or not at all",
    DELIVERIES,
);
const PAGE: Advice = danger("paging-changed", CUT, BOTH_FORMS);
const UNMARKED: Advice = danger(
    "sensitive-mark-removed",
    "Logs, traces and reports of applications built with the new contract show it in plain text",
    "Check that everyone with access to logs may read it.",
);
const MARKED: Advice = differs("sensitive-mark-added", "Logs, traces and reports no longer show it");
const END_GONE: Advice = danger(
    "lifecycle-end-removed",
    "Applications built with the old contract treat {old} of `{owner}` as {subject}, although it is not final: they book or ship too early",
    "Let partners run the new version before the server uses the change.",
)
.text("{old} of `{owner}` {is} no longer {word}");
const END_NEW: Advice = differs(
    "lifecycle-end-added",
    "Applications built with the old contract do not treat {new} of `{owner}` as {subject}: they wait until their deadline",
)
.text("{new} of `{owner}` {is} {word}");
const VARIABLE: Advice = danger(
    "environment-changed",
    "An application built with the new contract does not start until its environment has the new variable",
    "Set both variables before the new version is rolled out.",
);
const TOKEN: Advice = danger(
    "token-request-changed",
    "Once the token endpoint follows the new contract, it refuses applications built with the old contract: they get no access token",
    TOGETHER,
);
const PLACE: Advice = differs(
    "problem-place-changed",
    "Applications built with the old contract do not find it",
);

/// Extensions of the root whose words without a row are compared as they are written.
const WRITTEN: [ObjectKind; 2] = [ObjectKind::Idempotency, ObjectKind::Retry];

/// Returns the rows of the table, and one for each other word of these extensions.
pub(super) fn rules() -> Vec<WordRule> {
    completed(RULES)
}

fn completed(table: &[WordRule]) -> Vec<WordRule> {
    let changed = differs("word-changed", "Applications built before follow the old value");
    let path = |kind: &ObjectKind, keyword: &str| format!("{}/{keyword}", kind.name().trim_matches('`'));
    let words = WRITTEN
        .iter()
        .flat_map(|kind| kind.rows().iter().map(move |row| path(kind, row.keyword)));
    let covers = |rule: &WordRule, word: &str| {
        let rest = rule.word.strip_prefix(word);
        rule.is_of_root() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let others = words.filter(|word| !table.iter().any(|rule| covers(rule, word)));
    let unread_row = |word: String| row(constant::text(&word), "the value of `{word}`", Root(unread));
    let others = others.map(|word| unread_row(word).tree(whole).any(changed));
    table.iter().copied().chain(others).collect()
}

/// All rules, by objects.
#[rustfmt::skip] // A sentence has a line.
pub(super) const RULES: &[WordRule] = &[
    // Signatures of requests.
    row("security", "", Security(unread))
        .at("")
        .judge(Custom(custom::signatures))
        .removed(danger("signing-of-operation-removed",
            "Applications built with the new contract no longer sign {owner}: a server that checks signatures refuses it, and one that does not accepts it from anyone",
            "Check that nobody needs to know who sends it.").text("{owner}: no longer signed"))
        .added(danger("signing-of-operation-added",
            "Applications built with the old contract do not sign {owner}: once the server checks the signature, it refuses them",
            TOGETHER).text("{owner}: signed now")),
    row("x-signing", "the signature `{owner}`", Scheme(|_, scheme| text(&scheme.name)))
        .at("")
        .judge(Whole)
        .removed(danger("signing-removed",
            "Applications built with the new contract no longer sign: a server that still checks signatures refuses all of their requests",
            TOGETHER))
        .added(locked("signing-added")),
    row("x-signing/message", "the signed message", Signing(|_, s| signed(s)))
        .any(locked("signing-message-changed")),
    row("x-signing/algorithm", "the algorithm of signatures", Signing(|_, s| names(s.algorithms().map(sdkwright_contract::ir::Word::word))))
        .any(locked("signing-algorithm-changed")),
    row("x-signing/encoding", "the encoding of signatures", Signing(|_, s| encodings(s)))
        .any(locked("signing-encoding-changed")),
    row("x-signing/secret", "the decoding of the client secret", Signing(|_, s| s.secret.map_or(WordValue::Absent, secret)))
        .any(locked("signing-secret-changed")),
    row("x-signing/headers", "the header of the signature", Signing(|_, s| signature(s)))
        .at("x-signing/headers/signature")
        .any(locked("signing-header-changed")),
    row("x-signing/headers/clientId", "the header of the client id", Signing(|_, s| header(s.header_of(SignedValue::ClientId))))
        .any(locked("signing-header-changed")),
    row("x-signing/headers/timestamp", "the header of the timestamp", Signing(|_, s| header(s.header_of(SignedValue::Timestamp))))
        .any(locked("signing-header-changed")),
    row("x-signing/headers/nonce", "the header of the nonce", Signing(|_, s| header(s.header_of(SignedValue::Nonce))))
        .any(locked("signing-header-changed")),
    row("x-signing/query", "the parameters that signing adds to the query", Signing(|_, s| names(s.query().map(|(name, _)| name))))
        .any(locked("signing-header-changed")),
    row("x-signing/settings", "the settings of the signature", Signing(|_, s| names(s.settings.iter().map(|one| &one.name))))
        .any(locked("signing-header-changed")),
    row("x-signing/timestamp", "the format of the signed timestamp", Signing(|_, s| word(s.timestamp)))
        .any(locked("signing-timestamp-changed")),
    row("x-signing/nonce", "the length of a nonce", Signing(|_, s| length(s.nonce)))
        .judge(Range)
        .removed(danger("signing-nonce-narrowed",
            "The server may refuse nonces of applications built with the old contract, and with them every request",
            TOGETHER))
        .added(differs("signing-nonce-widened", "Nonces of other lengths are accepted as well")),
    row("x-signing/nonce/format", "the form of a nonce", Signing(|_, s| s.nonce.map_or(WordValue::Absent, |nonce| word(nonce.format))))
        .any(locked("signing-nonce-changed")),
    row("x-signing/lifetime", "the end of a signature", Signing(|_, s| s.lifetime.map_or(WordValue::Absent, WordValue::Seconds)))
        .any(locked("signing-message-changed")),
    row("x-signing/freshness", "the allowed age of a signature", Signing(|_, s| age(s.freshness)))
        .judge(Size)
        .removed(YOUNGER)
        .added(OLDER),
    row("x-signing/problems/client", REFUSED_SIGNATURE, Signing(|_, s| optional(s.client_problem))).any(REFUSAL),
    row("x-signing/problems/signature", REFUSED_SIGNATURE, Signing(|_, s| optional(s.signature_problem))).any(REFUSAL),
    row("x-signing/problems/expired", REFUSED_SIGNATURE, Signing(|_, s| optional(s.expired_problem))).any(REFUSAL),
    row("x-signing/problems/replayed", REFUSED_SIGNATURE, Signing(|_, s| optional(s.replayed_problem))).any(REFUSAL),
    // Access tokens.
    row("x-token/url", "the token endpoint of `{owner}`", Tokens(|_, tokens| text(&tokens.url))).any(TOKEN),
    row("x-token/clientAuthentication", "the authentication at the token endpoint of `{owner}`", Tokens(|_, tokens| word(tokens.authentication))).any(TOKEN),
    row("x-token/assertion/algorithm", "the algorithm of an assertion of `{owner}`", Tokens(|_, tokens| tokens.assertion.as_ref().map_or(WordValue::Absent, |one| names(one.algorithms.iter().copied().map(sdkwright_contract::ir::Word::word))))).any(TOKEN),
    row("x-token/assertion/audience", "the audience of an assertion of `{owner}`", Tokens(|_, tokens| optional(tokens.assertion.as_ref().and_then(|one| one.audience.as_ref())))).any(TOKEN),
    row("x-token/grant", "the grant of `{owner}`", Tokens(|_, tokens| text(&tokens.grant))).any(TOKEN),
    row("x-token/audience", "the audience of `{owner}`", Tokens(|_, tokens| optional(tokens.audience.as_ref()))).any(TOKEN),
    row("x-token/extra", "the extra members of a token request of `{owner}`", Tokens(|_, tokens| names(tokens.extra.iter().map(|(name, value)| format!("{name}={value}"))))).any(TOKEN),
    // Idempotency keys.
    row("x-idempotency", "the idempotency key", Idempotency(|_, keys| text(keys.header.unwrap_or("of each operation"))))
        .judge(Whole)
        .removed(danger("idempotency-removed",
            "Applications built with the new contract send no key: their retries after a lost response are executed twice",
            "State where the key is sent now, or remove every retry of a mutation."))
        .added(differs("idempotency-added", "Mutations can be retried with the same key")),
    row("x-idempotency/header", "the header of the idempotency key", Idempotency(|_, keys| header(keys.header.as_ref())))
        .any(danger("idempotency-header-changed",
            "The server no longer recognizes keys of applications built with the old contract: their retries may be executed twice",
            "Let the server accept both headers until all partners run the new version.")),
    row("x-idempotency/on", "a method whose operations take a key", Root(|_, api| names(api.key_scope.on.iter().map(|method| method.token()))))
        .judge(Set)
        .removed(differs("idempotency-methods-changed", "Operations with this method take a key only if they state an intent"))
        .added(differs("idempotency-methods-changed", "Operations with this method take a key without an intent")),
    row("x-idempotency/key", "the length of an idempotency key", Idempotency(|_, keys| WordValue::Length(keys.key_length.0, keys.key_length.1)))
        .judge(Range)
        .removed(danger("idempotency-key-narrowed",
            "The server refuses keys that were allowed: actions whose keys are already recorded can no longer be retried",
            "Check the length of keys that partners have recorded."))
        .added(differs("idempotency-key-widened", "Longer or shorter keys are accepted as well")),
    row("x-idempotency/retention", "the retention of idempotency keys", Idempotency(|_, keys| retention(keys.retention)))
        .judge(Size)
        .removed(danger("idempotency-retention-shortened",
            "The server forgets a key after {new} instead of {old}: an application that retries an action after {new} executes it twice",
            "Let partners run a version that knows the shorter retention before the server forgets earlier."))
        .added(differs("idempotency-retention-extended", "The server remembers a key for {new} instead of {old}")),
    row("x-idempotency/replayed", "the mark of a replayed answer", Idempotency(|_, keys| replayed(keys.replayed)))
        .any(differs("idempotency-mark-changed",
            "Applications built with the old contract no longer distinguish a replayed response from a new one")),
    row("x-idempotency/problems/conflict", "the problem code of a key (`{word}`)", Idempotency(|_, keys| optional(keys.conflict.as_ref())))
        .any(differs("idempotency-problem-changed",
            "Applications built with the old contract no longer recognize a key that was used for another request")),
    row("x-idempotency/problems/inProgress", "the problem code of a key (`{word}`)", Idempotency(|_, keys| optional(keys.in_progress.as_ref())))
        .any(differs("idempotency-problem-changed",
            "Applications built with the old contract no longer recognize an action that is still running, and stop waiting for it")),
    row("x-idempotency/notAfter", "a status after which the server refuses the key", Idempotency(|_, keys| names(keys.not_after.iter().map(|range| status(*range)))))
        .judge(Set)
        .removed(differs("idempotency-refusal-changed", "A call is sent again under the same key after this status"))
        .added(differs("idempotency-refusal-changed", "A call is no longer sent again after this status, and its outcome stays unknown")),
    row("x-idempotency/minimumDelay", "the least time between two requests under one key", Idempotency(|_, keys| WordValue::Seconds(keys.minimum_delay)))
        .judge(Size)
        .removed(differs("idempotency-delay-shortened", "A call is sent again after {new} instead of {old}"))
        .added(danger("idempotency-delay-extended",
            "Applications built with the old contract send a request again after {old}: the server may take it for another one",
            "Let partners run a version that knows the longer time first.")),
    row("x-idempotency/scope", "the scope of a key", Idempotency(|_, keys| mark(keys.is_of_account)))
        .any(danger("idempotency-scope-changed",
            "Keys that were sent before have another text now: an action that is repeated across the change is executed again",
            "Finish or look up all open actions before applications are updated.")),
    row("x-idempotency/member", "the member of the body that is the key", Root(|_, api| optional(api.key_scope.member.as_ref())))
        .any(danger("idempotency-header-changed",
            "The server no longer recognizes keys of applications built with the old contract: their retries may be executed twice",
            "Let the server accept both members until all partners run the new version.")),
    row("x-retry/advice", "the header with advice on retries", Root(|_, api| advice(api.retry.as_ref())))
        .any(differs("retry-changed", "Applications built with the old contract do not follow this advice")),
    row("x-retry/statuses", "the statuses that are sent again", Root(|_, api| retried(api.retry.as_ref())))
        .any(differs("retry-changed", "Applications built with the old contract send other failures again")),
    row("x-idempotency/intent", "the idempotency of `{owner}`", Operation(|_, call| intent(call.intent)))
        .at("x-idempotency")
        .removed(danger("idempotency-of-operation-removed",
            "`{owner}` has no key any more: a retry after a lost response is executed twice",
            "Take every retry of this operation out first."))
        .added(differs("idempotency-of-operation-added", "`{owner}` has a key now, and can be retried with it")),
    row("x-idempotency/intent", "the idempotency of `{owner}`", Operation(|_, call| intent(call.intent)))
        .at("x-idempotency")
        .judge(Size)
        .removed(danger("idempotency-intent-changed",
            "`{owner}` is treated as a read now: applications repeat it with a new key, and if it still has an effect, it is executed again",
            ASK))
        .added(danger("idempotency-intent-changed",
            "`{owner}` is treated as an action now: applications built with the old contract repeat it with new keys, and execute it each time",
            ASK)),
    row("x-effect", "the effect of `{owner}`", Operation(|_, call| effect(call.effect)))
        .judge(Size)
        .removed(danger("effect-lowered",
            "Applications built with the new contract treat `{owner}` as less than a payment: check that it no longer moves money",
            ASK))
        .added(danger("effect-raised",
            "`{owner}` can move money, which applications built with the old contract do not expect of it",
            ASK))
        .changed(differs("effect-changed", "`{owner}` is documented with another effect")),
    row("x-idempotency/subject", "the subject of `{owner}`", Operation(|_, call| subject(&call.subject)))
        .any(danger("subject-changed",
            "A journal no longer holds back a second `{owner}` on what was its subject: it can be executed twice",
            ASK))
        .added(differs("subject-added", "A journal holds back a second `{owner}` on the same subject")),
    row("x-idempotency/existing", "a status of `{owner}` for a resource that existed before", Operation(|_, call| names(&call.existing)))
        .judge(Set)
        .removed(danger("existing-removed",
            "A response of `{owner}` with this status is no longer accepted if it names an id that the journal has bound to another key: the action stays open",
            "Check that the server never returns an existing resource under this status."))
        .added(differs("existing-added",
            "A response of `{owner}` with this status is accepted if it names an id that the journal has bound to another key")),
    row("x-repeats", "the list of repeated members in the response to `{owner}`", Operation(|_, call| names(call.repeats.iter().map(repeat))))
        .judge(Difference)
        .removed(danger("repeats-removed",
            "Responses to `{owner}` are no longer compared with the request by these values: a response to another call is accepted",
            "Check that responses still repeat these values."))
        .added(differs("repeats-added",
            "A response to `{owner}` whose values differ from those of the request is no longer accepted"))
        .changed(danger("repeats-changed",
            "Responses to `{owner}` are compared with the request by other values: a value that was compared no longer is",
            "Check that responses still repeat these values.")),
    row("x-bound", "the members of `{owner}` that equal the client id", Operation(|_, call| names(&call.bound)))
        .at("")
        .any(differs("bound-changed", "Applications send the client id in other members")),
    row("x-problems", "a problem code of `{owner}`", Operation(|_, call| names(&call.problems)))
        .judge(Custom(custom::codes))
        .removed(differs("problems-of-operation-removed", "`{owner}` no longer fails with these codes"))
        .added(differs("problems-of-operation-added",
            "`{owner}` can fail for reasons that applications do not expect of it yet")),
    row("servers", "the request of `{owner}`", Operation(unread))
        .at("")
        .judge(Custom(custom::places))
        .changed(danger("operation-moved",
            "Applications built with the old contract send it to the old place: if the server no longer responds there, they are locked out of it",
            "Let the server accept both places until all partners run the new version.")),
    row("x-sdk/aliases/*/intent", "the idempotency of the method `{owner}`", Alias(|_, alias| intent(alias.intent)))
        .at("x-sdk/aliases")
        .any(danger("idempotency-intent-changed",
            "The method `{owner}` makes its keys in another way: what counted as a question may act, or the reverse",
            ASK)),
    // Lists in pages.
    row("x-pagination", "the paging of `{owner}`", Paging(|_, paging| text(way(paging))))
        .judge(Whole)
        .removed(danger("paging-removed",
            "Applications built with the new contract read one page of `{owner}` and treat it as the whole list",
            "Check that the response contains the whole list."))
        .added(danger("paging-added",
            "Responses of `{owner}` are pages: applications built with the old contract treat the first page as the whole list",
            "Return the whole list without a cursor until all partners run the new version.")),
    row("x-pagination/cursor", "the parameter of the cursor of `{owner}`", Paging(|_, paging| input(paging.cursor.as_ref()))).any(PAGE),
    row("x-pagination/items", "the place of the list in a response of `{owner}`", Paging(|_, paging| pointer(Some(&paging.items)))).any(PAGE),
    row("x-pagination/next", "the source of the next page of `{owner}`", Paging(|_, paging| text(next_page(&paging.next)))).any(PAGE),
    row("x-pagination/more", "the sign of the last page of `{owner}`", Paging(|_, paging| last_page(paging.more.as_ref())))
        .judge(Custom(custom::last_page))
        .removed(differs("paging-changed",
            "Applications built with the new contract read on until a response has no cursor: they may request a page after the last one"))
        .added(differs("paging-changed",
            "Applications built with the old contract read on until a response has no cursor: they may request a page after the last one"))
        .changed(PAGE),
    row("x-pagination/limit", "the parameter of the page size of `{owner}`", Paging(|_, paging| input(paging.limit.as_ref())))
        .any(differs("paging-limit-changed", "Pages have the size that the server chooses")),
    // Problem codes.
    row("x-problem-registry/*/outcome", "the outcome of `{owner}`", Problem(unread))
        .judge(Custom(custom::outcomes))
        .removed(danger("problem-outcome-changed",
            "Applications built with the old contract treat `{owner}` as proof that nothing was executed, repeat the action with a new key, and pay twice",
            BEFORE))
        .added(differs("problem-outcome-changed",
            "`{owner}` proves that nothing was executed; applications built with the old contract still reconcile it")),
    row("x-problem-registry/*/retry", "the retry of `{owner}`", Problem(|_, problem| word(problem.retry)))
        .any(differs("problem-retry-changed", "Applications retry after `{owner}` under another condition")),
    row("x-problem-registry/*/newKey", "the key of a further attempt of `{owner}`", Problem(|_, problem| flag(problem.new_key)))
        .judge(Size)
        .removed(danger("problem-key-changed",
            "After `{owner}` the same key must be used; applications built with the old contract use a new one and may execute the action twice",
            BEFORE))
        .added(differs("problem-key-changed",
            "After `{owner}` only a new key succeeds; applications built with the old contract get the same refusal again")),
    row("x-problem-registry/*/status", "the status of `{owner}`", Problem(|_, problem| text(problem.status)))
        .any(differs("problem-status-changed",
            "Applications built with the old contract do not treat the code with another status as the documented problem: its outcome is unknown to them")),
    row("x-problem-registry/*/stored", "the storing of the response of `{owner}`", Problem(|_, problem| text(problem.stored)))
        .any(differs("problem-stored-changed", "The server returns another response to a retry with the same key")),
    row("x-problem-registry/*/correctClock", "the correction of the clock of `{owner}`", Problem(|_, problem| text(problem.correct_clock)))
        .any(differs("problem-clock-changed", "Applications correct their clock after the code, or no longer do")),
    row("x-problem-registry/*/actor", "the desk that acts of `{owner}`", Problem(|_, problem| text(problem.actor)))
        .any(differs("problem-actor-changed", "The code goes to another desk")),
    row("x-problem-registry/*/advice", "the advice of `{owner}`", Problem(|_, problem| text(problem.advice)))
        .any(differs("problem-text-changed", "Users see different advice")),
    row("x-problem-registry/*/title", "the title of `{owner}`", Problem(|_, problem| text(problem.title)))
        .any(differs("problem-text-changed", "Users see a different title")),
    row("x-problem-registry/*", "a problem code", Code(|_, problem| text(problem.code)))
        .judge(Whole)
        .removed(differs("problem-code-removed",
            "{old} is no longer returned; applications that wait for it have nothing to wait for").about("the problem code {old}"))
        .added(differs("problem-code-added",
            "Applications built with the old contract do not know {new}: they treat its outcome as {note}"))
        .changed(differs("problem-code-renamed",
            "Applications built with the old contract do not know {new}: they treat its outcome as {note} and follow none of its advice")),
    // Lifecycles.
    row("x-lifecycle", "the lifecycle of `{owner}`", Lifecycle(|_, states| names(&states.terminal)))
        .judge(Whole)
        .removed(differs("lifecycle-removed",
            "Applications no longer know which states of `{owner}` are final, and cannot wait for one"))
        .added(differs("lifecycle-added", "Applications can wait for a final state of `{owner}`")),
    row("x-lifecycle/initial", "the first state of `{owner}`", Lifecycle(|_, states| optional(states.initial.as_ref())))
        .any(differs("lifecycle-initial-changed", "A new `{owner}` begins in another state")),
    row("x-lifecycle/done", "done", Lifecycle(|_, states| names(&states.done))).judge(Set).removed(END_GONE).added(END_NEW),
    row("x-lifecycle/terminal", "an end", Lifecycle(|_, states| names(&states.terminal))).judge(Set).removed(END_GONE).added(END_NEW),
    row("x-lifecycle/needsAction", "the states of `{owner}` that wait for the partner", Lifecycle(|_, states| names(sorted(&states.needs_action))))
        .any(differs("lifecycle-action-changed", "Applications alert their operators in other states")),
    row("x-lifecycle/transitions", "a step of `{owner}`", Lifecycle(|_, states| names(states.transitions.iter().map(step))))
        .judge(Difference)
        .any(differs("lifecycle-step-changed", "A `{owner}` takes other ways between its states")),
    row("x-lifecycle/usable", "the states in which a `{owner}` can be named", Steps(unread))
        .tree(states)
        .any(danger("lifecycle-usable-changed",
            "The server takes a `{owner}` in other states than before: calls that name one can be refused",
            TRY)),
    row("x-lifecycle/transitions", "the step of `{owner}` {note}", Steps(unread))
        .judge(Custom(custom::steps))
        .changed(differs("lifecycle-step-conditions-changed",
            "The server makes this step of a `{owner}` at another time, under another condition, or sets other members")),
    row("x-lifecycle/transitions", "the order of the steps of `{owner}`", Steps(unread))
        .judge(Custom(custom::order_of_steps))
        .changed(differs("lifecycle-steps-reordered",
            "Where several steps of a `{owner}` are due, the server makes another one first")),
    // Types, members and parameters.
    row("x-sensitive", "the sensitive mark of `{owner}`", Type(|_, ty| mark(ty.sensitive))).removed(UNMARKED).added(MARKED),
    row("x-sensitive", "the sensitive mark of `{owner}`", Member(|_, member| mark(member.sensitive))).removed(UNMARKED).added(MARKED),
    row("x-bound", "the value that `{owner}` must equal", Member(|_, member| optional(member.bound.as_ref())))
        .any(differs("bound-changed", "Applications fill it in with another value")),
    row("x-payload-hash", "the hash in `{owner}`", Member(|_, member| payload_hash(member.payload_hash.as_ref())))
        .any(danger("payload-hash-changed",
            "Approvals that were given before no longer fit the request they were given for: the server refuses what was approved",
            "Let the server accept both forms until no approval of the old form is open.")),
    row("type", "the form of the amount `{owner}`", Member(|api, member| amount(api.ty(api.behind_null(member.ty)))))
        .at("")
        .judge(Size)
        .removed(danger("amount-became-number",
            "The amount passes through binary floating-point numbers in most applications, which round it: sums are wrong by cents",
            "Keep it a text, or make it an integer in the smallest unit of the currency.")),
    row("x-sensitive", "the sensitive mark of the parameter `{owner}`", Parameter(|_, parameter| mark(parameter.sensitive)))
        .removed(UNMARKED)
        .added(MARKED),
    // Webw.
    row("x-webhooks", "the description of signed deliveries", Webhooks(|_, w| signature(&w.signing.rules)))
        .judge(Whole)
        .removed(danger("webhooks-removed",
            "Applications built with the new contract cannot verify deliveries",
            DELIVERIES))
        .added(differs("webhooks-added", "Applications can verify deliveries")),
    row("x-webhooks/signing/message", "the signed message of deliveries", Webhooks(|_, w| signed(&w.signing.rules))).any(DELIVERY),
    row("x-webhooks/signing/algorithm", "the algorithm of the signature of deliveries", Webhooks(|_, w| names(w.signing.rules.algorithms().map(sdkwright_contract::ir::Word::word)))).any(DELIVERY),
    row("x-webhooks/signing/encoding", "the encoding of the signature of deliveries", Webhooks(|_, w| word(w.signing.rules.encoding))).any(DELIVERY),
    row("x-webhooks/signing/secret", "the decoding of the secret of deliveries", Webhooks(|_, w| w.signing.rules.secret.map_or(WordValue::Absent, secret))).any(DELIVERY),
    row("x-webhooks/signing/publicKey/prefix", "the form of the public keys of deliveries", Webhooks(|_, w| w.signing.rules.key_pair.map_or(WordValue::Absent, |pair| text(pair.prefix)))).any(DELIVERY),
    row("x-webhooks/signing/keys", "the source of the public keys of deliveries", Webhooks(unread))
        .tree(whole)
        .any(differs("webhook-keys-changed", "Receivers that fetch public keys fetch them from another place, or no longer do")),
    row("x-webhooks/signing/timestamp", "the format of the timestamp of deliveries", Webhooks(|_, w| word(w.signing.rules.timestamp))).any(DELIVERY),
    row("x-webhooks/signing/headers/timestamp", "the place of the timestamp of deliveries", Webhooks(|_, w| location(&w.signing.rules, SignedValue::Timestamp))).any(DELIVERY),
    row("x-webhooks/signing/headers/nonce", "the place of the nonce of deliveries", Webhooks(|_, w| location(&w.signing.rules, SignedValue::Nonce))).any(DELIVERY),
    row("x-webhooks/signing/headers/signature", "the place of the signature of deliveries", Webhooks(|_, w| signature(&w.signing.rules))).any(DELIVERY),
    row("x-webhooks/signing/settings", "the settings of the signature of deliveries", Webhooks(|_, w| names(w.signing.rules.settings.iter().map(|one| &one.name)))).any(DELIVERY),
    row("x-webhooks/signing/freshness", "the allowed age of a delivery", Webhooks(|_, w| age(w.signing.rules.freshness)))
        .judge(Size)
        .removed(YOUNGER)
        .added(OLDER),
    row("x-webhooks/envelope/id", "the place of the id of an event in deliveries", Webhooks(|_, w| event_id(w.envelope.id.as_ref()))).any(ENVELOPE),
    row("x-webhooks/envelope/type", "the place of the type of an event in deliveries", Webhooks(|_, w| pointer(w.envelope.event_type.as_ref()))).any(ENVELOPE),
    row("x-webhooks/envelope/resourceType", "the place of the type of a resource in deliveries", Webhooks(|_, w| pointer(w.envelope.resource.as_ref().map(|(kind, _)| kind)))).any(ENVELOPE),
    row("x-webhooks/envelope/resourceId", "the place of the id of a resource in deliveries", Webhooks(|_, w| pointer(w.envelope.resource.as_ref().map(|(_, id)| id)))).any(ENVELOPE),
    row("x-webhooks/envelope/schema", "the schema of deliveries", Webhooks(|api, w| text(key(api.ty(w.envelope.schema)))))
        .any(differs("webhook-schema-changed", "Deliveries are described by another schema")),
    row("x-webhooks/resources/*", "the id of `{owner}` in deliveries", Resource(|api, id| text(key(api.ty(*id)))))
        .judge(Whole)
        .any(differs("webhook-resource-changed",
            "Receivers read the id of a `{owner}` as another type, or as plain text"))
        .added(differs("webhook-resource-added", "Deliveries can be about a `{owner}`")),
    row("x-webhooks/events/*", "the event `{owner}`", Event(|_, event| text(&event.name)))
        .judge(Whole)
        .removed(danger("webhook-event-removed",
            "`{owner}` is no longer delivered: applications that wait for it wait for ever",
            "Name the event or the call that takes its place."))
        .added(differs("webhook-event-added",
            "`{owner}` is delivered: receivers that were built before get an event that they do not know").about("an event")),
    // Settings.
    row("x-sdk/environment/baseUrl", "the environment variable of `{word}`", Root(|api, _| optional(api.settings.environment.base_url))).any(VARIABLE),
    row("x-sdk/environment/clientId", "the environment variable of `{word}`", Root(|api, _| optional(api.settings.environment.client_id))).any(VARIABLE),
    row("x-sdk/environment/clientSecret", "the environment variable of `{word}`", Root(|api, _| optional(api.settings.environment.client_secret))).any(VARIABLE),
    row("x-sdk/environment/webhookSecret", "the environment variable of `{word}`", Root(|api, _| optional(api.settings.environment.webhook_secret))).any(VARIABLE),
    row("x-sdk/owner", "the owner", Root(|api, _| api.settings.owner.as_ref().map_or(WordValue::Absent, |owner| text(format_args!("{} ({})", owner.name, owner.party)))))
        .any(differs("owner-changed", "Users see a different name")),
    row("x-sdk/requestId/echoed", "whether responses repeat the request id", Root(|api, _| mark(api.settings.request_id_echoed)))
        .any(differs("request-id-changed",
            "Applications compare the request id of a response with that of its request, or no longer do")),
    row("x-sdk/support", "what a support report repeats", Root(|api, _| names(&api.settings.support)))
        .any(differs("support-changed", "Support reports have other members")),
    row("x-sdk/actors", "the desks that act on a problem", Root(|api, _| names(&api.settings.actors)))
        .any(differs("actors-changed", "Problems go to other desks")),
    // `changed`: the server requires an id; `removed`: it does not.
    row("x-sdk/requestId/header", "the header of the request id", Root(|api, _| header(api.settings.request_id_header.as_ref())))
        .judge(Custom(custom::request_id))
        .changed(locked("request-id-changed"))
        .removed(differs("request-id-changed",
            "Support no longer finds requests of applications built with the old contract by their id")),
    row("x-sdk/requestId/required", "the need of a request id", Root(unread))
        .tree(|node| mark(node.as_bool() == Some(true)))
        .removed(differs("request-id-changed",
            "The server takes requests without an id as well; applications of this crate send one with each request"))
        .added(differs("request-id-changed",
            "The server refuses requests without an id; applications of this crate send one with each request")),
    row("x-sdk/neverSent", "a member that must not be sent", Root(|api, _| names(&api.settings.never_sent)))
        .judge(Set)
        .removed(danger("never-sent-shortened",
            "Applications no longer hold these members back if you add them to a request",
            "Check that they may be sent."))
        .added(differs("never-sent-extended", "Applications refuse to send these members")),
    row("x-sdk/problem/schema", PROBLEM_PLACE, Root(|api, _| problem(api, |at| at.schema.map_or(WordValue::Absent, |id| text(key(api.ty(id))))))).any(PLACE),
    row("x-sdk/problem/code", "the place of the problem code", Root(|api, _| problem(api, |at| pointer(Some(&at.code)))))
        .any(danger("problem-place-changed",
            "Applications built with the old contract find no code in a failure: they treat every outcome as unknown and retry nothing",
            "Let the server send the code at both places until all partners run the new version.")),
    row("x-sdk/problem/title", PROBLEM_PLACE, Root(|api, _| problem(api, |at| pointer(at.title.as_ref())))).any(PLACE),
    row("x-sdk/problem/detail", PROBLEM_PLACE, Root(|api, _| problem(api, |at| pointer(at.detail.as_ref())))).any(PLACE),
    row("x-sdk/problem/requestId", PROBLEM_PLACE, Root(|api, _| problem(api, |at| pointer(at.request_id.as_ref())))).any(PLACE),
    row("x-sdk/problem/errors", PROBLEM_PLACE, Root(|api, _| problem(api, |at| pointer(at.errors.as_ref())))).any(PLACE),
    row("x-sdk/problem/show", "the texts of a problem that errors show", Root(|api, _| problem(api, |at| if at.shows_detail { text("detail") } else { WordValue::Absent })))
        .any(differs("problem-text-shown", "Applications print other texts of a failure")),
    // Rules that the server follows.
    row("x-webhooks/causes", "what causes events", Root(unread))
        .tree(whole)
        .any(differs("causes-changed", "The server sends events of other changes than before")),
    row("x-seed", "what exists at the start", Root(unread))
        .tree(whole)
        .any(differs("seed-changed", "The local sandbox starts with other resources than before")),
    row("x-rules", "a rule of `{owner}`", ServedOperation(unread)).judge(Custom(|findings, pair, rule| CONDITIONS.compare(findings, pair, rule))),
    row("x-derives", "a computed member of the response of `{owner}`", ServedOperation(unread))
        .judge(Custom(|findings, pair, rule| DERIVED.compare(findings, pair, rule))),
    row("x-scenarios", "a scenario of `{owner}`", ServedOperation(unread))
        .judge(Custom(|findings, pair, rule| SCENARIOS.compare(findings, pair, rule))),
    row("x-ledger", "a posting of `{owner}`", ServedType(unread))
        .judge(Custom(|findings, pair, rule| POSTINGS.compare(findings, pair, rule))),
    row("x-rules", "a rule of `{owner}`", ServedType(unread)).judge(Custom(|findings, pair, rule| CONDITIONS.compare(findings, pair, rule))),
    row("x-records", "what makes and follows a `{owner}`", ServedType(unread))
        .judge(Custom(|findings, pair, rule| RECORDS.compare(findings, pair, rule))),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sdkwright_contract::document::ledger::{Keyword, ObjectKind, ValueKind, all};

    use super::{Advice, Operation, RULES, Root, WordRule, completed, row, rules, unread};

    /// Extensions without a row: the verdict on the wire or on Rust compares each, or it is a text for developers.
    const ELSEWHERE: &[(ObjectKind, &str)] = &[
        // The row of `more` compares it.
        (ObjectKind::Pagination, "done"),
        // The row of `message` compares them.
        (ObjectKind::Signing, "components"),
        (ObjectKind::Signing, "separator"),
        (ObjectKind::SigningJws, "protected"),
        (ObjectKind::SigningJws, "claims"),
        (ObjectKind::SigningJws, "payload"),
        (ObjectKind::SigningJws, "detached"),
        (ObjectKind::SigningHttp, "profile"),
        (ObjectKind::SigningHttp, "covered"),
        (ObjectKind::SigningHttp, "ifSent"),
        (ObjectKind::SigningHttp, "keyId"),
        (ObjectKind::SigningHttp, "algorithms"),
        (ObjectKind::SigningHttp, "certificate"),
        (ObjectKind::SigningHttp, "label"),
        (ObjectKind::SigningHttp, "parameters"),
        (ObjectKind::SigningDigest, "header"),
        (ObjectKind::SigningDigest, "algorithm"),
        (ObjectKind::SigningOAuth1, "methods"),
        (ObjectKind::SigningOAuth1, "bodyHash"),
        (ObjectKind::SigningOAuth1, "encodeValues"),
        (ObjectKind::WebhookSigning, "components"),
        (ObjectKind::WebhookSigning, "separator"),
        // The row of `nonce` compares them.
        (ObjectKind::SigningNonce, "minLength"),
        (ObjectKind::SigningNonce, "maxLength"),
        (ObjectKind::SigningNonce, "pattern"),
        // The rows of `headers` compare them: both describe the places of the same values.
        (ObjectKind::WebhookRead, "header"),
        (ObjectKind::WebhookRead, "list"),
        (ObjectKind::WebhookRead, "pair"),
        (ObjectKind::WebhookRead, "pairs"),
        (ObjectKind::WebhookRead, "headers"),
        (ObjectKind::WebhookJws, "header"),
        (ObjectKind::WebhookJws, "claims"),
        (ObjectKind::WebhookJws, "detached"),
        (ObjectKind::WebhookSigning, "each"),
        (ObjectKind::WebhookSigning, "signature"),
        // It changes no signature.
        (ObjectKind::Signing, "theirs"),
        (ObjectKind::WebhookSigning, "theirs"),
        (ObjectKind::SdkAlias, "method"),
        (ObjectKind::SdkAlias, "summary"),
        (ObjectKind::SdkEnum, "variantPrefix"),
        (ObjectKind::SdkMediaType, "method"),
        (ObjectKind::SdkOperation, "group"),
        (ObjectKind::SdkOperation, "method"),
        (ObjectKind::Schema, "x-enum-descriptions"),
        (ObjectKind::Schema, "x-enum-varnames"),
        (ObjectKind::Schema, "x-enumNames"),
        (ObjectKind::Header, "x-newtype"),
        (ObjectKind::Parameter, "x-newtype"),
        (ObjectKind::Schema, "x-newtype"),
        (ObjectKind::Header, "x-sunset"),
        (ObjectKind::Operation, "x-sunset"),
        (ObjectKind::Parameter, "x-sunset"),
        (ObjectKind::Schema, "x-sunset"),
    ];

    /// Returns the kinds of objects in a value.
    fn objects(value: &ValueKind) -> Vec<ObjectKind> {
        match value {
            ValueKind::Object(kind) | ValueKind::Referable(kind) => vec![*kind],
            ValueKind::Schema | ValueKind::SchemaOrBool => vec![ObjectKind::Schema],
            ValueKind::List(item) | ValueKind::Map(item) | ValueKind::Keyed(_, item) => objects(item),
            ValueKind::Either(one, other) => [objects(one), objects(other)].concat(),
            _ => Vec::new(),
        }
    }

    /// Returns the rows of the ledger that a path names, from any object of OpenAPI.
    fn named(word: &str) -> Vec<(ObjectKind, &'static Keyword)> {
        let mut kinds: Vec<ObjectKind> = ObjectKind::ALL.iter().copied().filter(|kind| !kind.is_ours()).collect();
        let mut found = Vec::new();
        for key in word.split('/').filter(|key| *key != "*") {
            let rows = kinds.iter().filter_map(|kind| Some((*kind, kind.row(key)?)));
            found = rows.collect();
            kinds = found.iter().flat_map(|(_, row)| objects(&row.value)).collect();
        }
        found
    }

    /// Returns the words in the value of a row of the ledger.
    fn inside(row: &Keyword) -> Vec<(ObjectKind, &'static Keyword)> {
        let kinds = objects(&row.value).into_iter().filter(|kind| kind.is_ours());
        kinds
            .flat_map(|kind| kind.rows().iter().map(move |row| (kind, row)))
            .collect()
    }

    #[test]
    fn each_word_of_the_table_is_one_of_the_ledger() {
        for rule in RULES {
            assert!(!named(rule.word).is_empty(), "`{}` is not in the ledger", rule.word);
        }
    }

    #[test]
    fn each_extension_of_the_ledger_is_in_the_table() {
        // A row stands for all words in its value, unless one of these has a row.
        let mut judged = BTreeSet::new();
        let rules = rules();
        let has_rows = |word: &str| rules.iter().any(|rule| rule.word.starts_with(&format!("{word}/")));
        let (outer, inner): (Vec<&WordRule>, Vec<&WordRule>) = rules.iter().partition(|rule| has_rows(rule.word));
        let mut open: Vec<_> = inner.into_iter().flat_map(|rule| named(rule.word)).collect();
        while let Some((kind, row)) = open.pop() {
            if judged.insert((kind, row.keyword)) {
                open.extend(inside(row));
            }
        }
        let outer = outer.into_iter().flat_map(|rule| named(rule.word));
        judged.extend(outer.map(|(kind, row)| (kind, row.keyword)));
        let has_row = |kind, word| judged.contains(&(kind, word));
        for (kind, row) in all().filter_map(|(kind, row)| Some((kind?, row))) {
            let is_extension = kind.is_ours() || row.keyword.starts_with("x-");
            let is_constant = matches!(row.value, ValueKind::Words([_]));
            if is_extension && !is_constant && inside(row).is_empty() {
                assert_ne!(
                    has_row(kind, row.keyword),
                    ELSEWHERE.contains(&(kind, row.keyword)),
                    "give `{}` of {} a row, or add it to `ELSEWHERE`",
                    row.keyword,
                    kind.name(),
                );
            }
        }
    }

    #[test]
    fn a_row_hides_no_word_of_another_object_or_of_a_longer_name() {
        let of_operation = row("x-retry/statuses", "", Operation(unread));
        let of_longer_name = row("x-retry/waitHeaders", "", Root(unread));
        let rules = completed(&[of_operation, of_longer_name]);
        for word in ["x-retry/statuses", "x-retry/waitHeader"] {
            let is_of_root = |rule: &WordRule| rule.word == word && rule.is_of_root();
            assert!(rules.iter().any(is_of_root), "`{word}` has no row of the root");
        }
    }

    #[test]
    fn the_texts_of_a_row_have_known_names() {
        let known = ["owner", "note", "word", "subject", "old", "new", "is"];
        for rule in RULES {
            let advice = [rule.removed, rule.added, rule.changed];
            for text in advice.iter().flatten().flat_map(Advice::texts) {
                let names = text.split('{').skip(1).map(|rest| rest.split('}').next());
                assert!(names.flatten().all(|name| known.contains(&name)), "{text}");
            }
        }
    }
}
