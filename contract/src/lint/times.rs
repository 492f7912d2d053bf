//! Instants without a time zone.

use std::collections::BTreeSet;

use super::{
    context::{Context, Field, last},
    finding::LintFinding,
};
use crate::{
    diag::Code,
    ir::{Constraints, ScalarFormat, Shape},
};

const FIX: &str = "write `type: string`, `format: date-time` (RFC 3339), and add a time zone to its examples";

/// Reports instants as text that has no zone, or whose form nothing tells.
pub(super) fn without_zone(context: &Context<'_>) -> Vec<LintFinding> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for field in &context.fields {
        let Shape::Scalar(ScalarFormat::Text, limits) = context.shape(field.ty) else {
            continue;
        };
        let Some((what, reason)) = fault(context, field, limits) else {
            continue;
        };
        if seen.insert(field.origin.span) {
            let message = format!("`{}` {what}", field.name);
            found.push(LintFinding::new(
                Code::InstantWithoutZone,
                field.origin,
                message,
                reason,
                FIX,
            ));
        }
    }
    found
}

fn fault(context: &Context<'_>, field: &Field<'_>, limits: &Constraints) -> Option<(&'static str, &'static str)> {
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
