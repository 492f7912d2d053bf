//! Descriptions of the runtime as Rust expressions: a value comes in, the expression of a constant with that value goes out.
//!
//! `serde` names the structs, fields and variants, and each type is the one in `glue`. Fields that are not serialized come from the
//! type's `NONE`.

use super::tokens::ident;
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use serde::ser::{self, Serialize};

/// Emits a value of a description. A kind of value that no description has becomes an error of the compiler.
pub(super) fn constant(value: &(impl Serialize + ?Sized)) -> TokenStream {
    value.serialize(Emitter).unwrap_or_else(|Unknown(kind)| {
        let message = format!("a description has {kind}");
        quote!(compile_error!(#message))
    })
}

struct Emitter;

/// A kind of value without an expression.
#[derive(Debug)]
struct Unknown(String);

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unknown {}

impl ser::Error for Unknown {
    fn custom<T: std::fmt::Display>(text: T) -> Self {
        Self(text.to_string())
    }
}

/// The parts of a list, a tuple or a struct.
struct Parts {
    path: TokenStream,
    values: Vec<TokenStream>,
    is_slice: bool,
    has_rest: bool,
}

impl Parts {
    fn new(path: TokenStream, is_slice: bool) -> Self {
        Self {
            path,
            values: Vec::new(),
            is_slice,
            has_rest: false,
        }
    }

    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unknown> {
        self.values.push(value.serialize(Emitter)?);
        Ok(())
    }

    fn add_field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Unknown> {
        let (name, value) = (ident(name), value.serialize(Emitter)?);
        self.values.push(quote!(#name: #value));
        Ok(())
    }

    fn list(self) -> TokenStream {
        let Self {
            path, values, is_slice, ..
        } = self;
        if is_slice {
            quote!(&[#(#values),*])
        } else {
            quote!(#path(#(#values),*))
        }
    }

    fn fields(self) -> TokenStream {
        let Self {
            path,
            mut values,
            has_rest,
            ..
        } = self;
        if has_rest {
            values.push(quote!(..#path::NONE));
        }
        quote!(#path { #(#values),* })
    }
}

fn glue(name: &str) -> TokenStream {
    let name = ident(name);
    quote!(glue::#name)
}

fn variant(ty: &str, name: &str) -> TokenStream {
    let (ty, name) = (ident(ty), ident(name));
    quote!(glue::#ty::#name)
}

/// Defines the methods for values that have no expression.
macro_rules! unknown {
    ($($method:ident($ty:ty))*) => {$(
        fn $method(self, _: $ty) -> Result<TokenStream, Unknown> {
            Err(Unknown(concat!("a value of ", stringify!($ty)).to_owned()))
        }
    )*};
}

/// Defines the methods for whole numbers, which are written without the suffix of their type.
macro_rules! numbers {
    ($($method:ident($ty:ty))*) => {$(
        fn $method(self, value: $ty) -> Result<TokenStream, Unknown> {
            Ok(Literal::u64_unsuffixed(value.into()).into_token_stream())
        }
    )*};
}

impl ser::Serializer for Emitter {
    type Ok = TokenStream;
    type Error = Unknown;
    type SerializeSeq = Parts;
    type SerializeTuple = Parts;
    type SerializeTupleStruct = Parts;
    type SerializeTupleVariant = Parts;
    type SerializeMap = ser::Impossible<TokenStream, Unknown>;
    type SerializeStruct = Parts;
    type SerializeStructVariant = Parts;

    numbers! { serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64) }
    unknown! {
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64) serialize_f32(f32) serialize_f64(f64)
        serialize_char(char) serialize_bytes(&[u8])
    }

    fn serialize_bool(self, value: bool) -> Result<TokenStream, Unknown> {
        Ok(quote!(#value))
    }

    fn serialize_str(self, value: &str) -> Result<TokenStream, Unknown> {
        Ok(quote!(#value))
    }

    fn serialize_none(self) -> Result<TokenStream, Unknown> {
        Ok(quote!(None))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<TokenStream, Unknown> {
        let value = value.serialize(Self)?;
        Ok(quote!(Some(#value)))
    }

    fn serialize_unit(self) -> Result<TokenStream, Unknown> {
        Ok(quote!(()))
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<TokenStream, Unknown> {
        Ok(glue(name))
    }

    fn serialize_unit_variant(self, ty: &'static str, _: u32, name: &'static str) -> Result<TokenStream, Unknown> {
        Ok(variant(ty, name))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<TokenStream, Unknown> {
        let (path, value) = (glue(name), value.serialize(Self)?);
        Ok(quote!(#path(#value)))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        ty: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<TokenStream, Unknown> {
        let (path, value) = (variant(ty, name), value.serialize(Self)?);
        Ok(quote!(#path(#value)))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts, Unknown> {
        Ok(Parts::new(TokenStream::new(), true))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts, Unknown> {
        Ok(Parts::new(TokenStream::new(), false))
    }

    fn serialize_tuple_struct(self, name: &'static str, _: usize) -> Result<Parts, Unknown> {
        Ok(Parts::new(glue(name), false))
    }

    fn serialize_tuple_variant(self, ty: &'static str, _: u32, name: &'static str, _: usize) -> Result<Parts, Unknown> {
        Ok(Parts::new(variant(ty, name), false))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Unknown> {
        Err(Unknown("a map".to_owned()))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Parts, Unknown> {
        Ok(Parts::new(glue(name), false))
    }

    fn serialize_struct_variant(
        self,
        ty: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Parts, Unknown> {
        Ok(Parts::new(variant(ty, name), false))
    }
}

/// Implements the traits of lists.
macro_rules! lists {
    ($($of:ident $add:ident)*) => {$(
        impl ser::$of for Parts {
            type Ok = TokenStream;
            type Error = Unknown;

            fn $add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unknown> {
                self.add(value)
            }

            fn end(self) -> Result<TokenStream, Unknown> {
                Ok(self.list())
            }
        }
    )*};
}
lists! { SerializeSeq serialize_element SerializeTuple serialize_element SerializeTupleStruct serialize_field SerializeTupleVariant serialize_field }

/// Implements the traits of structs.
macro_rules! structs {
    ($($of:ident)*) => {$(
        impl ser::$of for Parts {
            type Ok = TokenStream;
            type Error = Unknown;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Unknown> {
                self.add_field(name, value)
            }

            fn skip_field(&mut self, _: &'static str) -> Result<(), Unknown> {
                self.has_rest = true;
                Ok(())
            }

            fn end(self) -> Result<TokenStream, Unknown> {
                Ok(self.fields())
            }
        }
    )*};
}
structs! { SerializeStruct SerializeStructVariant }
