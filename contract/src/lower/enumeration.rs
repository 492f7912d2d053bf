//! `enum` and `const`: open enumerations of literals.

use std::collections::{HashMap, HashSet};

use super::{context::Context, merge::Merged, provenance::mark_values};
use crate::{
    document::{self, JsonType},
    ir::{self, Scalar, Shape},
    limits,
    source::number,
};

/// Lists beside `enum` with a name for each value, as other tools write them.
const NAMES: [&str; 2] = ["x-enum-varnames", "x-enumNames"];

/// List beside `enum` with a description for each value.
const DESCRIPTIONS: &str = "x-enum-descriptions";

impl<'d> Context<'d, '_> {
    /// Returns the enumeration, or `None` if the literals do not make one.
    pub(super) fn enumeration(&mut self, merged: &Merged<'d>) -> Option<Shape> {
        let literals = merged.literals.as_ref()?;
        if literals.len() > limits::ENUM_VALUES {
            let span = merged.here.first().map(|schema| schema.span).unwrap_or_default();
            let help = "write a `pattern`, or return the list from an operation; in lenient mode any value of the type is accepted";
            let detail = format!(
                "{} values, but at most {} are generated",
                literals.len(),
                limits::ENUM_VALUES
            );
            self.unsupported(span, "an `enum` with too many values", &detail, help);
            return None;
        }
        let mut seen = HashSet::new();
        let mut values: Vec<ir::EnumValue> = Vec::new();
        let mut null = false;
        for literal in literals {
            // Lists and objects as values: the type alone describes them.
            match in_shortest_form(literal.scalar.as_ref()?) {
                Scalar::Null => null = true,
                value if fits(&value, merged) && seen.insert(value.clone()) => {
                    values.push(ir::EnumValue {
                        value,
                        name: None,
                        text: ir::Documentation::default(),
                    });
                }
                _ => {}
            }
        }
        if values.is_empty() {
            return null.then_some(Shape::Null);
        }
        let both = |value: bool| values.iter().any(|known| known.value == Scalar::Bool(value));
        if values.len() == 2 && both(true) && both(false) {
            return Some(Shape::Scalar(ir::ScalarFormat::Bool, merged.limits.clone()));
        }
        mark_values(merged, self.document, &mut values);
        self.beside_values(merged, &mut values);
        let words = ["x-problem-registry", "x-lifecycle", "x-sdk"].map(|name| merged.extension(name));
        self.taken.borrow_mut().extend(words.into_iter().flatten());
        let [problems, lifecycle, prefix] = words;
        let problems = problems.and_then(|node| self.registry(node, &values));
        let lifecycle = lifecycle.and_then(|node| self.lifecycle(node, &values));
        let variant_prefix = prefix.and_then(|node| self.variant_prefix(node, &values));
        Some(Shape::Enum(ir::EnumShape {
            values,
            allows_others: false,
            limits: ir::Constraints::default(),
            variant_prefix,
            lifecycle,
            problems,
        }))
    }

    /// Reads the names and descriptions of values from lists beside `enum`. A list of another length has no effect.
    fn beside_values(&mut self, merged: &Merged<'d>, values: &mut [ir::EnumValue]) {
        for word in NAMES.into_iter().chain([DESCRIPTIONS]) {
            let Some(node) = merged.extension(word) else { continue };
            let list = self.document.node(node);
            let Some(literals) = list.parent().and_then(|schema| schema.get("enum")) else {
                continue;
            };
            if list.items().count() != literals.items().count() {
                continue;
            }
            self.taken.borrow_mut().insert(node);
            let places = values.iter().enumerate();
            let places: HashMap<Scalar, usize> = places.map(|(at, value)| (value.value.clone(), at)).collect();
            for (literal, said) in literals.items().zip(list.items()) {
                let literal = literal.scalar().map(|scalar| in_shortest_form(&scalar));
                let place = literal.and_then(|literal| places.get(&literal).copied());
                let value = place.and_then(|place| values.get_mut(place));
                let Some((value, text)) = value.zip(said.as_str()) else {
                    continue;
                };
                if word == DESCRIPTIONS {
                    value.text.description = document::said(said).map(str::to_owned);
                } else if ir::EnumValue::is_name(text) {
                    value.name = Some(text.to_owned());
                }
            }
        }
    }
}

/// Returns the literal; an integer that is written as a fraction or with an exponent (`2.0`) as its digits.
fn in_shortest_form(scalar: &Scalar) -> Scalar {
    let whole = |text: &String| number::whole(text).and_then(|whole| i64::try_from(whole).ok());
    match scalar {
        Scalar::Number(text) => whole(text).map_or_else(|| scalar.clone(), |whole| Scalar::Number(whole.to_string())),
        _ => scalar.clone(),
    }
}

/// Returns true if the schema allows literals of this kind.
fn fits(value: &Scalar, merged: &Merged<'_>) -> bool {
    let types = merged.types;
    types.is_empty()
        || match value {
            Scalar::Null => true,
            Scalar::Bool(_) => types.contains(JsonType::Boolean),
            Scalar::Number(_) => types.contains(JsonType::Integer) || types.contains(JsonType::Number),
            Scalar::String(_) => types.contains(JsonType::String),
        }
}
