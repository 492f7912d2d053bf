//! In: what went wrong before a server stood, or a word that is not known. Out: one error type, and the word that was probably
//! meant. Never: the text of a secret, or a word that is only somewhat alike.

use std::io;
use std::path::PathBuf;

/// The reason why a sandbox could not be started or queried.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// A file could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The contract cannot be served; the text says where and why.
    #[error("the contract cannot be served: {0}")]
    Contract(String),
    /// The address could not be listened on, or the server not be started.
    #[error("cannot listen: {0}")]
    Listen(#[source] io::Error),
    /// The store could not be opened, read or written; the text names it.
    #[error("the store fails: {0}")]
    Store(String),
    /// The request to the sandbox itself makes no sense (an unknown event, code, id or state).
    #[error("{0}")]
    Unknown(String),
}

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
