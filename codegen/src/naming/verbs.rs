//! Verbs and plurals in ids and paths.
//!
//! In: a term. Out: the kind of verb that it is, or its singular. Never depends on a contract.

use sdkwright_contract::ir::Method;

/// Verbs that begin or end an operation id, sorted, without those that begin in `re` or `un` before one of them. A word that is missing
/// here costs a longer name, and never a wrong one.
#[rustfmt::skip]
const VERBS: &[&str] = &[
    "abort", "accept", "ack", "acknowledge", "acquire", "activate", "add", "adjust", "adopt", "aggregate", "allocate", "allow", "amend",
    "analyse", "analyze", "annul", "answer", "append", "apply", "appoint", "approve", "archive", "ask", "assess", "assign", "associate",
    "attach", "attest", "authenticate", "award", "backfill", "ban", "begin", "bind", "block", "boot", "broadcast", "burn", "buy",
    "calculate", "call", "cancel", "capture", "certify", "change", "charge", "check", "choose", "classify", "clear",
    "clone", "close", "collect", "combine", "commit", "compact", "compare", "compile", "complete", "compose", "compute", "configure",
    "confirm", "connect", "consume", "contact", "contest", "convert", "copy", "count", "create", "deactivate", "debit", "declare",
    "decline", "decode", "decrypt", "defer", "define", "delegate", "delete", "deliver", "demote", "deny", "deploy", "deprovision",
    "deregister", "derive", "describe", "destroy", "detach", "detect", "determine", "diff", "disable", "disassociate", "disburse",
    "discard", "disconnect", "discover", "dismiss", "dispatch", "display", "distribute", "downgrade", "download", "downvote", "drain",
    "drop", "duplicate", "earn", "edit", "elevate", "embed", "emit", "enable", "encode", "encrypt", "end", "endorse", "enforce",
    "enqueue", "enrich", "enroll", "ensure", "enter", "enumerate", "erase", "escalate", "establish", "estimate", "evaluate", "evict",
    "exchange", "exclude", "execute", "exists", "expand", "expedite", "expire", "explain", "explore", "export", "expose", "expunge",
    "extend", "extract", "fail", "fetch", "fill", "find", "finish", "fix", "flag", "flush", "follow", "forget", "fork", "forward", "freeze",
    "fulfill", "generate", "get", "give", "grant", "guess", "halt", "handle", "harvest", "head", "hide", "hold", "identify", "ignore",
    "impersonate", "import", "include", "increment", "ingest", "init", "initiate", "inject", "inquire", "insert", "inspect", "install",
    "instantiate", "instruct", "integrate", "interrupt", "introspect", "invalidate", "invert", "invite", "invoke", "issue", "join", "keep",
    "kick", "kill", "launch", "leave", "lend", "lift", "like", "link", "list", "load", "locate", "lock", "login", "logout", "lookup",
    "maintain", "make", "manage", "mark", "measure", "merge", "migrate", "mint", "moderate", "modify", "move", "mute", "negotiate",
    "nominate", "notify", "nudge", "obtain", "onboard", "open", "opt", "override", "overwrite", "parse", "patch", "pause", "pay", "perform",
    "permit", "persist", "pick", "pin", "ping", "play", "poll", "populate", "post", "postpone", "predict", "prepare", "preview", "print",
    "process", "produce", "promote", "propose", "protect", "prove", "provide", "provision", "prune", "publish", "pull", "purchase", "purge",
    "push", "put", "quarantine", "query", "raise", "rank", "read", "rebase", "reboot", "rebuild", "receive", "recommend", "reconcile",
    "recover", "recycle", "redact", "redeem", "reduce", "refer", "refresh", "refund", "refuse", "register", "reindex",
    "reinstate", "reject", "relay", "release", "remind", "rename", "render", "renew", "reorder", "repair", "replace", "replicate", "reply",
    "reprice", "requeue", "require", "rerequest", "resize", "respond", "restore", "restrict", "resume", "retain", "retire", "retrieve",
    "retry", "reveal", "reverse", "revert", "revise", "revoke", "rewind", "roll", "rollback", "rotate", "run", "save", "scan", "schedule",
    "screen", "scrub", "seal", "search", "see", "seek", "select", "sell", "send", "serve", "set", "settle", "share", "ship",
    "shorten", "show", "shutdown", "sign", "silence", "simulate", "skip", "solve", "sort", "spend", "split", "squash", "start",
    "steal", "stop", "store", "stream", "strip", "submit", "subscribe", "suggest", "suppress", "suspend", "swap", "switch", "sync", "take",
    "takeover", "tell", "terminate", "test", "toggle", "touch", "track", "transcribe", "transfer", "transform", "translate", "transmit",
    "trigger", "trim", "troubleshoot", "truncate", "trust", "tune", "turn", "unclaim", "undo", "unlink", "unmap", "unpack", "unstake",
    "unstar", "untag", "update", "upgrade", "upload", "upsert", "upvote", "use", "validate", "verify", "view", "void", "wait",
    "waive", "wake", "warn", "watch", "whitelist", "wipe", "withdraw", "wrap", "write",
];

/// Verbs of the standard methods in ids.
pub(super) const STANDARD: &[&str] = &["create", "delete", "get", "list", "replace", "update"];

/// Words before a verb that say how many things it acts on.
pub(super) const BULK: &[&str] = &["batch", "bulk", "mass"];

/// Words after a verb that say how many things it acts on.
pub(super) const QUANTIFIERS: &[&str] = &["all", "many", "multiple", "one", "several"];

