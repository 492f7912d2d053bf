//! In: the name of a format and a text. Out: whether the text has it. Formats that JSON Schema does not define hold nothing.

use crate::clock::Moment;
use std::net::{Ipv4Addr, Ipv6Addr};

pub(super) fn fits(name: &str, text: &str, is_30: bool) -> bool {
    match name {
        "date-time" => Moment::parse(text).is_some(),
        "date" => text.len() == 10 && Moment::parse(&format!("{text}T00:00:00Z")).is_some(),
        "email" => is_email(text),
        "uri" => is_uri(text),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        // Draft 4 does not know it.
        "uuid" if !is_30 => is_uuid(text),
        _ => true,
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-');
    let is_word = |word: &str| {
        let fits = |letter: char| letter.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(letter);
        !word.is_empty() && word.chars().all(fits)
    };
    local.split('.').all(is_word) && domain.split('.').all(is_label)
}

/// A scheme, a colon, and characters that RFC 3986 allows.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let of_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let of_rest = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(of_scheme)
        && rest.bytes().all(of_rest)
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}
