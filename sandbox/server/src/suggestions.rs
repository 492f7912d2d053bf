//! In: a word that is not known, and those that are. Out: the one that was probably meant. Never: one that is only somewhat alike.

/// Says which words there are: the one that is nearly the same, or all of them.
pub(crate) fn suggestion<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match near(word, &known) {
        Some(near) => format!("; did you mean `{near}`?"),
        None if known.is_empty() => "; there are none".to_owned(),
        None => format!("; there are {}", known.join(", ")),
    }
}

fn near<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let most = word.chars().count().div_ceil(4);
    let word = word.to_lowercase();
    let rated = known
        .iter()
        .map(|one| (strsim::levenshtein(&word, &one.to_lowercase()), *one));
    let best = rated.min_by_key(|(distance, _)| *distance)?;
    (best.0 <= most).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::suggestion;

    #[test]
    fn a_word_with_a_slip_is_recognised_and_another_word_is_not() {
        let told = |word: &str| suggestion(word, ["amount", "currency", "status"]);
        assert_eq!(told("amont"), "; did you mean `amount`?");
        assert_eq!(told("Status"), "; did you mean `status`?");
        assert_eq!(told("colour"), "; there are amount, currency, status");
        assert_eq!(suggestion("x", []), "; there are none");
    }
}
