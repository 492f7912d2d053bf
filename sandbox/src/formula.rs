//! The rule language: CEL, with exact decimals. In: the text of an expression and the types of its variables. Out: a formula,
//! whose value can be computed. Never: a formula with a member, a type or a function that does not exist.

#[cfg(test)]
mod tests;
mod types;
mod value;

use crate::decimal::{Decimal, decimal, round, string, sum};
use crate::ledger::{Balances, accounts, balance};
use cel::common::ast::{EntryExpr, Expr, SourceInfo};
use cel::common::types::{CelInt, CelList, CelString};
use cel::{Context, Env, IdedExpr, ParseErrors};
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

pub(crate) use types::{Scope, Type};
pub(crate) use value::{Owned, json_of, list_of, map_of, of as value_of, of_moment};

/// The deepest nesting of an expression, its longest text, and what parsing it may take of the stack.
const DEEPEST: usize = 40;
const LONGEST: usize = 1000;
const STACK: usize = 64 << 20;

/// The functions of the standard and ours.
static LANGUAGE: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib();
    let added = [
        cel::add_overload!(env, fn decimal: (CelString) -> Result<Decimal>),
        cel::add_overload!(env, fn string: (Decimal) -> CelString<'static>),
        cel::add_overload!(env, fn round: (Decimal, CelInt) -> Result<Decimal>),
        cel::add_overload!(env, fn sum: (CelList) -> Result<Decimal>),
        cel::add_member_overload!(env, fn balance: (Balances, CelString, CelString) -> Decimal),
        cel::add_member_overload!(env, fn accounts: (Balances, CelString) -> CelList),
    ];
    debug_assert!(added.iter().all(Result::is_ok), "{added:?}");
    Arc::new(env)
});

/// A compiled expression.
#[derive(Debug)]
pub(crate) struct Formula {
    expression: IdedExpr,
    /// The variables that it names.
    pub(crate) uses: Vec<String>,
    /// The schemas of which it takes resources from `resources`; `None`: of all.
    of_schemas: Option<BTreeSet<String>>,
}

/// Something wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flaw {
    pub(crate) why: String,
    /// The number of characters before its place, spaces not counted.
    pub(crate) behind: Option<usize>,
}

impl Flaw {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        let why = why.into();
        Self { why, behind: None }
    }

    fn at(text: &str, start: u32, why: String) -> Self {
        let before = text.chars().take(start as usize);
        let behind = Some(before.filter(|letter| !letter.is_whitespace()).count());
        Self { why, behind }
    }
}

impl Formula {
    /// Compiles an expression whose value is of a type; `Any` allows all.
    pub(crate) fn compile(text: &str, scope: &mut Scope<'_>, wanted: &Type<'_>) -> Result<Self, Flaw> {
        if text.len() > LONGEST {
            return Err(Flaw::new(format!("it is longer than {LONGEST} bytes")));
        }
        let (expression, places) = parsed(text)?;
        let found = scope.check(&expression).map_err(|wrong| {
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
        let mut context = Context::with_env(Arc::clone(&LANGUAGE));
        for (name, value) in variables {
            context.add_variable_as_val(name, value);
        }
        let found = cel::Value::resolve_val(&self.expression, &context).map_err(|error| error.to_string())?;
        json_of(found.as_ref()).ok_or_else(|| "its value has no form in JSON".to_owned())
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

/// Parses on a stack of its own: the parser calls itself for each level and each operator.
fn parsed(text: &str) -> Result<(IdedExpr, SourceInfo), Flaw> {
    let told = |errors: ParseErrors| {
        let first = errors.errors.first().map_or((1, 1), |error| error.pos);
        let lines = errors.errors.iter().map(|error| error.msg.as_str());
        let why = format!("it is no expression: {}", lines.collect::<Vec<_>>().join("; "));
        Flaw::at(text, offset(text, first), why)
    };
    let parse = || {
        let (expression, places) = LANGUAGE.parser().parse_with_source_info(text).map_err(told)?;
        match levels(&expression) {
            0..=DEEPEST => Ok((expression, places)),
            levels => {
                let why = format!("it is nested {levels} levels deep, and {DEEPEST} are allowed");
                Err(Flaw::new(why))
            }
        }
    };
    std::thread::scope(|threads| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(threads, parse);
        let thread = thread.map_err(|error| Flaw::new(error.to_string()))?;
        thread.join().unwrap_or_else(|_| Err(Flaw::new("the parser gave up")))
    })
}

/// The number of characters before a line and a column.
fn offset(text: &str, (line, column): (isize, isize)) -> u32 {
    let (line, column) = (usize::try_from(line).unwrap_or(1), usize::try_from(column).unwrap_or(1));
    let lines = text.split_inclusive('\n').take(line.saturating_sub(1));
    let before: usize = lines.map(|line| line.chars().count()).sum();
    u32::try_from(before + column.saturating_sub(1)).unwrap_or(0)
}

/// The levels of an expression.
fn levels(expression: &IdedExpr) -> usize {
    let of_entry = |entry: &EntryExpr| match entry {
        EntryExpr::MapEntry(entry) => levels(&entry.key).max(levels(&entry.value)),
        EntryExpr::StructField(field) => levels(&field.value),
    };
    let deepest = |parts: &[IdedExpr]| parts.iter().map(levels).max().unwrap_or(0);
    let below = match &expression.expr {
        Expr::Call(call) => deepest(&call.args).max(call.target.as_deref().map_or(0, levels)),
        Expr::Select(select) => levels(&select.operand),
        Expr::List(list) => deepest(&list.elements),
        Expr::Map(map) => map.entries.iter().map(|entry| of_entry(&entry.expr)).max().unwrap_or(0),
        Expr::Struct(made) => made
            .entries
            .iter()
            .map(|entry| of_entry(&entry.expr))
            .max()
            .unwrap_or(0),
        Expr::Comprehension(loops) => {
            let parts = [
                &loops.iter_range,
                &loops.accu_init,
                &loops.loop_cond,
                &loops.loop_step,
                &loops.result,
            ];
            parts.into_iter().map(levels).max().unwrap_or(0)
        }
        Expr::Ident(_) | Expr::Literal(_) | Expr::Unspecified => 0,
    };
    below + 1
}
