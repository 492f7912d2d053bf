//! Members that a declared body always has, with their JSON types. A body without one of them is not the declared one, and
//! proves nothing.

use crate::json::{Json, Kind, Value, Writer};

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
impl<At: AsRef<str> + From<String>> Json for Member<At> {
    fn read(value: Value<'_>) -> Self {
        let (at, kind, is_nullable): (String, u8, bool) = value.decode();
        let kind = MemberKind::ALL.get(usize::from(kind)).copied();
        if kind.is_none() {
            value.fail("a known type of a member");
        }
        Self {
            at: at.into(),
            kind: kind.unwrap_or(MemberKind::Any),
            is_nullable,
        }
    }

    fn write(&self, w: &mut Writer) {
        let place = (0_u8..).zip(MemberKind::ALL).find(|(_, kind)| *kind == self.kind);
        let place = place.map_or(0, |(place, _)| place);
        w.value(&(self.at.as_ref().to_owned(), place, self.is_nullable));
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
            let member = Member {
                at: "/a".to_owned(),
                kind,
                is_nullable: true,
            };
            let written = json::to_vec(&member).unwrap();
            let read: Member<String> = json::from_slice(&written).unwrap();
            assert_eq!((read.at.as_str(), read.kind, read.is_nullable), ("/a", kind, true));
        }
        assert!(json::from_slice::<Member<String>>(br#"["/a",9,false]"#).is_err());
    }
}
