//! Reserved names of each kind of place.
//!
//! Lists only. A reserved name is never an error: it gets the suffix of its place, which depends on the name alone.

use crate::limits;
use crate::runtime::{LIBRARY, PACKAGE, words};
use sdkwright_contract::words::Case;

/// Keywords of edition 2024: strict ones, weak ones that cannot be identifiers, and reserved ones.
pub(crate) const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "Self", "static", "struct", "super", "trait",
    "true", "try", "type", "typeof", "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "_",
];

/// Names of the standard prelude: generated code uses them unqualified, and a glob import must not shadow them.
pub(crate) const PRELUDE: &[&str] = words![
    AsMut AsRef AsyncFn AsyncFnMut AsyncFnOnce Box Clone Copy Default DoubleEndedIterator Drop Eq Err
    ExactSizeIterator Extend Fn FnMut FnOnce From FromIterator Future Into IntoFuture IntoIterator Iterator None Ok
    Option Ord PartialEq PartialOrd Result Send Sized Some String Sync ToOwned ToString TryFrom TryInto Unpin Vec
];

/// Names of generated variants besides those of the contract.
const VARIANTS: &[&str] = &["Unknown"];

/// Names of variants of an enumeration that allows other values, besides those of the contract.
const VARIANTS_AND_OTHERS: &[&str] = &["Other"];

/// Private fields of generated structs.
const MEMBERS: &[&str] = &["extra"];

/// Methods of the generic call type, of its traits, and the setter of a body.
const CALLS: &[&str] = words![
    accept body credential deadline download fresh header intent into_future new pages poll_items_until poll_until request_id retries
    set_query stream streamed timeout unchecked wait with_response
];

/// Functions that every group handle has.
const METHODS: &[&str] = &["new"];

/// Methods of the client and of its traits.
pub(super) const GROUPS: &[&str] =
    words![as_ref builder client_id clock_skew clone execute raw reload resend retry_budget];

/// Modules of the generated crate and crates it names.
const MODULES: &[&str] = words![alloc core glue lib main models operations std];

/// Crates that the server's side names beside the modules of its groups.
const SERVER_CRATES: &[&str] = words![axum sdkwright_server];

/// File names that some operating system reserves.
const DEVICES: &[&str] = &[
    "aux", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "con", "lpt1", "lpt2", "lpt3",
    "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "nul", "prn",
];

/// Features of the generated crate that are not groups.
const FEATURES: &[&str] =
    words![axum blocking brotli chrono default full gzip http2 jiff reqwest rustls server std test zstd];

/// Such features with an invented name.
const FURTHER_FEATURES: &[&str] = &["rust-crypto", "rust-decimal", PACKAGE, "tls-aws-lc", "tls-none"];

/// Naming rules of one kind of place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameRules {
    /// Kind of item, for messages: `type`, `member` ...
    pub(crate) what: &'static str,
    /// Case of its names.
    pub(crate) case: Case,
    /// Prefix of a name that begins with a digit.
    pub(crate) digit_prefix: &'static str,
    /// Reserved names.
    reserved: &'static [&'static [&'static str]],
    /// Suffix of a reserved name.
    suffix: &'static str,
    /// Maximum length of a name in bytes; a longer one is cut and ends in a digest.
    pub(crate) most: usize,
}

impl NameRules {
    /// Returns the name in a form that is valid in this place.
    pub(crate) fn usable(&self, mut name: String) -> String {
        if !name.starts_with(unicode_ident::is_xid_start) {
            name.insert_str(0, self.digit_prefix);
        }
        while self.reserved.iter().any(|list| list.contains(&name.as_str())) {
            name.push_str(self.suffix);
        }
        // In a script without case an argument could be spelled like the operation, whose marker is a pattern.
        if self.what == PARAMETER.what && !name.ends_with(self.suffix) && !name.starts_with(char::is_lowercase) {
            name.push_str(self.suffix);
        }
        name
    }

    /// Returns true if a pinned text is valid here as it is.
    pub(crate) fn accepts(&self, name: &str) -> bool {
        let mut chars = name.chars();
        chars.next().is_some_and(|c| c == '_' || unicode_ident::is_xid_start(c))
            && chars.all(|c| unicode_ident::is_xid_continue(c) || (self.case == Case::Kebab && c == '-'))
            && self.usable(name.to_owned()) == name
    }
}

