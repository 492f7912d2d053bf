//! Reading and writing of booleans, numbers and strings.
//!
//! An integer is read from its text, exactly; `1.0` and `1e2` are integers, as in JSON Schema. A float must be finite.

use crate::codec::Json;
use crate::digits;
use crate::read::Value;
use crate::write::Writer;

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
    let Some(text) = value.number_text() else {
        value.mismatch("an integer");
        return T::default();
    };
    if !digits::is_integral(text) {
        value.mismatch("an integer");
        return T::default();
    }
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
