//! Values of words: how each is read from an API or from the tree, shown, and compared.

use std::fmt::Display;

use sdkwright_contract::ir::{
    Api, Claim, Comparison, EffectKind, EventIdPlace, Freshness, HttpForm, HttpProfile, JwsPayload, KeyIntent, More,
    NonceRules, PageInput, PageSource, Pagination, PayloadHash, PayloadInput, PayloadSource, Piece, ProblemMembers,
    Repeat, Retention, RetryRules, ScalarFormat, SecretForm, Shape, SignatureAlgorithm, SignatureForm, SignaturePlace,
    SignatureRules, SignedValue, Statuses, Subject, Transition, Type, ValuePlace, Word,
};
use sdkwright_contract::source::Node;

use crate::shape::{canonical, written};

/// Value of an extension.
#[derive(Clone)]
pub(super) enum WordValue {
    Absent,
    Text(String),
    /// Name of a header: HTTP reads it in any case.
    Header(String),
    /// A value that can be written in several ways, and is shown as it is written.
    Written {
        same: String,
        shown: String,
    },
    /// A value with a size.
    Level(u32, Option<String>),
    Seconds(u32),
    /// Least and most characters.
    Length(u32, u32),
    Names(Vec<String>),
}

impl WordValue {
    /// Returns the value as a report shows it; `None` if there is none.
    pub(super) fn shown(&self) -> Option<String> {
        match self {
            Self::Absent => None,
            Self::Text(text) | Self::Header(text) => Some(format!("`{text}`")),
            Self::Written { shown, .. } => Some(shown.clone()),
            Self::Level(_, shown) => shown.clone(),
            Self::Seconds(seconds) => Some(duration(*seconds)),
            Self::Length(least, most) => Some(format!("{least} to {most} characters")),
            Self::Names(names) => list(names),
        }
    }

    /// Returns a text that is equal for values that are the same.
    pub(super) fn same(&self) -> Option<String> {
        match self {
            Self::Header(name) => Some(name.to_ascii_lowercase()),
            Self::Written { same, .. } => Some(same.clone()),
            _ => self.shown(),
        }
    }

    pub(super) fn size(&self) -> Option<u32> {
        match self {
            Self::Level(size, _) | Self::Seconds(size) => Some(*size),
            _ => None,
        }
    }

    pub(super) fn names(&self) -> &[String] {
        match self {
            Self::Names(names) => names,
            _ => &[],
        }
    }

    /// Returns the names that another value does not have.
    pub(super) fn without(&self, other: &Self) -> Vec<String> {
        let (all, others) = (self.names(), other.names());
        all.iter().filter(|name| !others.contains(name)).cloned().collect()
    }
}

pub(super) fn text(text: impl Display) -> WordValue {
    WordValue::Text(text.to_string())
}

pub(super) fn word(word: impl Word) -> WordValue {
    text(word.word())
}

pub(super) fn optional(text: Option<impl AsRef<str>>) -> WordValue {
    text.map_or(WordValue::Absent, |text| WordValue::Text(text.as_ref().to_owned()))
}

pub(super) fn header(name: Option<&(impl AsRef<str> + ?Sized)>) -> WordValue {
    name.map_or(WordValue::Absent, |name| WordValue::Header(name.as_ref().to_owned()))
}

/// Returns the time that a server remembers a key; no time is the shortest.
pub(super) fn retention(retention: Retention) -> WordValue {
    match retention {
        Retention::Seconds(seconds) => WordValue::Seconds(seconds),
        Retention::Unknown => WordValue::Level(0, Some("an unknown time".to_owned())),
        Retention::Undeclared => WordValue::Level(0, Some("a time that it does not state".to_owned())),
    }
}

/// Returns statuses as the contract writes them.
pub(super) fn status((first, last): Statuses) -> String {
    if first == last {
        first.to_string()
    } else {
        format!("{}XX", first / 100)
    }
}

/// Returns the header with advice on retries, and its values.
pub(super) fn advice(rules: Option<&RetryRules>) -> WordValue {
    let advice = rules.and_then(|rules| rules.advice.as_ref());
    advice.map_or(WordValue::Absent, |advice| {
        let value = |value: Option<&'static str>| value.unwrap_or("none");
        text(format!(
            "{}: {} or {}",
            advice.name,
            value(advice.again),
            value(advice.never)
        ))
    })
}

/// Returns the statuses after which a client retries.
pub(super) fn retried(rules: Option<&RetryRules>) -> WordValue {
    let statuses = rules.and_then(|rules| rules.statuses.as_ref());
    statuses.map_or(WordValue::Absent, |listed| {
        let listed: Vec<String> = listed.iter().map(|range| status(*range)).collect();
        text(if listed.is_empty() {
            "none".to_owned()
        } else {
            listed.join(", ")
        })
    })
}

