//! Reading and writing of booleans, numbers, strings, options, lists, tuples and the unit type, and of [`Maybe`].
//!
//! An integer is read from its text, exactly; `1.0` and `1e2` are integers, as in JSON Schema. A float must be finite. A list must
//! never reserve memory beyond the limits.

use crate::codec::Json;
use crate::digits;
use crate::read::Value;
use crate::write::Writer;

/// An optional member: absent and null both read as `None`, and `None` is left out.
impl<T: Json> Json for Option<T> {
    #[inline]
    fn read(value: Value<'_>) -> Self {
        if value.is_null() { None } else { Some(T::read(value)) }
    }

    #[inline]
    fn write(&self, w: &mut Writer) {
        match self {
            Some(value) => value.write(w),
            None => w.null(),
        }
    }

    #[inline]
    fn absent(_: Value<'_>) -> Self {
        None
    }

    #[inline]
    fn read_member(object: Value<'_>, name: &'static str) -> Self {
        T::read_optional(object, name)
    }

    #[inline]
    fn write_member(&self, name: &'static str, w: &mut Writer) {
        if let Some(value) = self {
            value.write_present(name, w);
        }
    }

    #[inline]
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Json> Json for Vec<T> {
    #[inline]
    fn read(value: Value<'_>) -> Self {
        let mut list = Vec::with_capacity(value.room(size_of::<T>()));
        for item in value.items() {
            list.push(T::read(item));
        }
        list
    }

    #[inline]
    fn write(&self, w: &mut Writer) {
        w.begin_array();
        for item in self {
            w.item(item);
        }
        w.end_array();
    }
}

/// Tuples are arrays with exactly as many elements.
macro_rules! tuples {
    ($($count:literal => $($element:ident $place:tt)*;)*) => {$(
        impl<$($element: Json),*> Json for ($($element,)*) {
            #[inline]
            fn read(value: Value<'_>) -> Self {
                let tuple = ($(value.element::<$element>($place),)*);
                if value.len() > $count {
                    value.fail(concat!("an array of ", $count, " elements"));
                }
                tuple
            }

            #[inline]
            fn write(&self, w: &mut Writer) {
                w.begin_array();
                $(w.item(&self.$place);)*
                w.end_array();
            }
        }

        /// A boxed tuple, for recursive types. (Other types implement this where they are defined.)
        impl<$($element: Json),*> Json for Box<($($element,)*)> {
            #[inline]
            fn read(value: Value<'_>) -> Self {
                value.boxed()
            }

            #[inline]
            fn write(&self, w: &mut Writer) {
                (**self).write(w);
            }
        }
    )*};
}

tuples! {
    1 => A 0;
    2 => A 0 B 1;
    3 => A 0 B 1 C 2;
    4 => A 0 B 1 C 2 D 3;
    5 => A 0 B 1 C 2 D 3 E 4;
    6 => A 0 B 1 C 2 D 3 E 4 F 5;
    7 => A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    8 => A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
}

/// The unit type: reads any value and discards it, writes null.
impl Json for () {
    #[inline]
    fn read(_: Value<'_>) -> Self {}

    #[inline]
    fn write(&self, w: &mut Writer) {
        w.null();
    }
}

impl Json for bool {
    fn read(value: Value<'_>) -> Self {
        value.as_bool().unwrap_or_else(|| {
            value.mismatch("a boolean");
            false
        })
    }

    fn write(&self, w: &mut Writer) {
        w.bool(*self);
    }
}

impl Json for String {
    fn read(value: Value<'_>) -> Self {
        value.string().to_owned()
    }

    fn write(&self, w: &mut Writer) {
        w.string(self);
    }

    fn write_present(&self, name: &'static str, w: &mut Writer) {
        w.string_member(name, self);
    }
}

impl Json for f64 {
    fn read(value: Value<'_>) -> Self {
        let Some(text) = value.number_text() else {
            value.mismatch("a number");
            return 0.0;
        };
        match text.parse::<f64>() {
            Ok(float) if float.is_finite() => float,
            _ => {
                value.fail("a number within the range of a 64-bit float");
                0.0
            }
        }
    }

    fn write(&self, w: &mut Writer) {
        w.float(*self);
    }
}

/// Reads an integer whose text is not a plain small number: `1.0`, out of range, or not a number.
#[cold]
fn unusual<T: TryFrom<i128> + Default>(value: Value<'_>, range: &'static str) -> T {
    let Some(text) = value.number_text().filter(|text| digits::is_integral(text)) else {
        value.mismatch("an integer");
        return T::default();
    };
    digits::to_i128(text)
        .and_then(|wide| T::try_from(wide).ok())
        .unwrap_or_else(|| {
            value.fail(range);
            T::default()
        })
}

macro_rules! integers {
    ($($integer:ty, $write:ident, $range:literal;)*) => {$(
        impl Json for $integer {
            #[inline]
            fn read(value: Value<'_>) -> Self {
                match value.integer_text().and_then(|text| text.parse().ok()) {
                    Some(integer) => integer,
                    None => unusual(value, $range),
                }
            }

            #[inline]
            fn write(&self, w: &mut Writer) {
                w.$write((*self).into());
            }
        }
    )*};
}

integers! {
    i16, signed, "an integer of 16 bits";
    i32, signed, "an integer of 32 bits";
    i64, signed, "an integer of 64 bits";
    u8, unsigned, "an integer of 8 bits that is not negative";
    u16, unsigned, "an integer of 16 bits that is not negative";
    u32, unsigned, "an integer of 32 bits that is not negative";
    u64, unsigned, "an integer of 64 bits that is not negative";
}

/// The value of a member that may be left out and may be null, where the two mean different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Maybe<T> {
    /// The member is not there.
    #[default]
    Absent,
    /// The member is there, and null.
    Null,
    /// The member has a value.
    Value(T),
}

impl<T> Maybe<T> {
    /// Returns the value, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Maybe::Value(value) => Some(value),
            Maybe::Absent | Maybe::Null => None,
        }
    }

    /// Returns a reference to the value, if there is one.
    pub fn as_ref(&self) -> Maybe<&T> {
        match self {
            Maybe::Value(value) => Maybe::Value(value),
            Maybe::Null => Maybe::Null,
            Maybe::Absent => Maybe::Absent,
        }
    }

    /// Returns `true` if the member is there and null.
    pub fn is_null(&self) -> bool {
        matches!(self, Maybe::Null)
    }
}

impl<T> From<T> for Maybe<T> {
    fn from(value: T) -> Self {
        Maybe::Value(value)
    }
}

impl<T: Json> Json for Maybe<T> {
    #[inline]
    fn read(value: Value<'_>) -> Self {
        if value.is_null() {
            Maybe::Null
        } else {
            Maybe::Value(T::read(value))
        }
    }

    #[inline]
    fn write(&self, w: &mut Writer) {
        match self {
            Maybe::Value(value) => value.write(w),
            Maybe::Absent | Maybe::Null => w.null(),
        }
    }

    #[inline]
    fn absent(_: Value<'_>) -> Self {
        Maybe::Absent
    }

    #[inline]
    fn is_absent(&self) -> bool {
        matches!(self, Maybe::Absent)
    }
}
