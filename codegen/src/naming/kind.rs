//! Names of anonymous types, by their kind.

use super::names::Names;
use sdkwright_contract::ir::{self, NameHint, ScalarFormat, Shape, TypeId};

/// Returns the name of a variant by its type: the type's name, or its kind if it has none.
pub(super) fn kind(api: &ir::Api, id: TypeId, names: &Names, depth: u8) -> String {
    match (&api.ty(id).name, names.ty(id)) {
        // An inline type was named after the union; its word as a variant comes last.
        (NameHint::Derived(path), _) if path.len() > 1 => return path.last().cloned().unwrap_or_default(),
        (_, Some(ident)) => return ident.to_owned(),
        _ => {}
    }
    let inner = |id: TypeId| {
        if depth == 0 || matches!(api.ty(id).name, NameHint::Derived(_)) {
            String::new()
        } else {
            kind(api, id, names, depth - 1)
        }
    };
    match &api.ty(id).shape {
        Shape::Any => "Json".to_owned(),
        Shape::Null => "Null".to_owned(),
        Shape::Scalar(format, _) | Shape::Newtype(format, _) => scalar(*format).to_owned(),
        Shape::Enum(_) => "Choice".to_owned(),
        Shape::Object(_) => "Object".to_owned(),
        Shape::Array(array) => format!("{} list", inner(array.items)),
        Shape::Tuple(..) => "Tuple".to_owned(),
        Shape::Map(values, _) => format!("{} map", inner(*values)),
        Shape::Union(_) => "OneOf".to_owned(),
        Shape::Nullable(id) | Shape::Alias(id) => inner(*id),
    }
}

fn scalar(format: ScalarFormat) -> &'static str {
    match format {
        ScalarFormat::Bool => "Bool",
        ScalarFormat::I32 | ScalarFormat::I64 | ScalarFormat::U64 | ScalarFormat::Integer => "Integer",
        ScalarFormat::Float | ScalarFormat::Number => "Number",
        ScalarFormat::Text => "Text",
        ScalarFormat::Decimal => "Decimal",
        ScalarFormat::Timestamp => "Timestamp",
        ScalarFormat::Date => "Date",
        ScalarFormat::Base64 => "Base64",
        ScalarFormat::Binary => "Bytes",
    }
}
