//! Ambiguity of a base string: finds components that cannot be separated in the joined text.
//!
//! In: components in order, their separator, the characters of nonces. Out: the component whose end is ambiguous, if
//! there is one. Part of such a component can be moved to the next one under the same signature: digits of the
//! timestamp to the nonce, for instance, which makes an old delivery a new one. Components with certain ends are
//! removed from both sides; those left over are ambiguous. Reports nothing.

use crate::ir::{Component, TimestampFormat};

/// Set of ASCII characters, one bit each. Headers and targets have no others.
pub(super) type Set = u128;

/// Characters of a header value: visible ones, blanks and tabs.
pub(super) const HEADER: Set = visible() | bits(" \t");
/// Characters of nonces in requests without a pattern.
pub(super) const NONCE: Set = letters() | bits("0123456789-_");
const DIGITS: Set = bits("0123456789");
const UPPER: Set = bits("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
/// Characters of path and query (RFC 3986), and brackets, which many clients leave unescaped.
const TARGET: Set = letters() | bits("0123456789-._~!$&'()*+,;=:@/?%[]");

/// Signed components and the known forms of their texts.
pub(super) struct Signed<'c> {
    pub(super) components: &'c [Component],
    pub(super) separator: &'c str,
    pub(super) timestamp: TimestampFormat,
    /// Characters of a nonce.
    pub(super) nonce: Set,
    /// True if all nonces have one length.
    pub(super) nonce_fixed: bool,
}

/// Form of a component's text.
#[derive(Clone, Copy)]
enum TextForm {
    /// Its start and end are certain.
    Known,
    /// Any length: allowed characters, and allowed first characters; `None` if it may be empty.
    Open { all: Set, first: Option<Set> },
}

impl Signed<'_> {
    /// Returns the first pair of components without a certain border.
    pub(super) fn merged(&self) -> Option<(Component, Component)> {
        // A body for a given hash cannot be constructed, so a hash separates its neighbours.
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

    /// Returns true if the end of the first text is certain, given everything before it.
    fn ends(&self, first: Component, second: Component) -> bool {
        let TextForm::Open { all, .. } = self.form(first) else {
            return true;
        };
        if !self.separator.is_empty() {
            return self.separates(all);
        }
        let begin = match (second, self.form(second)) {
            (_, TextForm::Open { first, .. }) => first,
            (Component::Method, _) => Some(UPPER),
            (Component::Timestamp, _) => Some(DIGITS),
            _ => None,
        };
        begin.is_some_and(|begin| begin & all == 0)
    }

    /// Returns true if the start of the last text is certain, given everything after it.
    fn begins(&self, last: Component) -> bool {
        match self.form(last) {
            TextForm::Known => true,
            TextForm::Open { all, .. } => self.separates(all),
        }
    }

    fn separates(&self, all: Set) -> bool {
        let mut letters = self.separator.chars();
        letters.any(|c| !c.is_ascii() || all & 1 << (c as u32) == 0)
    }

    fn form(&self, component: Component) -> TextForm {
        let open = |all| TextForm::Open { all, first: Some(all) };
        match component {
            // No method is a prefix or suffix of another one. A hash has a fixed length. Each client has its own key, so a
            // shifted client id does not verify.
            Component::Method | Component::Body(_) | Component::ClientId => TextForm::Known,
            // RFC 3339, with or without a fraction: starts with four digits, ends with one `Z` or offset.
            Component::Timestamp if self.timestamp == TimestampFormat::Rfc3339 => TextForm::Known,
            Component::Timestamp => open(DIGITS),
            Component::Nonce if self.nonce_fixed => TextForm::Known,
            Component::Nonce => open(self.nonce),
            Component::Target => TextForm::Open {
                all: TARGET,
                first: Some(bits("/")),
            },
            Component::IdempotencyKey => TextForm::Open {
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
