//! The operations that the server's side can serve, the reasons for the others, and the forms of their parameters.
//!
//! The forms are those that the values of a parameter's type can have on the wire, from which the server reads them.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use sdkwright_contract::ir::{self, Additional, ParameterLocation, ParameterStyle as Style, PartContent, ScalarFormat};

use super::super::bridges::{self, is_scalar};
use super::super::context::Context;
use super::super::operation::answer::good;
use super::super::signing;
use super::super::tokens::{array, given, ident};
use crate::limits;

/// Names of the items of one operation.
pub(super) struct ServedNames {
    pub(super) method: Ident,
    pub(super) request: Ident,
    pub(super) response: Ident,
}

/// Returns the operations that are not served, each with its reason.
pub(in super::super) fn left_out<'c>(
    context: &'c Context<'_>,
) -> impl Iterator<Item = (ir::OperationId, &'static str)> + 'c {
    let operations = context.api.operations().filter(|_| context.about.server);
    operations.filter_map(|(id, _)| Some((id, reason(context, id)?)))
}

/// Returns the reason why an operation is not served; `None` for one that is.
pub(super) fn reason(context: &Context<'_>, id: ir::OperationId) -> Option<&'static str> {
    let operation = context.api.operation(id);
    let reasons = [
        (
            is_of_other_path(operation),
            "server: a path with several parameters in a segment, or with a query",
        ),
        (
            !is_json(operation) && context.api.approval(operation).is_some(),
            "server: an approval in a body that is not JSON",
        ),
        (good(operation).is_empty(), "server: no response of success"),
        (
            has_other_header(context, operation),
            "server: a response header that is not one value",
        ),
    ];
    let found = reasons.into_iter().find(|(is_so, _)| *is_so).map(|(_, reason)| reason);
    let found = found.or_else(|| signature_reason(context, operation));
    let mut parameters = operation.parameters.iter();
    let is_read = |parameter| described_parameter(context, operation, parameter).is_some();
    found.or_else(|| {
        (!parameters.all(is_read)).then_some("server: a parameter of bytes, or of a type without end in `deepObject`")
    })
}

fn is_of_other_path(operation: &ir::Operation) -> bool {
    let several = |segment: &str| segment.matches('{').count() > 1;
    operation.path.contains(['?', '#']) || operation.path.split('/').any(several)
}

/// Returns the reason why a request does not have all that its signature needs.
fn signature_reason(context: &Context<'_>, operation: &ir::Operation) -> Option<&'static str> {
    use ir::{Piece, SignedValue};
    let schemes = context.api.security.iter().enumerate();
    let mut signing = schemes.filter(|(_, scheme)| matches!(scheme.kind, ir::SecurityKind::Signing(_)));
    signing.find(|(index, _)| operation.requires(*index))?;
    let rules = &signing::scheme(context)?.rules;
    let is_known = |piece: &Piece| match *piece {
        Piece::Text(_) => true,
        Piece::Value(SignedValue::Expires, _) if rules.lifetime.is_some() && rules.form.is_message() => true,
        Piece::Value(value, _) => !value.is_of_sender() || rules.is_placed(value),
    };
    let any = |values: [SignedValue; 2]| values.into_iter().any(|value| rules.is_placed(value));
    let has_time = any([SignedValue::Timestamp, SignedValue::Expires]);
    let past = rules.freshness.past.or(rules.lifetime);
    let reasons = [
        (
            !any([SignedValue::ClientId, SignedValue::KeyId]),
            "server: a signature that names neither its client nor its key",
        ),
        (
            // The text of a key's id is taken as it is.
            rules.form.http().is_none() && !rules.pieces().all(is_known),
            "server: a signed value that the request does not contain",
        ),
        (
            // A copy could have another one.
            ![SignedValue::Timestamp, SignedValue::Expires, SignedValue::Nonce]
                .into_iter()
                .all(|value| !rules.is_placed(value) || is_signed(rules, value)),
            "server: a nonce or an instant that the signature does not cover",
        ),
        (
            // Each nonce would have to be kept for ever.
            rules.is_placed(SignedValue::Nonce) && !(has_time && past.is_some() && rules.freshness.future.is_some()),
            "server: a nonce without freshness",
        ),
    ];
    reasons.into_iter().find(|(is_so, _)| *is_so).map(|(_, reason)| reason)
}

/// Returns `true` if the signature covers a value of the sender at its place.
fn is_signed(rules: &ir::SignatureRules, value: ir::SignedValue) -> bool {
    use ir::{SignatureForm, SignedValue, ValuePlace};
    let covered = rules.form.http().map_or(&[][..], |form| form.covered);
    let has = |names: &[&str]| {
        covered
            .iter()
            .any(|one| names.iter().any(|name| one.eq_ignore_ascii_case(name)))
    };
    let is_at = |place| match place {
        ValuePlace::Header(name) => has(&[name]),
        ValuePlace::Query(_) | ValuePlace::Pair(_) => {
            let whole = ["@query", "@target-uri", "@request-target", "(request-target)"];
            let is_whole = rules.covers(SignedValue::Target) || rules.covers(SignedValue::Query);
            is_whole || has(&whole) || matches!(rules.form, SignatureForm::OAuth1(_))
        }
    };
    rules.covers(value) || rules.form.contains(value) || rules.places(value).any(is_at)
}

/// Returns `true` for an operation whose only body is JSON.
pub(super) fn is_json(operation: &ir::Operation) -> bool {
    let mut forms = operation.forms();
    let first = forms.next();
    forms.next().is_none() && first.is_some_and(|form| matches!(form.content, PartContent::Json(_)))
}

fn has_other_header(context: &Context<'_>, operation: &ir::Operation) -> bool {
    let all = good(operation);
    let mut headers = all.iter().flat_map(|response| headers(context, response));
    headers.any(|header| header.json || !is_scalar(context, header.ty))
}

/// Returns the headers that an implementation sets: not those of the runtime.
pub(super) fn headers<'a>(
    context: &Context<'a>,
    response: &'a ir::Response,
) -> impl Iterator<Item = &'a ir::Header> + use<'a> {
    let api = context.api;
    response.headers.iter().filter(move |header| {
        let replayed = api.idempotency.as_ref().and_then(|keys| keys.replayed);
        let own = [
            api.settings.request_id_header.as_deref(),
            replayed.map(|(name, _)| name),
            Some("Content-Type"),
            Some("Content-Length"),
        ];
        !own.into_iter()
            .flatten()
            .any(|own| own.eq_ignore_ascii_case(&header.name))
    })
}

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
pub(super) fn described_parameter(
    context: &Context<'_>,
    operation: &ir::Operation,
    parameter: &ir::Parameter,
) -> Option<TokenStream> {
    let (name, place, style) = (&parameter.name, ident(bridges::place(parameter)), parameter.style);
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
        let style = bridges::style(if is_plain_cookie { Style::Simple } else { style });
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
