//! Whether the components of what is signed can be told apart in the joined text.
//!
//! In: components in order, their separator, what nonces are made of. Out: the component whose end nothing shows, if there
//! is one. Where the end of a component does not show, a part of it may be moved to the next one and the signature still
//! fits: digits of the instant to the nonce, and an old delivery is a new one. The components are taken off from both
//! sides; what is left over by then runs into each other. Nothing is reported here.

use crate::ir::{Component, TimestampFormat};

/// A set of ASCII characters, a bit for each. Headers and targets have no others.
pub(super) type Set = u128;

/// What a header may have: visible characters, blanks and tabs.
pub(super) const HEADER: Set = visible() | bits(" \t");
/// What the nonces of a request are made of, where no pattern says more.
pub(super) const NONCE: Set = letters() | bits("0123456789-_");
const DIGITS: Set = bits("0123456789");
const UPPER: Set = bits("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
/// RFC 3986: what stands in a path and a query, and brackets, which many leave as they are.
const TARGET: Set = letters() | bits("0123456789-._~!$&'()*+,;=:@/?%[]");

/// The signed components and what is known of their texts.
pub(super) struct Signed<'c> {
    pub(super) components: &'c [Component],
    pub(super) separator: &'c str,
    pub(super) timestamp: TimestampFormat,
    /// The characters of a nonce.
    pub(super) nonce: Set,
    /// True if all nonces are of one length.
    pub(super) nonce_fixed: bool,
}

/// What a component's text looks like.
#[derive(Clone, Copy)]
enum Form {
    /// Where it begins or ends shows in itself.
    Known,
    /// Of any length: the characters that it may have, and those that it begins with; nothing if it may be empty.
    Open { all: Set, first: Option<Set> },
}

impl Signed<'_> {
    /// The component that runs into the next one, if any does.
    pub(super) fn merged(&self) -> Option<(Component, Component)> {
        // Nobody finds a body whose hash stands elsewhere in a text that was signed, so that a hash is a border by itself.
        let mut parts = self.components.split(|one| matches!(one, Component::Body(_)));
        parts.find_map(|part| self.merged_of(part))
    }

    fn merged_of(&self, mut part: &[Component]) -> Option<(Component, Component)> {
        loop {
            part = match part {
                [] | [_] => return None,
                [first, second, ..] if self.ends(*first, *second) => &part[1..],
                [rest @ .., last] if self.begins(*last) => rest,
                [first, second, ..] => return Some((*first, *second)),
            };
        }
    }

    /// Whether it shows where the first text ends, if everything before it is known.
    fn ends(&self, first: Component, second: Component) -> bool {
        let Form::Open { all, .. } = self.form(first) else {
            return true;
        };
        if !self.separator.is_empty() {
            return self.separates(all);
        }
        let begin = match (second, self.form(second)) {
            (_, Form::Open { first, .. }) => first,
            (Component::Method, _) => Some(UPPER),
            (Component::Timestamp, _) => Some(DIGITS),
            _ => None,
        };
        begin.is_some_and(|begin| begin & all == 0)
    }

    /// Whether it shows where the last text begins, if everything after it is known.
    fn begins(&self, last: Component) -> bool {
        match self.form(last) {
            Form::Known => true,
            Form::Open { all, .. } => self.separates(all),
        }
    }

    fn separates(&self, all: Set) -> bool {
        let mut letters = self.separator.chars();
        letters.any(|c| !c.is_ascii() || all & 1 << (c as u32) == 0)
    }

    fn form(&self, component: Component) -> Form {
        let open = |all| Form::Open { all, first: Some(all) };
        match component {
            // No method begins or ends with another one. A hash has one length. Each client has a key of its own, with which
            // another client id does not fit.
            Component::Method | Component::Body(_) | Component::ClientId => Form::Known,
            // RFC 3339, with or without a fraction: four digits to begin with, `Z` or an offset to end with, one of each.
            Component::Timestamp if self.timestamp == TimestampFormat::Rfc3339 => Form::Known,
            Component::Timestamp => open(DIGITS),
            Component::Nonce if self.nonce_fixed => Form::Known,
            Component::Nonce => open(self.nonce),
            Component::Target => Form::Open {
                all: TARGET,
                first: Some(bits("/")),
            },
            Component::IdempotencyKey => Form::Open {
                all: visible(),
                first: None,
            },
        }
    }
}

