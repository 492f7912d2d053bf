//! In: the name of a function and the types of its arguments. Out: the type of its value. Never: a macro or an operator.

use super::types::{TEXT, Type, Wrong};
use crate::near;
use crate::pattern::matches;

/// A function: its name, the types of its arguments and of its value.
type Function = (&'static str, &'static [Type<'static>], Type<'static>);

const FUNCTIONS: &[Function] = &[
    ("decimal", &[TEXT], Type::Decimal),
    ("round", &[Type::Decimal, Type::Int], Type::Decimal),
    ("floor", &[Type::Decimal, Type::Int], Type::Decimal),
    ("ceil", &[Type::Decimal, Type::Int], Type::Decimal),
    ("divide", &[Type::Decimal, Type::Decimal, Type::Int], Type::Decimal),
    ("balance", &[Type::Ledger, TEXT, TEXT], Type::Decimal),
    ("timestamp", &[TEXT], Type::Instant),
    ("duration", &[TEXT], Type::Span),
    ("startsWith", &[TEXT, TEXT], Type::Bool),
    ("endsWith", &[TEXT, TEXT], Type::Bool),
    ("contains", &[TEXT, TEXT], Type::Bool),
    ("matches", &[TEXT, TEXT], Type::Bool),
    ("substring", &[TEXT, Type::Int, Type::Int], TEXT),
    ("isIban", &[TEXT], Type::Bool),
    ("isCountry", &[TEXT], Type::Bool),
    ("isEip55", &[TEXT], Type::Bool),
    ("isBase58Check", &[TEXT], Type::Bool),
    ("isSegwit", &[TEXT], Type::Bool),
    ("base58Check", &[Type::Int, TEXT], TEXT),
    ("segwit", &[TEXT, TEXT], TEXT),
    ("iban", &[TEXT, TEXT], TEXT),
    ("date", &[TEXT], Type::Instant),
    ("years", &[Type::Instant, Type::Instant], Type::Int),
    ("sha256", &[TEXT], TEXT),
    ("uuid", &[TEXT], TEXT),
    ("token", &[TEXT, TEXT, Type::Int], TEXT),
];

/// Tells of a pattern that is not written in the rule, or that cannot be read.
pub(super) fn unreadable(pattern: &Type<'_>) -> Option<String> {
    let Type::Text(Some(patterns)) = pattern else {
        return Some("`matches` takes a pattern that is written in the rule".to_owned());
    };
    let wrong = patterns.iter().find(|one| matches(one, "").is_none())?;
    Some(format!("the pattern `{wrong}` cannot be read"))
}

pub(super) fn function<'a>(at: u64, name: &str, given: &[Type<'a>]) -> Result<Type<'a>, Wrong> {
    let Some((_, wanted, value)) = FUNCTIONS.iter().find(|(known, ..)| *known == name) else {
        let mut names: Vec<&str> = FUNCTIONS.iter().map(|(name, ..)| *name).collect();
        names.extend([
            "size",
            "string",
            "sum",
            "accounts",
            "has",
            "all",
            "exists",
            "exists_one",
            "map",
            "filter",
        ]);
        let why = if name.starts_with(|letter: char| letter.is_alphabetic()) {
            format!("no function `{name}`{}", near::suggestion(name, names))
        } else {
            let given: Vec<String> = given.iter().map(ToString::to_string).collect();
            format!(
                "`{}` has no meaning for {}",
                name.replace(['_', '@'], ""),
                given.join(" and ")
            )
        };
        return Err(Wrong { at, why });
    };
    let fits = wanted.len() == given.len() && wanted.iter().zip(given).all(|(wanted, given)| wanted.alike(given));
    if !fits {
        let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        let given: Vec<String> = given.iter().map(ToString::to_string).collect();
        let why = format!("`{name}` takes {}, not {}", wanted.join(" and "), given.join(" and "));
        return Err(Wrong { at, why });
    }
    Ok(value.clone())
}
