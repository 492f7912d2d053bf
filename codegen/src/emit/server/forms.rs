//! The type of a parameter to the forms that its values can have on the wire, from which the server reads them.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir::{self, Additional, ParameterLocation, ParameterStyle as Style, ScalarFormat};

use super::super::context::Context;
use super::super::param;
use super::super::tokens::{array, given, ident};
use crate::limits;

/// The forms of any JSON value as one text.
const ANY: &[&str] = &["Null", "Literal", "Json", "Text"];

/// The structure that a style gives to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// One text: a list or an object is JSON.
    Text,
    /// One text, or a list.
    Items,
    /// One text with all items or members.
    Joined,
    /// A pair for each item or member.
    Exploded,
    /// Any depth.
    Deep,
}

/// A step into a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Item,
    Member(String),
    /// A member without a name in the contract.
    Other,
}

/// The forms that a value can have: several, if it is one of several types.
#[derive(Debug, Default, PartialEq, Eq)]
struct FormTree {
    /// Variants of `WireForm` for one text.
    texts: BTreeSet<&'static str>,
    inside: BTreeMap<Step, FormTree>,
}

impl FormTree {
    fn texts(names: &[&'static str]) -> Self {
        let (texts, inside) = (names.iter().copied().collect(), BTreeMap::new());
        Self { texts, inside }
    }

    /// Adds the forms of another type.
    fn or(mut self, other: Self) -> Self {
        self.texts.extend(other.texts);
        for (step, forms) in other.inside {
            let known = self.inside.remove(&step).unwrap_or_default();
            self.inside.insert(step, known.or(forms));
        }
        self
    }

    /// Adds the forms of a part.
    fn with(mut self, step: Step, forms: Self) -> Self {
        self.inside.insert(step, forms);
        self
    }

    /// Returns the name of a constant with these forms.
    fn constant(&self) -> Option<&'static str> {
        let known = [("TEXT", &["Text"][..]), ("LITERAL", &["Literal"]), ("ANY", ANY)];
        let known = known.into_iter().find(|(_, texts)| *self == Self::texts(texts));
        known.map(|(name, _)| name)
    }

