//! The rule language: CEL, with exact decimals. In: the text of an expression and the types of its variables. Out: a formula,
//! whose value can be computed. Never: a formula with a member, a type or a function that does not exist.

mod check;
mod cost;
mod functions;
mod parse;
mod shape;
#[cfg(test)]
mod tests;
mod types;
mod value;

use crate::decimal::thousands;
use cel::{Context, IdedExpr};
pub(crate) use check::Scope;
use cost::Estimator;
pub(crate) use cost::LIMIT;
use parse::LANGUAGE;
pub(crate) use parse::{Flaw, together};
use shape::Shape;
use std::collections::BTreeSet;
use std::sync::Arc;
pub(crate) use types::Type;
pub(crate) use value::{Owned, json_of, list_of, map_of, of as value_of, of_moment};

/// The longest text of an expression.
const LONGEST: usize = 4000;

/// A compiled expression.
#[derive(Debug)]
pub(crate) struct Formula {
    expression: IdedExpr,
    /// The variables that it names.
    pub(crate) uses: Vec<String>,
    /// The schemas of which it takes resources from `resources`; `None`: of all.
    of_schemas: Option<BTreeSet<String>>,
    /// The estimated cost of an evaluation.
    pub(crate) cost: u64,
    /// `true` if an evaluation can cost more, with larger values than were assumed.
    grows: bool,
}

impl Formula {
    /// Compiles an expression whose value is of a type; `Any` allows all.
    pub(crate) fn compile(text: &str, scope: &mut Scope<'_>, wanted: &Type<'_>) -> Result<Self, Flaw> {
        if text.len() > LONGEST {
            return Err(Flaw::new(format!("it is longer than {LONGEST} bytes")));
        }
        let tree = parse::parsed(text)?;
        let (expression, places) = &*tree;
        let found = scope.check(expression).map_err(|wrong| {
            let start = places.offset_for(wrong.at).map_or(0, |(start, _)| start);
            Flaw::at(text, start, wrong.why)
        })?;
        if !found.alike(wanted) {
            return Err(Flaw::new(format!("its value is {found}, and {wanted} is needed")));
        }
        if let Some(other) = found.beyond(wanted) {
            return Err(Flaw::new(other));
        }
        let cost = Self::estimated(text, &tree, scope)?;
        let references = expression.references();
        let names = scope.variables.iter().map(|(name, _)| name);
        let uses = names.filter(|name| references.has_variable(name)).cloned().collect();
        Ok(Self {
            expression: expression.clone(),
            uses,
            of_schemas: of_schemas(text),
            cost,
            grows: cost::grows(expression),
        })
    }

    /// The estimated cost of an evaluation, or why the expression is too expensive.
    fn estimated(text: &str, (expression, places): &parse::Tree, scope: &Scope<'_>) -> Result<u64, Flaw> {
        let mut estimator = Estimator::of_contract(scope.contract, limits(scope));
        let cost = estimator.cost(expression);
        if cost <= LIMIT {
            return Ok(cost);
        }
        let (at, reason) = match estimator.unlimited {
            Some(list) => (
                list.at,
                format!(
                    "{} has no limit, and {} items are assumed; give it a `maxItems`, or compute less for each item",
                    list.name,
                    shape::ITEMS
                ),
            ),
            None => (
                estimator.outermost.unwrap_or(expression.id),
                "lower `maxItems` and `maxLength` of what it goes through, or compute less for each item".to_owned(),
            ),
        };
        let start = places.offset_for(at).map_or(0, |(start, _)| start);
        let why = format!(
            "its estimated cost is {}, and {} is allowed: {reason}",
            thousands(&cost.to_string()),
            thousands(&LIMIT.to_string())
        );
        Err(Flaw::at(text, start, why))
    }

    /// Returns `true` if it may take resources of a schema from `resources`.
    pub(crate) fn takes(&self, schema: &str) -> bool {
        self.of_schemas.as_ref().is_none_or(|names| names.contains(schema))
    }

    /// The value, as JSON.
    pub(crate) fn value(&self, variables: Vec<(String, Owned)>) -> Result<serde_json::Value, String> {
        self.value_within(variables, &mut LIMIT.clone())
    }

    /// The value, if its cost is not above what is left. The cost is taken from it; of one that is above, everything.
    pub(crate) fn value_within(
        &self,
        variables: Vec<(String, Owned)>,
        left: &mut u64,
    ) -> Result<serde_json::Value, String> {
        let mut context = Context::with_env(Arc::clone(&LANGUAGE));
        let (mut shapes, mut size) = (Vec::new(), 0);
        for (name, value) in variables {
            size += shape::size(value.as_ref());
            if self.grows {
                shapes.push((name.clone(), Shape::of_value(value.as_ref())));
            }
            context.add_variable_as_val(name, value);
        }
        let cost = if self.grows {
            Estimator::of_values(shapes, &context).cost(&self.expression)
        } else {
            self.cost
        };
        let cost = cost.saturating_add(size);
        let had = std::mem::take(left);
        *left = had.checked_sub(cost).ok_or_else(|| {
            let (cost, had) = (thousands(&cost.to_string()), thousands(&had.to_string()));
            format!("its estimated cost with these values is {cost}, and {had} is allowed")
        })?;
        let found = cel::Value::resolve_val(&self.expression, &context).map_err(|error| error.to_string())?;
        json_of(found.as_ref()).ok_or_else(|| "its value has no form in JSON".to_owned())
    }
}

/// The largest sizes of the variables of a scope.
fn limits<'a>(scope: &Scope<'a>) -> Vec<(String, Shape<'a>)> {
    let limits = scope.variables.iter().map(|(name, of)| {
        let schema = scope.schemas.iter().find(|(known, _)| known == name);
        let shape = schema.map_or_else(|| Shape::of_type(of), |(_, schema)| Shape::of_schema(schema));
        (name.clone(), shape)
    });
    limits.collect()
}

/// Returns the names behind each `resources.`; `None` if `resources` is used in another way. A name within a text is one
/// too many at most.
fn of_schemas(text: &str) -> Option<BTreeSet<String>> {
    let is_end = |c: char| !c.is_alphanumeric() && c != '_';
    let uses = text.split("resources").skip(1).map(|rest| {
        let name = rest.trim_start().strip_prefix('.')?.trim_start();
        name.split(is_end).next().map(str::to_owned)
    });
    uses.collect()
}