/// Returns the value of a mark: it is there or not.
pub(super) fn mark(is: bool) -> WordValue {
    if is { text("true") } else { WordValue::Absent }
}

pub(super) fn names(names: impl IntoIterator<Item = impl Display>) -> WordValue {
    WordValue::Names(names.into_iter().map(|name| name.to_string()).collect())
}

/// Returns the value of an optional JSON Pointer.
pub(super) fn pointer(parts: Option<&Vec<String>>) -> WordValue {
    parts.map_or(WordValue::Absent, |parts| text(written_pointer(parts)))
}

/// Returns a JSON Pointer (RFC 6901) as the contract writes it.
pub(super) fn written_pointer(parts: &[String]) -> String {
    parts.iter().fold(String::new(), |text, part| {
        text + "/" + &part.replace('~', "~0").replace('/', "~1")
    })
}

/// Returns texts in the order of their letters.
pub(super) fn sorted(texts: &[String]) -> Vec<&String> {
    let mut sorted: Vec<&String> = texts.iter().collect();
    sorted.sort_unstable();
    sorted
}

/// Returns texts as a list in backticks; `None` if there are none.
pub(super) fn list(texts: &[String]) -> Option<String> {
    let quoted: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
    (!quoted.is_empty()).then(|| quoted.join(", "))
}

/// Returns a number of seconds in its largest whole unit.
fn duration(seconds: u32) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let unit = units
        .iter()
        .find(|(size, _)| seconds >= *size && seconds.is_multiple_of(*size));
    let (count, word) = unit.map_or((seconds, "second"), |(size, word)| (seconds / size, *word));
    if count == 1 && word == "day" {
        return "24 hours".to_owned();
    }
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {word}{plural}")
}

/// Returns a signed message as its template, with the breaks of lines escaped.
fn message(pieces: &[Piece]) -> WordValue {
    let template: String = pieces.iter().map(ToString::to_string).collect();
    text(template.escape_debug())
}

/// Returns all that the signature of a request covers.
pub(super) fn signed(rules: &SignatureRules) -> WordValue {
    let jws = match &rules.form {
        SignatureForm::Jws(jws) => jws,
        SignatureForm::Message => return message(rules.message),
        SignatureForm::Http(http) => return text(http_form(http)),
        SignatureForm::OAuth1(own) => {
            let body = if own.body_hash {
                " with the hash of the body"
            } else {
                ""
            };
            let values = if own.encode_values { "" } else { ", values not encoded" };
            return text(format!("OAuth 1.0a{body} ({}){values}", named(own.methods)));
        }
    };
    let claims = |claims: &[(&str, Claim)]| {
        let of_one = |claim: &Claim| match claim {
            Claim::Text(pieces) | Claim::Number(pieces) => pieces.iter().map(ToString::to_string).collect(),
            Claim::List(texts) => texts.join(", "),
        };
        let all: Vec<String> = claims
            .iter()
            .map(|(name, claim)| format!("{name}: {}", of_one(claim)))
            .collect();
        all.join("; ")
    };
    let payload = match &jws.payload {
        JwsPayload::Claims(all) => claims(all),
        JwsPayload::Message(pieces) => pieces.iter().map(ToString::to_string).collect(),
    };
    let way = if jws.detached { " (detached)" } else { "" };
    let protected = claims(jws.protected);
    let border = if protected.is_empty() { "" } else { " | " };
    text(format!("{protected}{border}{payload}{way}").escape_debug())
}

/// Describes a signature of HTTP messages: its profile, the covered parts, the digest and the key.
fn http_form(http: &HttpForm) -> String {
    let profile = match &http.profile {
        HttpProfile::Cavage10(algorithms) => format!("cavage-10 ({})", named(algorithms)),
        HttpProfile::Rfc9421(label, parameters) => {
            let parameters: Vec<&str> = parameters.iter().map(|parameter| parameter.word()).collect();
            format!("rfc9421 ({label}; {})", parameters.join(", "))
        }
    };
    let mut parts = vec![profile, http.covered.join(", ")];
    if !http.if_sent.is_empty() {
        parts.push(format!("if sent: {}", http.if_sent.join(", ")));
    }
    parts.extend(http.digest.map(|(header, hash)| format!("{header}: {}", hash.word())));
    let key: String = http.key_id.iter().map(ToString::to_string).collect();
    parts.push(format!("key id: {key}"));
    parts.extend(
        http.certificate_header
            .as_ref()
            .map(|header| format!("certificate: {header}")),
    );
    parts.join(" | ")
}

