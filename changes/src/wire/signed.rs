//! The word `x-signing`: what of it is seen on the wire.

use std::cmp::Ordering;

use sdkwright_contract::source::{Node, number};

use super::finding::{Breaks, Effect};
use crate::shape::{canonical, pattern};

/// Returns the words of a signature as text that is equal where requests are signed in the same way.
pub(super) fn content(signing: Node<'_>) -> String {
    let words = signing
        .members()
        .map(|member| (member.key, word(member.key, member.value)));
    let mut words: Vec<String> = words.map(|(key, text)| format!("{key}: {text}")).collect();
    words.sort();
    words.join("\n")
}

/// Returns one word: names of headers in lower case, as HTTP reads them, and a pattern by its characters.
fn word(key: &str, node: Node<'_>) -> String {
    let named = |read: &dyn Fn(&str, Node<'_>) -> String| {
        let members = node
            .members()
            .map(|member| (member.key, read(member.key, member.value)));
        let mut members: Vec<_> = members.collect();
        members.sort();
        format!("{members:?}")
    };
    match key {
        "headers" => named(&|_, header| canonical(header, false).to_ascii_lowercase()),
        "nonce" => named(&|key, limit| match limit.as_str() {
            Some(text) if key == "pattern" => pattern(text),
            _ => canonical(limit, false),
        }),
        _ => canonical(node, false),
    }
}

/// Returns the effect of another `x-signing`: its words, without the codes of refusals and what permits more.
pub(super) fn effect((old, new): (Option<Node<'_>>, Option<Node<'_>>)) -> Effect {
    let known = |node: Option<Node<'_>>, key: &str| Some(word(key, node?.get(key)?));
    let words = old.into_iter().chain(new).flat_map(Node::members);
    let is_harmless = |word: &str| match word {
        "problems" | "x-documented" | "description" => true,
        "freshness" => {
            let [old, new] = [old, new].map(|node| node?.get(word)?.text());
            old.zip(new)
                .is_some_and(|(old, new)| number::compare(old, new) == Some(Ordering::Less))
        }
        _ => false,
    };
    let is_same = old.is_some() && new.is_some();
    let mut other = words.filter(|member| known(old, member.key) != known(new, member.key));
    if is_same && other.all(|member| is_harmless(member.key)) {
        Effect::NONE
    } else {
        Effect::new(Breaks::Yes, Breaks::No)
    }
}