pub(crate) const TYPE: NameRules = NameRules {
    what: "type",
    case: Case::Pascal,
    digit_prefix: "N",
    reserved: &[KEYWORDS, PRELUDE],
    suffix: "Type",
    most: limits::IDENTIFIER_BYTES,
};
pub(crate) const VARIANT: NameRules = NameRules {
    what: "variant",
    digit_prefix: "Value",
    reserved: &[KEYWORDS, VARIANTS],
    suffix: "Value",
    ..TYPE
};
pub(crate) const VARIANT_BESIDE_OTHERS: NameRules = NameRules {
    reserved: &[KEYWORDS, VARIANTS_AND_OTHERS],
    ..VARIANT
};
pub(crate) const MEMBER: NameRules = NameRules {
    what: "member",
    case: Case::Snake,
    digit_prefix: "n",
    reserved: &[KEYWORDS, MEMBERS],
    suffix: "_",
    most: limits::IDENTIFIER_BYTES,
};
pub(crate) const PARAMETER: NameRules = NameRules {
    what: "parameter",
    reserved: &[KEYWORDS, CALLS],
    ..MEMBER
};
/// Returns the rules of a required parameter, which is an argument beside the key and the body, and no method of the call.
pub(crate) fn argument(beside_key: bool, beside_body: bool) -> NameRules {
    let reserved: &[&[&str]] = match (beside_key, beside_body) {
        (true, true) => &[KEYWORDS, &["body", "key"]],
        (true, false) => &[KEYWORDS, &["key"]],
        (false, true) => &[KEYWORDS, &["body"]],
        (false, false) => &[KEYWORDS],
    };
    NameRules { reserved, ..PARAMETER }
}
pub(crate) const METHOD: NameRules = NameRules {
    what: "method",
    reserved: &[KEYWORDS, METHODS],
    ..MEMBER
};
pub(crate) const MARKER: NameRules = NameRules {
    what: "operation",
    reserved: &[KEYWORDS, PRELUDE, &["Call", "Client"]],
    suffix: "Operation",
    ..TYPE
};
pub(crate) const GROUP: NameRules = NameRules {
    what: "group",
    reserved: &[KEYWORDS, GROUPS],
    most: 80,
    ..MEMBER
};
/// The module of a group, whose name is also that of its file.
pub(crate) const MODULE: NameRules = NameRules {
    reserved: &[KEYWORDS, DEVICES, SERVER_CRATES],
    ..GROUP
};
pub(crate) const FEATURE: NameRules = NameRules {
    what: "feature",
    case: Case::Kebab,
    reserved: &[FEATURES, FURTHER_FEATURES],
    suffix: "-group",
    ..GROUP
};
pub(crate) const FILE: NameRules = NameRules {
    what: "file",
    reserved: &[KEYWORDS, MODULES, &[LIBRARY], DEVICES],
    ..GROUP
};
pub(crate) const SERVER: NameRules = NameRules {
    what: "server",
    reserved: &[KEYWORDS],
    ..GROUP
};
pub(crate) const HEADER: NameRules = NameRules {
    what: "header",
    reserved: &[KEYWORDS],
    ..MEMBER
};
pub(crate) const SCHEME: NameRules = NameRules {
    what: "security scheme",
    reserved: &[KEYWORDS],
    ..MEMBER
};

#[cfg(test)]
mod tests {
    use super::{KEYWORDS, MEMBER, PARAMETER, TYPE};

    #[test]
    fn a_reserved_name_gets_the_suffix_of_its_place() {
        assert_eq!(MEMBER.usable("type".to_owned()), "type_");
        assert_eq!(TYPE.usable("Option".to_owned()), "OptionType");
        assert_eq!(TYPE.usable("3dSecure".to_owned()), "N3dSecure");
        assert_eq!(PARAMETER.usable("日本".to_owned()), "日本_");
    }

    #[test]
    fn every_keyword_syn_knows_is_listed() {
        for word in [
            "gen", "async", "dyn", "try", "abstract", "yield", "typeof", "self", "Self", "crate", "super",
        ] {
            assert!(KEYWORDS.contains(&word), "{word}");
            assert!(syn::parse_str::<syn::Ident>(word).is_err() || word == "gen", "{word}");
        }
    }
}
