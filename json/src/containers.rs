//! Reading and writing of options, lists, tuples and the unit type, through [`Json`]. A list must never reserve memory beyond
//! the limits.

use crate::codec::Json;
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
