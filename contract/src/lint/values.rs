//! Values without their unit or type: amounts of money as JSON numbers or without a currency, instants without a time zone, ids that are
//! plain texts, and texts and lists without a limit.

use std::collections::{BTreeMap, BTreeSet};

use super::context::{Context, Field, LintFinding, has, last, listed, words};
use crate::diag::Code;
use crate::ir::{Constraints, Member, ScalarFormat, Shape, TypeId};
use crate::source::Span;

/// Last words of names of amounts.
const AMOUNTS: &[&str] = &["amount", "price", "fee", "subtotal", "balance"];
/// Words of names of other amounts.
const OTHERS: &[&str] = &["space", "storage", "memory", "bytes", "quantity", "stock"];
/// Words of names that tell a currency or an asset.
#[rustfmt::skip]
const CURRENCIES: &[&str] = &[
    "currency", "currencies", "ccy", "asset", "coin", "symbol", "ticker", "denom", "denomination", "instrument", "pair",
];
/// Words in a description that tell the currency of an amount.
#[rustfmt::skip]
const NAMED: &[&str] = &[
    "currency", "usd", "eur", "gbp", "chf", "jpy", "aud", "cad", "sek", "nok", "dkk", "inr", "brl", "dollar", "dollars", "euro", "euros",
    "pound", "pounds", "cent", "cents", "pence", "minor", "wei", "gwei", "satoshi", "satoshis", "btc", "eth", "sats", "credits", "points",
    "percent", "percentage",
];

/// Reports amounts that are JSON numbers with a fraction.
pub(super) fn amounts_as_numbers(context: &Context<'_>) -> Vec<LintFinding> {
    let is_number = |id: TypeId| {
        matches!(
            context.shape(id),
            Shape::Scalar(ScalarFormat::Float | ScalarFormat::Number, _)
                | Shape::Newtype(ScalarFormat::Float | ScalarFormat::Number, _)
        )
    };
    let is_money = |field: &&Field<'_>| {
        let is_value = last(&field.words) == "value" && field.words.len() == 1;
        let beside = || field.owner.is_some_and(|owner| has_currency(context, owner));
        is_amount(field) || is_value && beside()
    };
    let found = context.fields.iter().filter(|field| is_number(field.ty));
    once(found.filter(is_money))
        .into_iter()
        .map(|field| {
            LintFinding::new(
                Code::AmountAsNumber,
                field.origin,
                format!("the amount `{}` is a JSON number", field.name),
                "most JSON parsers use binary floating-point numbers, in which 0.1 + 0.2 is not 0.3",
                "make it a string (`type: string`, `format: decimal`), or an integer in the smallest unit of the currency",
            )
        })
        .collect()
}

/// Reports amounts for which nothing near them names a currency.
pub(super) fn without_currency(context: &Context<'_>) -> Vec<LintFinding> {
    let is_scalar = |id: TypeId| {
        matches!(
            context.shape(id),
            Shape::Scalar(
                ScalarFormat::Float
                    | ScalarFormat::Number
                    | ScalarFormat::Decimal
                    | ScalarFormat::Text
                    | ScalarFormat::I32
                    | ScalarFormat::I64
                    | ScalarFormat::Integer,
                _
            )
        )
    };
    let amounts: Vec<&Field<'_>> = context
        .fields
        .iter()
        .filter(|field| is_amount(field) && is_scalar(field.ty))
        .collect();
    // One place may belong to several objects, such as those that `allOf` made of it.
    let mut is_named: BTreeMap<Span, bool> = BTreeMap::new();
    let mut owners: BTreeMap<TypeId, bool> = BTreeMap::new();
    for field in &amounts {
        let Some(owner) = field.owner else { continue };
        let by_owner = *owners.entry(owner).or_insert_with(|| {
            let around = context.above(owner).into_iter().chain([owner]);
            around
                .into_iter()
                .any(|id| has_currency(context, id) || names_currency(context, id))
        });
        *is_named.entry(field.origin.span).or_default() |= by_owner || describes_currency(field);
    }
    let unnamed = |field: &&&Field<'_>| is_named.get(&field.origin.span) == Some(&false);
    once(amounts.iter().filter(unnamed).copied())
        .into_iter()
        .map(|field| {
            LintFinding::new(
                Code::AmountWithoutCurrency,
                field.origin,
                format!("the amount `{}` has no currency", field.name),
                "a client has to guess the currency, and adding a second currency breaks clients",
                "add a required member with the currency next to it, or name the currency in its description",
            )
        })
        .collect()
}

fn is_amount(field: &Field<'_>) -> bool {
    AMOUNTS.contains(&last(&field.words)) && !has(&field.words, OTHERS)
}

