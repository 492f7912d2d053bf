//! Positional arguments: detects those that could be swapped, and chooses how each is passed.
//!
//! In: the types of the arguments of one constructor or method. Out: whether they must be named, and if not, which of
//! them are `impl Into` and which have their exact type.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::context::Context;
use super::tokens::RustType;
use sdkwright_contract::ir::{ScalarFormat, Shape, TypeId};

/// Plain values that convert into an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PlainValue {
    Text,
    Number,
    Other(ScalarFormat),
    /// Text, a number or anything else.
    Any,
}

impl PlainValue {
    fn of(context: &Context<'_>, id: TypeId) -> Option<Self> {
        match context.shape(id) {
            Shape::Any => Some(Self::Any),
            Shape::Scalar(format, _) | Shape::Newtype(format, _) => match format {
                ScalarFormat::Text | ScalarFormat::Binary => Some(Self::Text),
                ScalarFormat::I32 | ScalarFormat::I64 | ScalarFormat::U64 | ScalarFormat::Float => Some(Self::Number),
                other => Some(Self::Other(*other)),
            },
            _ => None,
        }
    }

    fn meets(self, other: Self) -> bool {
        self == other || self == Self::Any || other == Self::Any
    }
}

/// Returns true if an argument is passed as `impl Into`: strings, floats and newtypes.
pub(crate) fn takes_into(context: &Context<'_>, id: TypeId) -> bool {
    matches!(
        context.shape(id),
        Shape::Newtype(..) | Shape::Scalar(ScalarFormat::Text | ScalarFormat::Float, _) | Shape::Any
    )
}

/// Form in which an argument is passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PassingMode {
    /// Passed as `impl Into`.
    Into,
    /// By its exact type, or a reference to it.
    Typed,
    /// By its exact type.
    Plain,
}

impl PassingMode {
    /// Emits the declaration of the argument of that name.
    pub(crate) fn declared(self, name: &Ident, ty: &RustType) -> TokenStream {
        match self {
            Self::Into => quote!(#name: impl Into<#ty>),
            Self::Typed => quote!(#name: impl glue::Typed<#ty>),
            Self::Plain => quote!(#name: #ty),
        }
    }

    /// Emits its value.
    pub(crate) fn value(self, name: &Ident) -> TokenStream {
        match self {
            Self::Into => quote!(#name.into()),
            Self::Typed => quote!(#name.typed()),
            Self::Plain => quote!(#name),
        }
    }
}

/// One argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Position {
    /// Its type; none if it is told from others by its place alone.
    ty: Option<RustType>,
    plain: Option<PlainValue>,
    /// True if it can be required as its exact type: ids can; text and numbers do not name their meaning.
    has_name: bool,
    into: bool,
}

impl Position {
    /// `is_value`: the argument is the value itself, not an option or a list of it.
    pub(crate) fn new(context: &Context<'_>, id: TypeId, ty: RustType, is_value: bool) -> Self {
        let shape = context.shape(id);
        Self {
            ty: Some(ty),
            plain: PlainValue::of(context, id),
            has_name: is_value && matches!(shape, Shape::Newtype(..) | Shape::Any),
            into: is_value && takes_into(context, id),
        }
    }

    /// Returns an argument that no plain value converts into.
    pub(crate) fn typed(ty: RustType) -> Self {
        Self {
            ty: Some(ty),
            plain: None,
            has_name: true,
            into: false,
        }
    }

    /// Returns a plain text argument.
    pub(crate) fn text() -> Self {
        Self {
            ty: None,
            plain: Some(PlainValue::Text),
            has_name: false,
            into: false,
        }
    }

    fn meets(&self, other: &Self) -> bool {
        self.plain.zip(other.plain).is_some_and(|(one, other)| one.meets(other))
    }
}

/// Arguments of one constructor or method.
#[derive(Debug, Clone, Default)]
pub(crate) struct Positions(pub(crate) Vec<Position>);

impl Positions {
    /// Returns true if the arguments must be named because two could be swapped: both have one type, or both convert
    /// from the same plain value and have no distinct type.
    pub(crate) fn are_swappable(&self) -> bool {
        let mut known = HashSet::new();
        let nameless: Vec<&Position> = self.0.iter().filter(|one| !one.has_name).collect();
        let meet = |(at, one): (usize, &&Position)| nameless.iter().skip(at + 1).any(|other| one.meets(other));
        !self.0.iter().all(|one| known.insert(&one.ty)) || nameless.iter().enumerate().any(meet)
    }

    /// Returns how one of them is passed.
    pub(crate) fn mode(&self, one: &Position) -> PassingMode {
        let alone = self.0.iter().filter(|other| one.meets(other)).count() < 2;
        match (one.into, one.has_name && !alone) {
            (true, true) => PassingMode::Typed,
            (true, false) => PassingMode::Into,
            (false, _) => PassingMode::Plain,
        }
    }
}
