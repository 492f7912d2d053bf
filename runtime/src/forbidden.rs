//! Members that the owner of the API forbids (`x-sdk.neverSent`): the name of an extra member comes in, a warning goes out.

/// Warns of a forbidden member; case, `_` and `-` in its name are ignored.
pub fn warn_forbidden_member(name: &str, never_sent: &[&str]) {
    if never_sent.iter().any(|known| is_same(known, name)) {
        tracing::warn!(
            member = name,
            "the owner of the API does not allow this member in requests"
        );
    }
}

fn is_same(one: &str, other: &str) -> bool {
    let letters = |text: &'_ str| -> Vec<char> {
        let kept = text.chars().filter(|letter| !matches!(letter, '_' | '-'));
        kept.flat_map(char::to_lowercase).collect()
    };
    letters(one) == letters(other)
}
