//! Members that a declared body always has, with their JSON types. A body without one of them is not the declared one, and
//! proves nothing.

use crate::json::{Kind, Value};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A member that a declared body always has. Constants of a contract borrow their JSON Pointer; those of a journal own it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member<At = &'static str> {
    /// Its JSON Pointer; empty for the whole body.
    pub at: At,
    /// The JSON type of its value.
    pub kind: MemberKind,
    /// `true` if it may be null.
    pub is_nullable: bool,
}

/// The JSON type of a member's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberKind {
    /// Any value.
    Any,
    /// A text that is not blank, such as an id.
    Id,
    /// A text.
    Text,
    /// A number.
    Number,
    /// A number without a fraction.
    Integer,
    /// A number, or the text of one.
    Decimal,
    /// `true` or `false`.
    Boolean,
    /// An object.
    Object,
    /// An array.
    Array,
}

impl Member {
    /// Describes a member that is never null.
    pub const fn new(at: &'static str, kind: MemberKind) -> Self {
        Self {
            at,
            kind,
            is_nullable: false,
        }
    }

    /// Describes a member that may be null.
    pub const fn nullable(at: &'static str, kind: MemberKind) -> Self {
        Self {
            at,
            kind,
            is_nullable: true,
        }
    }
}

impl<At: AsRef<str>> Member<At> {
    /// Returns `true` if a body has the member, with a value of its type.
    pub(crate) fn is_in(&self, body: Value<'_>) -> bool {
        body.at(self.at.as_ref()).is_some_and(|value| self.fits(value))
    }

    fn fits(&self, value: Value<'_>) -> bool {
        let kind = value.kind();
        match self.kind {
            _ if kind == Kind::Null => self.is_nullable,
            MemberKind::Any => true,
            MemberKind::Id => value.as_str().is_some_and(|text| !text.trim().is_empty()),
            MemberKind::Text => kind == Kind::String,
            MemberKind::Number => matches!(kind, Kind::Integer | Kind::Number),
            MemberKind::Integer => kind == Kind::Integer,
            MemberKind::Decimal => matches!(kind, Kind::Integer | Kind::Number | Kind::String),
            MemberKind::Boolean => kind == Kind::Bool,
            MemberKind::Object => kind == Kind::Object,
            MemberKind::Array => kind == Kind::Array,
        }
    }
}

impl MemberKind {
    const ALL: [Self; 9] = [
        Self::Any,
        Self::Id,
        Self::Text,
        Self::Number,
        Self::Integer,
        Self::Decimal,
        Self::Boolean,
        Self::Object,
        Self::Array,
    ];
}

/// The serialized form is a list: JSON Pointer, place of the type in the list of types, and `true` for a nullable member.
impl<At: AsRef<str>> Serialize for Member<At> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = MemberKind::ALL.iter().position(|kind| *kind == self.kind);
        (self.at.as_ref(), kind.unwrap_or_default(), self.is_nullable).serialize(serializer)
    }
}

impl<'de, At: Deserialize<'de>> Deserialize<'de> for Member<At> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (at, kind, is_nullable): (At, usize, bool) = Deserialize::deserialize(deserializer)?;
        let kind = MemberKind::ALL.get(kind).copied();
        let unknown = || serde::de::Error::custom("an unknown type of a member");
        Ok(Self {
            at,
            kind: kind.ok_or_else(unknown)?,
            is_nullable,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{self, Limits};

    #[test]
    fn a_member_is_there_with_a_value_of_its_type() {
        use MemberKind::{Any, Array, Boolean, Decimal, Id, Integer, Number, Object, Text};
        const VALUES: [&str; 9] = ["null", "true", "7", "7.5", r#""""#, r#"" ""#, r#""7""#, "[]", "{}"];
        for (kind, fitting) in [
            (Any, "011111111"),
            (Id, "000000100"),
            (Text, "000011100"),
            (Number, "001100000"),
            (Integer, "001000000"),
            (Decimal, "001111100"),
            (Boolean, "010000000"),
            (Object, "000000001"),
            (Array, "000000010"),
        ] {
            for (value, fits) in VALUES.iter().zip(fitting.chars()) {
                let body = format!(r#"{{"a":{{"b":{value}}}}}"#);
                let is_in = |member: Member| {
                    let read = json::inspect(body.as_bytes(), &Limits::OWN, 0, |root| member.is_in(root));
                    read.unwrap_or_default()
                };
                assert_eq!(is_in(Member::new("/a/b", kind)), fits == '1', "{kind:?} {value}");
                let is_nullable = fits == '1' || *value == "null";
                assert_eq!(is_in(Member::nullable("/a/b", kind)), is_nullable, "{kind:?} {value}");
                assert!(!is_in(Member::nullable("/a/c", kind)), "an absent member");
            }
            let member = Member::nullable("/a", kind);
            let written = serde_json::to_string(&member).unwrap();
            let read: Member<String> = serde_json::from_str(&written).unwrap();
            assert_eq!((read.at.as_str(), read.kind, read.is_nullable), ("/a", kind, true));
        }
        assert!(serde_json::from_str::<Member<String>>(r#"["/a",9,false]"#).is_err());
    }
}
