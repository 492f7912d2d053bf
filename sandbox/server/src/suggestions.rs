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

/// The known word that differs in one letter.
pub(crate) fn misspelt<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    known.iter().copied().find(|one| is_one_letter_apart(word, one))
}

/// Returns `true` if one letter was added, removed or replaced, letters of either case being the same. Every name of a contract is
/// asked about at each start, so most must be told by their lengths.
fn is_one_letter_apart(one: &str, two: &str) -> bool {
    let (letters, others) = (one.chars().count(), two.chars().count());
    if letters.abs_diff(others) > 1 {
        return false;
    }
    let longest = letters.max(others);
    let is_same = |(one, two): &(char, char)| one.to_lowercase().eq(two.to_lowercase());
    let before = one.chars().zip(two.chars()).take_while(is_same).count();
    let behind = one.chars().rev().zip(two.chars().rev()).take_while(is_same).count();
    before < longest && before + behind + 1 >= longest
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
    use super::{misspelt, suggestion};

    #[test]
    fn a_word_with_a_slip_is_recognised_and_another_word_is_not() {
        let told = |word: &str| suggestion(word, ["amount", "currency", "status"]);
        assert_eq!(told("amont"), "; did you mean `amount`?");
        assert_eq!(told("Status"), "; did you mean `status`?");
        assert_eq!(told("colour"), "; there are amount, currency, status");
        assert_eq!(suggestion("x", []), "; there are none");
    }

    #[test]
    fn a_word_that_differs_in_one_letter_is_misspelt_and_the_word_itself_is_not() {
        let told = |word: &str| misspelt(word, &["x-rules", "x-ledger"]);
        for word in [
            "x-rule", "-rules", "x-ruless", "xx-rules", "x-rulez", "y-rules", "X-Ruls", "xrules",
        ] {
            assert_eq!(told(word), Some("x-rules"), "{word}");
        }
        assert_eq!(told("x-leger"), Some("x-ledger"));
        for word in ["x-rules", "X-RULES", "x-rul", "x-ruels", "rules", "", "x-ledgerss"] {
            assert_eq!(told(word), None, "{word}");
        }
    }
}