/// Lists the names of algorithms.
fn named(algorithms: &[(SignatureAlgorithm, &str)]) -> String {
    let all: Vec<String> = algorithms
        .iter()
        .map(|(algorithm, name)| format!("{}: {name}", algorithm.word()))
        .collect();
    all.join(", ")
}

/// Returns the encodings of a signature, by algorithm.
pub(super) fn encodings(rules: &SignatureRules) -> WordValue {
    let mac = rules.secret.map(|secret| (secret.algorithm.into(), rules.encoding));
    let pair = if rules.form.is_message() { rules.key_pair } else { None };
    let pairs = pair
        .into_iter()
        .flat_map(|pair| pair.algorithms.iter().map(move |one| (*one, pair.encoding)));
    let all = mac.into_iter().chain(pairs);
    names(all.map(|(algorithm, encoding)| format!("{} in {}", algorithm.word(), encoding.word())))
}

/// Returns the form of a secret.
pub(super) fn secret(form: SecretForm) -> WordValue {
    text(format!("{}{}", form.prefix, form.encoding.word()))
}

/// Returns the length of nonces.
pub(super) fn length(nonce: Option<NonceRules>) -> WordValue {
    nonce.map_or(WordValue::Absent, |nonce| {
        WordValue::Length(nonce.length.0, nonce.length.1)
    })
}

/// Returns the location of the id of an event.
pub(super) fn event_id(at: Option<&EventIdPlace>) -> WordValue {
    match at {
        Some(EventIdPlace::Body(at)) => pointer(Some(at)),
        Some(EventIdPlace::Header(name)) => header(Some(name)),
        None => WordValue::Absent,
    }
}

/// Returns the allowed age of a signature.
pub(super) fn age(freshness: Freshness) -> WordValue {
    let any = || WordValue::Level(u32::MAX, Some("none".to_owned()));
    freshness.past.map_or_else(any, WordValue::Seconds)
}

/// Returns the location of a signed value of a delivery.
pub(super) fn location(rules: &SignatureRules, value: SignedValue) -> WordValue {
    match rules.places(value).next() {
        Some(ValuePlace::Header(name)) => header(Some(name)),
        Some(ValuePlace::Pair(name)) => text(format!("{name} of the header of the signature")),
        Some(ValuePlace::Query(_)) | None => WordValue::Absent,
    }
}

/// Returns the place of a signature, and the claims that a delivery has there.
pub(super) fn signature(rules: &SignatureRules) -> WordValue {
    match rules.signature {
        SignaturePlace::Header(name) => header(Some(name)),
        SignaturePlace::Bearer => text("Authorization: Bearer"),
        SignaturePlace::Query(name) => text(format!("{name} of the query")),
        SignaturePlace::List {
            header,
            separator,
            pair,
            name,
            ..
        } => {
            let item = name.map(|name| format!("{name}{pair}")).unwrap_or_default();
            text(format!("{header}: {item}..{separator}"))
        }
        SignaturePlace::Items { each, signature } => text(format!("{signature} of {each}")),
    }
}

pub(super) fn replayed(mark: Option<(&str, &str)>) -> WordValue {
    mark.map_or(WordValue::Absent, |(header, value)| WordValue::Written {
        same: format!("{}: {value}", header.to_ascii_lowercase()),
        shown: format!("`{header}: {value}`"),
    })
}

pub(super) fn intent(intent: Option<KeyIntent>) -> WordValue {
    intent.map_or(WordValue::Absent, |intent| {
        WordValue::Level(
            u32::from(intent == KeyIntent::Effect),
            Some(format!("`{}`", intent.word())),
        )
    })
}

/// Returns an effect by how much money it can move.
pub(super) fn effect(effect: Option<EffectKind>) -> WordValue {
    let size = match effect {
        Some(EffectKind::MovesMoney) => 2,
        Some(EffectKind::CanMoveMoney) => 1,
        Some(EffectKind::None | EffectKind::Records) | None => 0,
    };
    WordValue::Level(size, effect.map(|effect| format!("`{}`", effect.word())))
}

pub(super) fn subject(subjects: &[Subject]) -> WordValue {
    names(subjects.iter().map(|subject| match subject {
        Subject::Path(name) => name.clone(),
        Subject::Body(parts) => written_pointer(parts),
    }))
}