/// Returns true if a member of the object, or of an object in it, has the name of a currency.
fn has_currency(context: &Context<'_>, id: TypeId) -> bool {
    let named = |id: TypeId| {
        context
            .members(id)
            .iter()
            .any(|member| has(&words(&member.name), CURRENCIES))
    };
    named(id) || context.members(id).iter().any(|member| named(member.ty))
}

/// Returns true if the text of the type names a currency.
fn names_currency(context: &Context<'_>, id: TypeId) -> bool {
    let text = &context.api.ty(id).text;
    [&text.title, &text.description]
        .into_iter()
        .flatten()
        .any(|text| tells(text))
}

fn describes_currency(field: &Field<'_>) -> bool {
    has(&field.words, NAMED)
        || [&field.text.title, &field.text.description]
            .into_iter()
            .flatten()
            .any(|text| tells(text))
}

fn tells(text: &str) -> bool {
    text.contains(['$', '€', '£', '¥', '%'])
        || text
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| NAMED.contains(&word.to_ascii_lowercase().as_str()))
}

/// Returns each place once, in the order of the contract.
fn once<'c, 'a: 'c>(fields: impl Iterator<Item = &'c Field<'a>>) -> Vec<&'c Field<'a>> {
    let by_place: BTreeMap<Span, &Field<'_>> = fields.map(|field| (field.origin.span, field)).collect();
    by_place.into_values().collect()
}

const ZONE_FIX: &str = "write `type: string`, `format: date-time` (RFC 3339), and add a time zone to its examples";

/// Reports instants as text that has no zone, or whose form nothing tells.
pub(super) fn without_zone(context: &Context<'_>) -> Vec<LintFinding> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for field in &context.fields {
        let Shape::Scalar(ScalarFormat::Text, limits) = context.shape(field.ty) else {
            continue;
        };
        let Some((what, reason)) = zone_fault(context, field, limits) else {
            continue;
        };
        if seen.insert(field.origin.span) {
            let message = format!("`{}` {what}", field.name);
            found.push(LintFinding::new(
                Code::InstantWithoutZone,
                field.origin,
                message,
                reason,
                ZONE_FIX,
            ));
        }
    }
    found
}

fn zone_fault(context: &Context<'_>, field: &Field<'_>, limits: &Constraints) -> Option<(&'static str, &'static str)> {
    let texts = || context.examples(field).iter().copied();
    if texts().any(is_local) {
        return Some((
            "is an instant whose example has no time zone",
            "each client assumes a different zone, so that deadlines and settlement days differ by hours",
        ));
    }
    let is_instant = field.words.len() > 1 && last(&field.words) == "at"
        || field.words.iter().any(|word| word == "timestamp")
        || field.words.ends_with(&["date".to_owned(), "time".to_owned()]);
    let is_open = limits.format.is_none() && limits.pattern.is_none() && limits.others.is_empty();
    let is_told = field.text.description.as_deref().is_some_and(|text| {
        let text = text.to_ascii_lowercase();
        ["iso", "rfc", "utc", "unix", "epoch", "zone", "yyyy", "seconds"]
            .iter()
            .any(|word| text.contains(word))
    });
    (is_instant && is_open && !is_told && texts().next().is_none()).then_some((
        "is an instant as a plain string, in an unspecified form",
        "without `format: date-time` its time zone and its form are unspecified",
    ))
}

/// Returns true for date and time without a zone, such as `2026-01-31T10:00:00`.
fn is_local(text: &str) -> bool {
    let bytes = text.as_bytes();
    let form = b"0000-00-00T00:00";
    let fits = |(at, wanted): (usize, &u8)| match (wanted, bytes.get(at)) {
        (b'0', Some(b)) => b.is_ascii_digit(),
        (b'T', Some(b)) => matches!(b, b'T' | b' '),
        (wanted, Some(b)) => wanted == b,
        (_, None) => false,
    };
    form.iter().enumerate().all(|(at, wanted)| fits((at, wanted)))
        && bytes[form.len()..]
            .iter()
            .all(|b| b.is_ascii_digit() || b":.,".contains(b))
}

// Ids without a type of their own.

const PLAIN_ID: &str = "the compiler does not notice if two ids of type `String` are swapped";
const ID_TYPE: &str = "add `x-newtype` to the schema, in the contract or in an overlay, such as `x-newtype: OrderId`";

