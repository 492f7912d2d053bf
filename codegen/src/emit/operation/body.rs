//! Request bodies: the parameter of each form, and its use in the request. Response bodies: the media type that each is read as, and the
//! members that it always has, with their JSON types.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use sdkwright_contract::ir::{self, EventContent, Framing, PartContent, PartItem};
use sdkwright_contract::source::escape;

use super::super::bridges::style;
use super::super::context::Context;
use super::super::multipart;
use super::super::positions::Position;
use super::super::tokens::{RustType, ident};
use crate::limits;

/// Media type of forms.
const FORM: &str = "application/x-www-form-urlencoded";

/// One form of a body.
pub(crate) struct SentBody {
    /// Type of the parameter.
    pub(crate) ty: RustType,
    /// Passes `body` to the request.
    pub(crate) apply: TokenStream,
}

/// Returns the parameter of a form and its use.
pub(crate) fn sent(context: &Context<'_>, form: &ir::BodyForm) -> SentBody {
    let media = written(form);
    match &form.content {
        PartContent::Json(id) => json(context, *id, &media),
        PartContent::Form(id) => {
            let SentBody { ty, apply } = form_pairs(context, *id, &form.fields);
            let stated = (media != FORM).then(|| quote!(.content_type(#media)));
            SentBody {
                ty,
                apply: quote!(#apply #stated),
            }
        }
        PartContent::Multipart(id, parts) => {
            let ty = multipart::ty(context, *id);
            let is_form = ir::essence(&media) == "multipart/form-data";
            let stated = (!is_form).then(|| quote!(.content_type(#media)));
            if multipart::is_named(context, *id) {
                let method = multipart::method(context, *id, parts);
                SentBody {
                    ty: ty.referenced(false),
                    apply: quote!(.multipart(body.#method())#stated),
                }
            } else {
                SentBody {
                    ty,
                    apply: quote!(.multipart(body)#stated),
                }
            }
        }
        PartContent::Binary => SentBody {
            ty: RustType::Into(Box::new(RustType::runtime("Upload"))),
            apply: quote!(.upload(#media, body)),
        },
        PartContent::Items(_, id) => SentBody {
            ty: RustType::Slice(Box::new(context.ty(*id))).referenced(false),
            apply: quote!(.lines(#media, body)),
        },
        PartContent::Text => {
            let media = ir::concrete(&media).unwrap_or("text/plain; charset=utf-8");
            SentBody {
                ty: RustType::Into(Box::new(RustType::std("String"))),
                apply: quote!(.bytes(#media, body.into())),
            }
        }
    }
}

/// Returns the `Content-Type` of a form: with the parameters of the contract, such as a charset or a version. What the client writes is
/// UTF-8, and never sent under the name of another charset.
fn written(form: &ir::BodyForm) -> String {
    let media_type = &form.media_type;
    let essence = ir::essence(media_type).to_ascii_lowercase();
    let parameters = media_type
        .split_once(';')
        .map_or("", |(_, parameters)| parameters.trim());
    if matches!(form.content, PartContent::Binary) || ir::is_utf8(media_type) {
        return if parameters.is_empty() {
            essence
        } else {
            format!("{essence}; {parameters}")
        };
    }
    let parameters = parameters.split(';').map(str::trim);
    let kept = parameters.filter(|one| !one.is_empty() && !one.to_ascii_lowercase().starts_with("charset"));
    kept.fold(essence, |all, one| format!("{all}; {one}"))
}

/// Returns a form of a body as one argument.
pub(super) fn position(context: &Context<'_>, form: &ir::BodyForm) -> Position {
    let ty = sent(context, form).ty;
    match &form.content {
        PartContent::Text => Position::text(),
        PartContent::Json(id) => Position::new(context, *id, ty, true),
        _ => Position::typed(ty),
    }
}

fn json(context: &Context<'_>, id: ir::TypeId, media: &str) -> SentBody {
    let ty = context.ty(id);
    // A list or plain value is passed by value: a reference to it would be a reference to a slice.
    let whole = matches!(
        context.shape(id),
        ir::Shape::Array(_) | ir::Shape::Scalar(..) | ir::Shape::Nullable(_)
    );
    let (ty, value) = if whole {
        (ty, quote!(&body))
    } else {
        (ty.referenced(false), quote!(body))
    };
    let apply = if media == "application/json" || media.contains('*') {
        quote!(.json(#value))
    } else {
        quote!(.json_as(#media, #value))
    };
    SentBody { ty, apply }
}

fn form_pairs(context: &Context<'_>, id: ir::TypeId, fields: &[ir::FieldEncoding]) -> SentBody {
    let ty = context.ty(id);
    let styles = styles(fields);
    SentBody {
        ty: ty.referenced(false),
        apply: if fields.is_empty() {
            quote!(.form_of(body))
        } else {
            quote!(.form_as(body, #styles))
        },
    }
}

/// Emits the fields of a form that have their own serialization.
pub(super) fn styles(fields: &[ir::FieldEncoding]) -> TokenStream {
    let one = |field: &ir::FieldEncoding| {
        let (name, style) = (&field.name, style(field.style));
        let (explode, reserved) = (field.explode, field.allow_reserved);
        quote!((#name, #style, #explode, #reserved))
    };
    let styles = fields.iter().map(one);
    quote!(&[#(#styles),*])
}

/// Returns the names of the methods that set an optional body, one per form.
pub(crate) fn chained_names(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Vec<String> {
    let names = context.names.operation(id);
    let forms = operation.body.iter().filter(|body| !body.required);
    let forms = forms.flat_map(|body| body.forms.iter().enumerate());
    let method = |index: usize| names.method(index).trim_start_matches("r#");
    let taken =
        |name: &str| (0..operation.parameters.len()).any(|at| names.parameters[at].trim_start_matches("r#") == name);
    forms
        .map(|(index, _)| {
            // The first form is the body; the others add the end of their method: `body_with_form`.
            let ending = method(index).strip_prefix(method(0));
            let name = format!("body{}", ending.unwrap_or_default());
            if ending.is_none() || taken(&name) {
                format!("body_{}", method(index))
            } else {
                name
            }
        })
        .collect()
}

/// Emits the methods of the call that set an optional body.
pub(crate) fn chained(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Vec<TokenStream> {
    let Some(body) = operation.body.as_ref().filter(|body| !body.required) else {
        return Vec::new();
    };
    let names = chained_names(context, id, operation);
    let one = |(form, name): (&ir::BodyForm, String)| {
        let SentBody { ty, apply } = sent(context, form);
        let method = ident(&name);
        let docs = context.docs(&body.text, || "Sets the body.".to_owned()).tokens();
        quote! {
            #docs
            #[inline]
            pub fn #method(self, body: #ty) -> Self { Self { request: self.request #apply, ..self } }
        }
    };
    body.forms.iter().zip(names).map(one).collect()
}

/// Kind of a response body.
#[derive(Clone, PartialEq)]
pub(super) enum ResponseContent {
    Nothing,
    Json(ir::TypeId),
    Text,
    Bytes,
    Items(Framing, ir::TypeId),
}

impl ResponseContent {
    fn of(content: &PartContent) -> Self {
        match content {
            PartContent::Json(id) | PartContent::Form(id) => Self::Json(*id),
            PartContent::Text => Self::Text,
            PartContent::Binary | PartContent::Multipart(..) => Self::Bytes,
            PartContent::Items(framing, id) => Self::Items(*framing, *id),
        }
    }

    pub(super) fn ty(&self, context: &Context<'_>) -> RustType {
        match self {
            Self::Nothing => RustType::unit(),
            Self::Json(id) => context.ty(*id),
            Self::Text => RustType::Glue("Text"),
            Self::Bytes => RustType::Glue("Binary"),
            Self::Items(framing, id) => {
                let item = match framing {
                    Framing::Parts(PartItem::Text) => RustType::Glue("Text"),
                    Framing::Parts(PartItem::Bytes) => RustType::Glue("Binary"),
                    _ => context.ty(*id),
                };
                let events = |parameters| RustType::Runtime("Events", parameters);
                match framing {
                    Framing::Lines => RustType::Runtime("Lines", vec![item]),
                    Framing::Parts(PartItem::Json) => RustType::Runtime("Parts", vec![item]),
                    Framing::Parts(_) => RustType::Runtime("Parts", vec![item, RustType::Glue("PartPlain")]),
                    Framing::Events(EventContent::Data) => events(vec![item]),
                    Framing::Events(EventContent::Plain) => {
                        events(vec![RustType::std("String"), RustType::Glue("EventText")])
                    }
                    Framing::Events(EventContent::Whole) => events(vec![item, RustType::Glue("EventObject")]),
                    Framing::Events(EventContent::WholeJson) => events(vec![item, RustType::Glue("EventObjectJson")]),
                    Framing::Events(EventContent::WholeMixed) => events(vec![item, RustType::Glue("EventObjectMixed")]),
                }
            }
        }
    }
}

/// Returns the kind and media type that a response is read as: JSON if declared, else the first.
pub(super) fn chosen(answer: &ir::Response) -> (ResponseContent, String) {
    let json = answer
        .bodies
        .iter()
        .find(|body| matches!(body.content, PartContent::Json(_)));
    match json.or(answer.bodies.first()) {
        Some(body) => (ResponseContent::of(&body.content), asked(&body.media_type).to_owned()),
        None => (ResponseContent::Nothing, String::new()),
    }
}

/// Returns the other kinds and media types of a response with types like the chosen one: other JSON, or other items. A
/// range of media types is none of them.
pub(super) fn further(context: &Context<'_>, answer: &ir::Response) -> Vec<(ResponseContent, String)> {
    let (first, media) = chosen(answer);
    let mut types = vec![first.ty(context)];
    let mut known = vec![media];
    let mut further = Vec::new();
    for body in &answer.bodies {
        let (kind, media) = (ResponseContent::of(&body.content), asked(&body.media_type).to_owned());
        let is_alike = matches!(
            (&first, &kind),
            (ResponseContent::Json(_), ResponseContent::Json(_))
                | (ResponseContent::Items(..), ResponseContent::Items(..))
        );
        let ty = kind.ty(context);
        if is_alike && !media.contains('*') && !types.contains(&ty) && !known.contains(&media) {
            types.push(ty);
            known.push(media.clone());
            further.push((kind, media));
        }
    }
    further
}

/// Returns the media type as `Accept` has it: as the contract names it, with its parameters, if a header can say them.
pub(super) fn asked(media_type: &str) -> &str {
    let is_sayable = media_type.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if is_sayable {
        media_type.trim()
    } else {
        ir::essence(media_type)
    }
}

// Members that a declared body always has: the runtime takes no other body for the declared one.

/// A member that a body always has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Promised {
    /// Its JSON Pointer; empty for the whole body.
    pub(super) at: String,
    /// The variant of `glue::MemberKind`.
    kind: &'static str,
    is_nullable: bool,
}

impl Promised {
    /// Returns a member with an id.
    pub(super) fn id(at: String) -> Self {
        Self {
            at,
            kind: "Id",
            is_nullable: false,
        }
    }

    /// Emits `glue::Member::new(..)`.
    pub(super) fn tokens(&self) -> TokenStream {
        let (at, kind) = (&self.at, format_ident!("{}", self.kind));
        let constructor = format_ident!("{}", if self.is_nullable { "nullable" } else { "new" });
        quote!(glue::Member::#constructor(#at, glue::MemberKind::#kind))
    }
}

/// Returns the members that a received value of a type always has; of a union, those of all its variants. An object or array
/// without such members is one all the same.
pub(super) fn promised(context: &Context<'_>, id: ir::TypeId) -> Vec<Promised> {
    let mut all = promised_of_type(context, id, limits::ID_DEPTH);
    let (kind, is_nullable) = member_kind(context, id, limits::ID_DEPTH);
    if all.is_empty() && !is_nullable && kind != "Any" {
        all.push(Promised {
            at: String::new(),
            kind,
            is_nullable,
        });
    }
    all
}

fn promised_of_type(context: &Context<'_>, id: ir::TypeId, depth: usize) -> Vec<Promised> {
    let ir::Shape::Union(union) = context.shape(id) else {
        let mut all = Vec::new();
        collect_promised(context, id, "", limits::ID_DEPTH, &mut all);
        return all;
    };
    let Some(depth) = depth.checked_sub(1) else {
        return Vec::new();
    };
    let mut variants = union
        .variants
        .iter()
        .map(|variant| promised_of_type(context, variant.ty, depth));
    let mut all = variants.next().unwrap_or_default();
    for other in variants {
        all.retain(|member| other.contains(member));
    }
    all
}

fn collect_promised(context: &Context<'_>, id: ir::TypeId, at: &str, depth: usize, found: &mut Vec<Promised>) {
    let ir::Shape::Object(object) = context.shape(id) else {
        return;
    };
    for member in object.members.iter().filter(|member| !member.write_only) {
        let may_be_null = match member.presence {
            ir::Presence::Required => false,
            ir::Presence::RequiredNullable => true,
            ir::Presence::Optional | ir::Presence::OptionalNullable => continue,
        };
        let at = format!("{at}/{}", escape(&member.name));
        let (kind, is_nullable) = member_kind(context, member.ty, limits::ID_DEPTH);
        let is_nullable = is_nullable || may_be_null;
        found.push(Promised {
            at: at.clone(),
            kind,
            is_nullable,
        });
        if let (false, Some(depth)) = (is_nullable, depth.checked_sub(1)) {
            collect_promised(context, member.ty, &at, depth, found);
        }
    }
}

/// Returns the variant of `glue::MemberKind` for the values of a type, and whether they can be null.
fn member_kind(context: &Context<'_>, id: ir::TypeId, depth: usize) -> (&'static str, bool) {
    // A union can be a variant of itself.
    let Some(depth) = depth.checked_sub(1) else {
        return ("Any", true);
    };
    let kind = match context.shape(id) {
        ir::Shape::Nullable(inner) => return (member_kind(context, *inner, depth).0, true),
        ir::Shape::Any | ir::Shape::Null => return ("Any", true),
        ir::Shape::Union(union) => {
            let kinds = union
                .variants
                .iter()
                .map(|variant| member_kind(context, variant.ty, depth));
            let common = kinds.reduce(|one, other| {
                let kind = if one.0 == other.0 { one.0 } else { "Any" };
                (kind, one.1 || other.1)
            });
            return common.unwrap_or(("Any", false));
        }
        ir::Shape::Newtype(ir::ScalarFormat::Text, _) => "Id",
        ir::Shape::Scalar(format, _) | ir::Shape::Newtype(format, _) => match format {
            ir::ScalarFormat::Bool => "Boolean",
            ir::ScalarFormat::I32 | ir::ScalarFormat::I64 | ir::ScalarFormat::U64 | ir::ScalarFormat::Integer => {
                "Integer"
            }
            ir::ScalarFormat::Float | ir::ScalarFormat::Number => "Number",
            ir::ScalarFormat::Decimal => "Decimal",
            ir::ScalarFormat::Text
            | ir::ScalarFormat::Timestamp
            | ir::ScalarFormat::Date
            | ir::ScalarFormat::Base64
            | ir::ScalarFormat::Binary => "Text",
        },
        ir::Shape::Enum(shape) => match shape.literals() {
            ir::Literals::Text => "Text",
            ir::Literals::Whole => "Integer",
            ir::Literals::Truth => "Boolean",
            ir::Literals::Mixed => "Any",
        },
        ir::Shape::Object(_) | ir::Shape::Map(..) => "Object",
        ir::Shape::Array(_) | ir::Shape::Tuple(_) => "Array",
        ir::Shape::Alias(inner) => return member_kind(context, *inner, depth),
    };
    (kind, false)
}