const fn bits(text: &str) -> Set {
    let (bytes, mut at, mut set) = (text.as_bytes(), 0, 0);
    while at < bytes.len() {
        set |= 1 << bytes[at];
        at += 1;
    }
    set
}

const fn letters() -> Set {
    UPPER | UPPER << 32
}

const fn visible() -> Set {
    (1 << 0x7f) - (1 << 0x21)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::BodyEncoding;
    use Component::{ClientId, IdempotencyKey, Method, Nonce, Target, Timestamp};
    use TimestampFormat::{Rfc3339, UnixSeconds};

    const BODY: Component = Component::Body(BodyEncoding::Hex);

    fn merged(separator: &str, components: &[Component], timestamp: TimestampFormat, nonce: Set) -> bool {
        let signed = Signed {
            components,
            separator,
            timestamp,
            nonce,
            nonce_fixed: false,
        };
        signed.merged().is_some()
    }

    #[test]
    fn what_may_be_moved_to_the_next_component_is_found() {
        for (separator, components, timestamp, nonce) in [
            ("", vec![Timestamp, Nonce, BODY], UnixSeconds, HEADER),
            ("", vec![Nonce, Timestamp, BODY], UnixSeconds, NONCE),
            ("", vec![BODY, Timestamp, Nonce], UnixSeconds, NONCE),
            ("", vec![Method, Target, Nonce], Rfc3339, NONCE),
            ("", vec![Method, Target, IdempotencyKey], Rfc3339, NONCE),
            ("", vec![Nonce, Method, IdempotencyKey], Rfc3339, NONCE),
            ("", vec![Target, Timestamp], UnixSeconds, NONCE),
            ("0", vec![Timestamp, Nonce, BODY], UnixSeconds, NONCE),
            ("--", vec![Nonce, IdempotencyKey], Rfc3339, NONCE),
            (".", vec![Target, Nonce, IdempotencyKey], Rfc3339, HEADER),
        ] {
            let merges = merged(separator, &components, timestamp, nonce);
            assert!(merges, "{separator:?} {components:?}");
        }
    }

    #[test]
    fn what_has_one_length_or_ends_by_itself_is_no_false_alarm() {
        for (separator, components, timestamp, nonce) in [
            ("", vec![Timestamp, BODY], UnixSeconds, HEADER),
            ("", vec![Timestamp, BODY, Nonce], UnixSeconds, HEADER),
            ("", vec![Timestamp, Nonce, BODY], Rfc3339, HEADER),
            ("", vec![Nonce, Timestamp, BODY], Rfc3339, HEADER),
            ("", vec![Method, Target, BODY, Timestamp, ClientId], UnixSeconds, NONCE),
            ("", vec![Method, Target], Rfc3339, NONCE),
            ("", vec![Timestamp, Target], UnixSeconds, NONCE),
            ("", vec![Nonce, Target], Rfc3339, NONCE),
            ("", vec![Timestamp, Method, Target], UnixSeconds, NONCE),
            (".", vec![Timestamp, Nonce, BODY], UnixSeconds, HEADER),
            (".", vec![Target, Nonce], Rfc3339, NONCE),
            (" ", vec![Nonce, Timestamp, Target, IdempotencyKey], UnixSeconds, HEADER),
            ("ä", vec![Target, Nonce, IdempotencyKey], Rfc3339, HEADER),
            ("0.", vec![Timestamp, Nonce, BODY], UnixSeconds, HEADER),
            ("", vec![Nonce, Timestamp, IdempotencyKey], Rfc3339, letters()),
            (
                "\n",
                vec![Method, Target, BODY, Timestamp, Nonce, IdempotencyKey],
                Rfc3339,
                HEADER,
            ),
        ] {
            let merges = merged(separator, &components, timestamp, nonce);
            assert!(!merges, "{separator:?} {components:?}");
        }
    }

    #[test]
    fn a_nonce_of_one_length_ends_by_itself() {
        let signed = |nonce_fixed| Signed {
            components: &[Timestamp, Nonce, IdempotencyKey],
            separator: "",
            timestamp: UnixSeconds,
            nonce: NONCE,
            nonce_fixed,
        };
        assert_eq!(signed(false).merged(), Some((Timestamp, Nonce)));
        assert_eq!(signed(true).merged(), Some((Timestamp, Nonce)));
        let alone = Signed {
            components: &[Nonce, IdempotencyKey],
            ..signed(true)
        };
        assert_eq!(alone.merged(), None);
    }
}