/// Reports ids that are plain text: each name once; one finding for all if the contract has no type of an id.
pub(super) fn plain_ids(context: &Context<'_>) -> Vec<LintFinding> {
    let mut first: BTreeMap<&str, &Field<'_>> = BTreeMap::new();
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for field in &context.fields {
        // `id` alone names many things, and `requestId` none.
        let is_id =
            last(&field.words) == "id" && field.words.len() > 1 && field.words.first().is_some_and(|w| w != "request");
        let is_plain = matches!(context.shape(field.ty), Shape::Scalar(ScalarFormat::Text, _));
        if is_id && is_plain {
            *count.entry(field.name).or_default() += 1;
            let known = first.entry(field.name).or_insert(field);
            if field.origin.span < known.origin.span {
                *known = field;
            }
        }
    }
    let is_newtype = |shape: &Shape| matches!(shape, Shape::Newtype(..));
    if !context.api.types().any(|(_, ty)| is_newtype(&ty.shape)) {
        if count.is_empty() {
            return Vec::new();
        }
        let message = format!("no id has its own type: {}", listed(&count));
        return vec![LintFinding::new(
            Code::PlainId,
            &context.section("/paths"),
            message,
            PLAIN_ID,
            ID_TYPE,
        )];
    }
    first
        .iter()
        .map(|(name, field)| {
            let places = match count.get(name) {
                None | Some(1) => String::new(),
                Some(count) => format!(", in {count} places"),
            };
            let message = format!("the id `{name}` is a plain string{places}");
            LintFinding::new(Code::PlainId, field.origin, message, PLAIN_ID, ID_TYPE)
        })
        .collect()
}

// Texts and lists without a bound in bodies that are sent.

const NO_LIMIT: &str = "without a limit, a client learns it only from a rejected request";
const LIMIT_FIX: &str = "write the `maxLength` of texts and the `maxItems` of lists that the server enforces";

/// Reports objects that are sent and have texts or lists without a bound; one finding for all if nothing is bounded.
pub(super) fn without_limits(context: &Context<'_>) -> Vec<LintFinding> {
    let (mut objects, mut bounded, mut all) = (Vec::new(), 0, 0);
    for (_, ty) in context.api.types() {
        let Shape::Object(object) = &ty.shape else { continue };
        if !ty.directions.request {
            continue;
        }
        let open: Vec<&Member> = object
            .members
            .iter()
            .filter(|member| !member.read_only && is_unbounded(context, member))
            .collect();
        let is_bounded = |member: &&Member| limits(context, member).is_some_and(|limits| !is_open(limits));
        bounded += object.members.iter().filter(is_bounded).count();
        all += open.len();
        if !open.is_empty() {
            objects.push((ty, open));
        }
    }
    if bounded == 0 && objects.len() > 1 {
        let message = format!("none of the {all} texts and lists in requests has a maximum length");
        return vec![LintFinding::new(
            Code::UnboundedSent,
            &context.section("/paths"),
            message,
            NO_LIMIT,
            LIMIT_FIX,
        )];
    }
    objects
        .iter()
        .map(|(ty, open)| {
            let name = ty.name.name();
            let name = name.map_or_else(|| "an object of a request".to_owned(), |name| format!("`{name}`"));
            let names: Vec<String> = open.iter().map(|member| format!("`{}`", member.name)).collect();
            let message = format!("{name} has no maximum length for {}", names.join(", "));
            LintFinding::new(Code::UnboundedSent, &ty.origin, message, NO_LIMIT, LIMIT_FIX)
        })
        .collect()
}

fn is_unbounded(context: &Context<'_>, member: &Member) -> bool {
    member.constant.is_none() && limits(context, member).is_some_and(is_open)
}

/// Returns the bounds of a text or a list; of another type, none.
fn limits<'a>(context: &Context<'a>, member: &Member) -> Option<&'a Constraints> {
    match context.shape(member.ty) {
        Shape::Scalar(ScalarFormat::Text | ScalarFormat::Base64, limits)
        | Shape::Newtype(ScalarFormat::Text | ScalarFormat::Base64, limits) => Some(limits),
        Shape::Array(array) => Some(&array.limits),
        _ => None,
    }
}

fn is_open(limits: &Constraints) -> bool {
    limits.max_size.is_none() && limits.pattern.is_none() && limits.format.is_none() && limits.others.is_empty()
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn date_and_time_without_a_zone_are_local() {
        for text in ["2026-01-31T10:00:00", "2026-01-31 10:00", "2026-01-31T10:00:00.123"] {
            assert!(is_local(text), "{text}");
        }
        for text in [
            "2026-01-31T10:00:00Z",
            "2026-01-31T10:00:00+02:00",
            "2026-01-31",
            "",
            "10:00",
            "2026-01-31T10:00 UTC",
        ] {
            assert!(!is_local(text), "{text}");
        }
    }
}
