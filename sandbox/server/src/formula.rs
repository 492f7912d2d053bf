//! The rule language: CEL, with exact decimals. In: the text of an expression and the types of its variables. Out: a formula,
//! whose value can be computed. Never: a formula with a member, a type or a function that does not exist.

mod check;
mod counted;
mod functions;
mod parse;
#[cfg(test)]
mod tests;
mod types;
mod value;

use crate::budget::StepBudget;
use cel::{Context, IdedExpr};
pub(crate) use check::Scope;
use parse::LANGUAGE;
pub(crate) use parse::{Flaw, together};
use std::collections::BTreeSet;
use std::sync::Arc;
pub(crate) use types::Type;
pub(crate) use value::{Owned, json_of, list_of, map_of, of_moment, value_of};

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
        let references = expression.references();
        let names = scope.variables.iter().map(|(name, _)| name);
        let uses = names.filter(|name| references.has_variable(name)).cloned().collect();
        let mut expression = expression.clone();
        counted::counted(&mut expression);
        Ok(Self {
            expression,
            uses,
            of_schemas: of_schemas(text),
        })
    }

    /// Returns `true` if it may take resources of a schema from `resources`.
    pub(crate) fn takes(&self, schema: &str) -> bool {
        self.of_schemas.as_ref().is_none_or(|names| names.contains(schema))
    }

    /// The value, as JSON.
    pub(crate) fn value(&self, variables: Vec<(String, Owned)>) -> Result<serde_json::Value, String> {
        self.value_within(variables, &mut StepBudget::default())
    }

    /// The value, if its steps and its time are within a budget, from which they are taken.
    pub(crate) fn value_within(
        &self,
        variables: Vec<(String, Owned)>,
        budget: &mut StepBudget,
    ) -> Result<serde_json::Value, String> {
        let mut context = Context::with_env(Arc::clone(&LANGUAGE));
        for (name, value) in variables {
            context.add_variable_as_val(name, value);
        }
        budget.run(|| {
            let found = cel::Value::resolve_val(&self.expression, &context).map_err(|error| error.to_string())?;
            json_of(found.as_ref()).ok_or_else(|| "its value has no form in JSON".to_owned())
        })
    }
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