    fn tokens(&self) -> TokenStream {
        if let Some(name) = self.constant().map(ident) {
            return quote!(sdkwright_server::WireForm::#name);
        }
        let texts = self.texts.iter().map(|name| ident(name));
        let mut all: Vec<TokenStream> = texts.map(|name| quote!(sdkwright_server::WireForm::#name)).collect();
        let (mut members, mut rest) = (Vec::new(), quote!(&[]));
        for (step, forms) in &self.inside {
            let forms = forms.tokens();
            match step {
                Step::Item => all.push(quote!(sdkwright_server::WireForm::List(#forms))),
                Step::Member(name) => members.push(quote!((#name, #forms))),
                Step::Other => rest = forms,
            }
        }
        if self.inside.keys().any(|step| *step != Step::Item) {
            let members = array(members);
            all.push(quote!(sdkwright_server::WireForm::Object(#members, #rest)));
        }
        array(all)
    }
}

/// Emits the description of a parameter; `None` for one that the server cannot read.
pub(super) fn described(
    context: &Context<'_>,
    operation: &ir::Operation,
    parameter: &ir::Parameter,
) -> Option<TokenStream> {
    let (name, place, style) = (&parameter.name, ident(param::place(parameter)), parameter.style);
    let described = quote!(sdkwright_server::Parameter::#place(#name));
    let is_whole = parameter.location == ParameterLocation::Querystring;
    if style == Style::Json {
        return Some(quote!(#described.style(glue::Style::Json, #is_whole)));
    }
    let explode = parameter.explode || is_whole;
    let depth = match style {
        _ if !parameter.fields.is_empty() => return None,
        Style::DeepObject => Depth::Deep,
        Style::Simple | Style::Label => Depth::Joined,
        _ if explode => Depth::Exploded,
        _ => Depth::Joined,
    };
    let (around, left) = (Vec::new(), limits::WIRE_FORMS);
    let forms = FormReader { context, around, left }.forms(parameter.ty, depth)?;
    let of_forms = match forms.constant() {
        Some("TEXT") => None,
        Some("LITERAL") => Some(quote!(.literal())),
        _ => {
            let forms = forms.tokens();
            Some(quote!(.forms(#forms)))
        }
    };
    let is_plain_cookie = style == Style::Cookie;
    let is_usual = style == Style::Form || style == Style::Simple;
    let of_style = (!is_usual || !forms.inside.is_empty() && !explode).then(|| {
        let style = param::style(if is_plain_cookie { Style::Simple } else { style });
        quote!(.style(#style, #explode))
    });
    let is_open = depth == Depth::Exploded && forms.inside.contains_key(&Step::Other);
    let others = is_open.then(|| given("without", others(context, operation, parameter)));
    let others = others.flatten();
    Some(quote!(#described #of_forms #of_style #others))
}

/// Returns the names of all other parameters and credentials in the place of a parameter.
fn others<'a>(context: &Context<'a>, operation: &'a ir::Operation, parameter: &ir::Parameter) -> BTreeSet<&'a str> {
    let all = operation.parameters.iter();
    let mut all: Vec<(&str, ParameterLocation)> = all.map(|other| (&*other.name, other.location)).collect();
    for other in operation.parameters.iter().filter(|other| other.explode) {
        if let ir::Shape::Object(object) = context.shape(context.api.behind_null(other.ty)) {
            all.extend(object.members.iter().map(|member| (&*member.name, other.location)));
        }
    }
    for scheme in &context.api.security {
        match &scheme.kind {
            ir::SecurityKind::ApiKey { location, name } => all.push((name, *location)),
            ir::SecurityKind::Signing(signing) => {
                all.extend(signing.rules.query().map(|(name, _)| (name, ParameterLocation::Query)));
                if let ir::SignaturePlace::Query(name) = signing.rules.signature {
                    all.push((name, ParameterLocation::Query));
                }
            }
            _ => {}
        }
    }
    let is_other = |(name, place): &(&str, _)| *place == parameter.location && *name != parameter.name;
    all.into_iter().filter(is_other).map(|(name, _)| name).collect()
}

/// Reads types.
struct FormReader<'c> {
    context: &'c Context<'c>,
    /// The types around the present one.
    around: Vec<ir::TypeId>,
    left: usize,
}

impl FormReader<'_> {
    /// Returns the forms of a type; `None` if they have no end, are too many, or are bytes.
    fn forms(&mut self, id: ir::TypeId, depth: Depth) -> Option<FormTree> {
        use ir::Shape::{Array, Map, Object, Tuple};
        let shape = self.context.shape(id);
        let is_json = match depth {
            Depth::Text => matches!(shape, Array(_) | Map(..) | Object(_) | Tuple(_)),
            Depth::Items => matches!(shape, Map(..) | Object(_)),
            _ => false,
        };
        if is_json {
            return Some(FormTree::texts(&["Json"]));
        }
        self.left = self.left.checked_sub(1)?;
        if self.around.contains(&id) || self.around.len() == limits::WIRE_DEPTH {
            return None;
        }
        self.around.push(id);
        let forms = self.of_shape(shape, depth);
        self.around.pop();
        forms
    }

    fn of_shape(&mut self, shape: &ir::Shape, depth: Depth) -> Option<FormTree> {
        let (item, member) = match depth {
            Depth::Deep => (depth, depth),
            Depth::Exploded => (Depth::Text, Depth::Items),
            _ => (Depth::Text, Depth::Text),
        };
        let none = FormTree::default();
        Some(match shape {
            ir::Shape::Any if matches!(depth, Depth::Text | Depth::Deep) => FormTree::texts(ANY),
            ir::Shape::Any => FormTree::texts(ANY).with(Step::Item, FormTree::texts(ANY)),
            ir::Shape::Null => FormTree::texts(&["Null"]),
            ir::Shape::Scalar(format, _) | ir::Shape::Newtype(format, _) => FormTree::texts(&[scalar(*format)?]),
            ir::Shape::Enum(shape) => {
                let texts = shape.values.iter().map(|value| match value.value {
                    ir::Scalar::String(_) => "Text",
                    ir::Scalar::Null => "Null",
                    _ => "Literal",
                });
                FormTree::texts(&texts.collect::<Vec<_>>())
            }
            ir::Shape::Alias(id) => self.forms(*id, depth)?,
            ir::Shape::Nullable(id) => self.forms(*id, depth)?.or(FormTree::texts(&["Null"])),
            ir::Shape::Union(union) => {
                let mut variants = union.variants.iter();
                variants.try_fold(none, |all, variant| Some(all.or(self.forms(variant.ty, depth)?)))?
            }
            ir::Shape::Array(array) => none.with(Step::Item, self.forms(array.items, item)?),
            ir::Shape::Tuple(items) => {
                let items: Option<Vec<FormTree>> = items.iter().map(|id| self.forms(*id, item)).collect();
                let mut items = items?.into_iter();
                let first = items.next()?;
                items
                    .all(|other| other == first)
                    .then(|| none.with(Step::Item, first))?
            }
            ir::Shape::Map(values, _) => none.with(Step::Other, self.forms(*values, member)?),
            ir::Shape::Object(shape) => {
                let mut forms = none;
                for known in &shape.members {
                    forms = forms.with(Step::Member(known.name.clone()), self.forms(known.ty, member)?);
                }
                match shape.additional {
                    Additional::Typed(id) => forms.with(Step::Other, self.forms(id, member)?),
                    // Pairs without a name of the contract may belong to nobody.
                    Additional::Open if depth != Depth::Exploded => forms.with(Step::Other, FormTree::texts(ANY)),
                    _ => forms,
                }
            }
        })
    }
}

/// Returns the form of a scalar; `None` for bytes.
fn scalar(format: ScalarFormat) -> Option<&'static str> {
    use ScalarFormat::{Base64, Binary, Bool, Date, Decimal, Float, I32, I64, Integer, Number, Text, Timestamp, U64};
    match format {
        Bool | I32 | I64 | U64 | Integer | Float | Number => Some("Literal"),
        Text | Decimal | Timestamp | Date | Base64 => Some("Text"),
        Binary => None,
    }
}