/// Returns the members of a row of `x-repeats` and their comparison.
pub(super) fn repeat(repeat: &Repeat) -> String {
    let (sent, received) = (written_pointer(&repeat.sent), written_pointer(&repeat.received));
    let members = if sent == received {
        sent
    } else {
        format!("{sent} as {received}")
    };
    match repeat.comparison {
        Comparison::Exact => members,
        Comparison::Folded => format!("{members}, ignoring case and blanks"),
        Comparison::Last(count) => format!("{members}, last {count} characters"),
        Comparison::Decimal => format!("{members}, as numbers"),
    }
}

/// Returns the place of a value in the request of a page.
pub(super) fn input(input: Option<&PageInput>) -> WordValue {
    input.map_or(WordValue::Absent, |input| text(input.text()))
}

/// Returns the source of the next page.
pub(super) fn next_page(next: &PageSource) -> String {
    let count = |count: Option<&Vec<String>>| {
        count
            .map(|at| format!(" of {}", written_pointer(at)))
            .unwrap_or_default()
    };
    match next {
        PageSource::Value(at) => written_pointer(at),
        PageSource::Header(name) => format!("header {name}"),
        PageSource::Link(relation) => format!("link {relation}"),
        PageSource::Url(at) => format!("url {}", written_pointer(at)),
        PageSource::Last(at) => format!("last {}", written_pointer(at)),
        PageSource::Offset { first, total } => format!("offset {first}{}", count(total.as_ref())),
        PageSource::Page { first, pages } => format!("page {first}{}", count(pages.as_ref())),
    }
}

/// Returns the way to the next page: its place in the request, or its source if that is a URL.
pub(super) fn way(paging: &Pagination) -> String {
    let cursor = paging.cursor.as_ref().map(PageInput::text);
    cursor.unwrap_or_else(|| next_page(&paging.next))
}

pub(super) fn last_page(more: Option<&More>) -> WordValue {
    more.map_or(WordValue::Absent, |more| {
        WordValue::Level(0, Some(format!("`{}` is {}", written_pointer(&more.at), more.end)))
    })
}

pub(super) fn flag(is: bool) -> WordValue {
    WordValue::Level(u32::from(is), Some(format!("`{is}`")))
}

pub(super) fn step(Transition { from, to, by }: &Transition) -> String {
    format!("{from} to {to} by {by}")
}

pub(super) fn payload_hash(hash: Option<&PayloadHash>) -> WordValue {
    match hash {
        None => WordValue::Absent,
        Some(PayloadHash::Of(operation)) => text(format_args!("of {operation}")),
        Some(PayloadHash::Approves { into, inputs, problem }) => {
            let input = |PayloadInput { member, source }: &PayloadInput| match source {
                PayloadSource::OperationId => format!("{member}: operation id"),
                PayloadSource::Path(name) => format!("{member}: path {name}"),
                PayloadSource::Body => format!("{member}: body"),
            };
            let inputs: Vec<String> = inputs.iter().map(input).collect();
            let problem = problem.as_deref().unwrap_or("no code");
            text(format_args!("into {into} ({}; {problem})", inputs.join(", ")))
        }
    }
}

/// Returns the form of an amount: a decimal text is more exact than a number.
pub(super) fn amount(ty: &Type) -> WordValue {
    match ty.shape {
        Shape::Scalar(ScalarFormat::Float | ScalarFormat::Number, _) => {
            WordValue::Level(0, Some("`JSON number`".to_owned()))
        }
        Shape::Scalar(ScalarFormat::Decimal, _) | Shape::Newtype(ScalarFormat::Decimal, _) => {
            WordValue::Level(1, Some("`decimal text`".to_owned()))
        }
        _ => WordValue::Absent,
    }
}

pub(super) fn problem(api: &Api, read: impl Fn(&ProblemMembers) -> WordValue) -> WordValue {
    api.settings.problem.as_ref().map_or(WordValue::Absent, read)
}

/// Returns the states of a list of the tree.
pub(super) fn states(node: Node<'_>) -> WordValue {
    let mut states: Vec<&str> = node.items().filter_map(Node::text).collect();
    states.sort_unstable();
    text(states.join(", "))
}

/// Returns a value of the tree as one.
pub(super) fn whole(node: Node<'_>) -> WordValue {
    WordValue::Written {
        same: canonical(node, false),
        shown: format!("`{}`", written(node)),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn a_duration_is_said_in_its_largest_whole_unit() {
        for (seconds, wanted) in [
            (86_400, "24 hours"),
            (43_200, "12 hours"),
            (172_800, "2 days"),
            (300, "5 minutes"),
            (90, "90 seconds"),
            (0, "0 seconds"),
        ] {
            assert_eq!(duration(seconds), wanted);
        }
    }
}
