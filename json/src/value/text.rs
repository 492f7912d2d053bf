//! Traits of all values that are texts, as macros: how to check, read, write, show and compare them.

/// Implements reading of a text that an application creates: what `$accepts` refuses is an error.
macro_rules! checked {
    ($type:ident, $expected:expr, $accepts:expr) => {
        impl std::str::FromStr for $type {
            type Err = $crate::error::ValueError;

            /// Checks the text, and keeps it.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let accepts: fn(&str) -> bool = $accepts;
                let kept = accepts(text).then(|| $type(text.into()));
                kept.ok_or($crate::error::ValueError::new($expected))
            }
        }
    };
}

/// Implements `Display`, `Debug` and serde for a type with `as_str`.
macro_rules! shown {
    ($type:ident) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        $crate::model!($type);
    };
}

/// Implements [`shown`], `AsRef` and a JSON string that is checked only in strict documents, for a type with its text in field 0.
macro_rules! kept {
    ($type:ident, $expected:expr) => {
        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl $crate::codec::Json for $type {
            fn read(value: $crate::read::Value<'_>) -> Self {
                let read = $type(value.string().into());
                value.check_strictly($expected, || read.is_valid());
                read
            }

            fn write(&self, w: &mut $crate::write::Writer) {
                w.string(&self.0);
            }
        }

        $crate::value::text::shown!($type);
    };
}

/// Implements equality and hash by value, and [`shown`], for a type with `as_str`.
macro_rules! by_value {
    ($type:ident) => {
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                $crate::digits::equal(self.as_str(), other.as_str())
            }
        }

        impl Eq for $type {}

        impl std::hash::Hash for $type {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                $crate::digits::hash(self.as_str(), state);
            }
        }

        $crate::value::text::shown!($type);
    };
}
/// Implements the order by value, for a type whose text is always a number.
macro_rules! in_order {
    ($type:ident) => {
        impl PartialOrd for $type {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $type {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                $crate::digits::order(self.as_str(), other.as_str())
            }
        }
    };
}

/// Implements [`checked`], [`by_value`], [`in_order`] and a JSON number, for a type with its text in field 0.
macro_rules! number {
    ($type:ident, $write:ident) => {
        impl $crate::codec::Json for $type {
            fn read(value: $crate::read::Value<'_>) -> Self {
                if let Some(text) = value.number_text() {
                    return $type(text.into());
                }
                value.mismatch("a number");
                $type("0".into())
            }

            fn write(&self, w: &mut $crate::write::Writer) {
                w.$write(&self.0);
            }
        }

        $crate::value::text::checked!($type, "a JSON number", $crate::lexis::is_number);
        $crate::value::text::by_value!($type);
        $crate::value::text::in_order!($type);
    };
}

pub(super) use {by_value, checked, in_order, kept, number, shown};
