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
    let rated = known.iter().map(|one| (distance(word, one), *one));
    let best = rated.min_by_key(|(distance, _)| *distance)?;
    (best.0 <= most).then_some(best.1)
}

/// The number of letters to add, remove or replace until one word is the other, letters of either case being the same.
fn distance(one: &str, two: &str) -> usize {
    let letters = |text: &str| text.to_lowercase().chars().collect::<Vec<_>>();
    let (one, two) = (letters(one), letters(two));
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (above, letter) in one.iter().enumerate() {
        let mut corner = above;
        row[0] = above + 1;
        for (at, other) in two.iter().enumerate() {
            let replaced = corner + usize::from(letter != other);
            corner = row[at + 1];
            row[at + 1] = replaced.min(corner + 1).min(row[at] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
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