/// Terms of a path that are actions also if a parameter or nothing is around them.
pub(super) const ACTIONS: &[&str] = &[
    "add", "cancel", "create", "delete", "edit", "find", "get", "list", "remove", "search", "set", "update",
];

/// Verbs that begin a sentence and never a noun phrase, as `upload` of `upload_sessions` does.
#[rustfmt::skip]
pub(super) const PURE: &[&str] = &[
    "accept", "activate", "add", "apply", "approve", "assign", "attach", "authenticate", "authorize", "calculate", "cancel", "clear", "close",
    "complete", "confirm", "convert", "create", "deactivate", "delete", "destroy", "detach", "disable", "dismiss",
    "enable", "enqueue", "execute", "fail", "fetch", "find", "generate", "get", "initiate", "invalidate", "invite", "join", "leave",
    "list", "notify", "pause", "perform", "publish", "read", "refresh", "register", "reinstate", "reject", "remove", "replace",
    "resend", "reset", "resolve", "restart", "restore", "resume", "retrieve", "revert", "revoke", "save", "send", "set",
    "start", "stop", "submit", "suspend", "terminate", "unset", "update", "validate", "verify", "write",
];

/// Nouns at the end of a path that a `POST` asks for, and does not create.
pub(super) const QUESTIONS: &[&str] = &["autocomplete", "count", "filter", "lookup", "query", "search"];

/// Verbs of a `GET`; other verbs are nouns there.
pub(super) const READS: &[&str] = &[
    "check", "count", "download", "export", "find", "get", "list", "lookup", "preview", "search", "show", "validate",
    "verify",
];

/// Verbs that are also nouns, and no verbs of a `GET`: `import errors`.
#[rustfmt::skip]
pub(super) const CHANGES: &[&str] = &[
    "call", "change", "charge", "contact", "import", "issue", "link", "order", "purchase", "push", "refund", "release", "request", "schedule",
    "store", "sync", "transfer", "update", "upload",
];

/// Nouns of which `change` is a part: `change request`.
pub(super) const CHANGED: &[&str] = &[
    "event", "item", "log", "notice", "order", "proposal", "record", "request", "set",
];

/// Terms in the name of a parameter that chooses one resource.
#[rustfmt::skip]
pub(super) const KEYS: &[&str] = &[
    "code", "ean", "email", "fqdn", "guid", "handle", "hash", "iban", "id", "identifier", "ids", "index", "isbn", "key", "login", "name", "number", "phone", "pk",
    "ref", "serial", "sid", "sku", "slug", "token", "uid", "username", "uuid", "vin",
];

/// Verbs of a `DELETE`; of another one, it undoes what a `POST` or a `PUT` does.
#[rustfmt::skip]
pub(super) const REMOVALS: &[&str] = &[
    "abort", "cancel", "clear", "delete", "detach", "disable", "disconnect", "leave", "purge", "remove", "reset", "revoke",
];

/// Returns true for a verb that users expect of a request method: no `GET` deletes.
pub(super) fn fits(method: Method, verb: &str) -> bool {
    match method {
        Method::Get => !PURE.contains(&verb) || READS.contains(&verb) || matches!(verb, "fetch" | "read" | "retrieve"),
        Method::Delete => REMOVALS.contains(&verb) || verb.starts_with("un"),
        _ => true,
    }
}

/// Returns true for a verb, also one that begins in `re` or `un`, or ends in `all` or `ize`.
pub(super) fn is_verb(word: &str) -> bool {
    let stem = ["re", "un"].iter().find_map(|prefix| word.strip_prefix(prefix));
    let stem = stem.or_else(|| word.strip_suffix("all"));
    let is_made = word.len() > 5 && word.ends_with("ize") && !word.ends_with("size");
    let is_listed = |word: &str| VERBS.binary_search(&word).is_ok();
    is_made || is_listed(word) || stem.is_some_and(is_listed)
}

/// Request methods that users do not write as verbs.
pub(super) const TOKENS: &[&str] = &["patch", "post", "put"];

pub(super) fn singular_of(word: &str) -> String {
    #[rustfmt::skip]
    let keeps = [
        "ss", "us", "is", "kerberos", "news", "windows", "aws", "ics", "series", "stats", "settings", "details", "credentials", "preferences",
    ];
    // `tts` and `dns` are no plurals.
    let is_acronym = !word.contains(['a', 'e', 'i', 'o', 'u', 'y']);
    // Nor are `gas` and `sas`.
    let is_acronym = is_acronym || word.len() == 3 && word.ends_with("as");
    #[rustfmt::skip]
    let plurals = ["apis", "clinics", "cpus", "csps", "emojis", "gpus", "kpis", "menus", "nics", "skus", "topics", "uris", "vnics", "vrfs", "wikis"];
    let is_kept = keeps.iter().any(|end| word.ends_with(end)) && !plurals.contains(&word);
    if word.len() < 3 || is_acronym && !plurals.contains(&word) || !word.ends_with('s') || is_kept {
        return word.to_owned();
    }
    if ["calories", "cookies", "movies"].contains(&word) {
        return word[..word.len() - 1].to_owned();
    }
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    if let Some(stem) = word.strip_suffix("yses") {
        return format!("{stem}ysis");
    }
    let whole = ["caches", "niches"];
    let stems = [
        "sses", "liases", "xes", "ches", "shes", "atuses", "iruses", "puses", "nuses", "buses",
    ];
    let is_long = stems.iter().any(|end| word.ends_with(end)) && !whole.iter().any(|end| word.ends_with(end));
    let cut = if is_long { 2 } else { 1 };
    word[..word.len() - cut].to_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_verb_is_found_where_its_letters_put_it() {
        assert!(super::VERBS.is_sorted());
    }
}
