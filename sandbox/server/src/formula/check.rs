//! In: an expression of the rule language and the types of its variables. Out: the type of its value, or what is wrong with
//! it and where. Never: an evaluation.

use super::types::{CelType, ExpressionError, TEXT, decimal_hint};
use crate::contract::Contract;
use crate::pattern::matches;
use crate::suggestions::suggestion;
use cel::IdedExpr;
use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, LiteralValue, SelectExpr, operators as op};
use serde_json::Value;

/// The most members of a map that an expression makes, those of its members included.
const PARTS: usize = 1000;

/// The types of variables.
#[derive(Debug, Clone)]
pub(crate) struct Scope<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) variables: Vec<(String, CelType<'a>)>,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(contract: &'a Contract) -> Self {
        Self {
            contract,
            variables: Vec::new(),
        }
    }

    /// Adds a variable.
    pub(crate) fn add(&mut self, name: impl Into<String>, of: CelType<'a>) {
        self.variables.push((name.into(), of));
    }

    /// Adds a variable with values of a schema.
    pub(crate) fn add_schema(&mut self, name: impl Into<String>, schema: &'a Value) {
        self.add(name, CelType::from_schema(self.contract, schema));
    }

    /// The type of an expression's value.
    pub(crate) fn check(&mut self, expression: &IdedExpr) -> Result<CelType<'a>, ExpressionError> {
        let wrong = |why: String| ExpressionError { at: expression.id, why };
        match &expression.expr {
            Expr::Literal(literal) => match literal {
                LiteralValue::Boolean(_) => Ok(CelType::Bool),
                LiteralValue::Int(_) => Ok(CelType::Int),
                LiteralValue::String(text) => Ok(CelType::Text(Some(vec![text.inner().to_owned()]))),
                LiteralValue::Null => Ok(CelType::Null),
                LiteralValue::Double(_) => Err(wrong(
                    "a float is not exact; write `decimal('0.1')` for a number with a fraction".to_owned(),
                )),
                LiteralValue::Bytes(_) | LiteralValue::UInt(_) => {
                    Err(wrong("a rule has no bytes and no unsigned numbers".to_owned()))
                }
            },
            Expr::Ident(name) => {
                let mut known = self.variables.iter().rev();
                let found = known.find(|(known, _)| known == name).map(|(_, of)| of.clone());
                found.ok_or_else(|| {
                    let names = self.variables.iter().map(|(name, _)| name.as_str());
                    wrong(format!("`{name}` is not known here{}", suggestion(name, names)))
                })
            }
            Expr::Select(select) => self.member(expression.id, select),
            Expr::Call(call) => self.call(expression.id, call),
            Expr::List(list) => {
                let mut item = CelType::Null;
                for element in &list.elements {
                    item = item.join(self.check(element)?);
                }
                let item = if list.elements.is_empty() { CelType::Any } else { item };
                Ok(CelType::List(Box::new(item)))
            }
            Expr::Map(map) => self.map(
                expression.id,
                &map.entries.iter().map(|entry| &entry.expr).collect::<Vec<_>>(),
            ),
            Expr::Comprehension(loops) => self.comprehension(loops),
            Expr::Struct(_) | Expr::Unspecified => Err(wrong("a rule makes no messages".to_owned())),
        }
    }

    fn map(&mut self, at: u64, entries: &[&EntryExpr]) -> Result<CelType<'a>, ExpressionError> {
        let mut members = Vec::new();
        for entry in entries {
            let EntryExpr::MapEntry(entry) = entry else {
                return Err(ExpressionError {
                    at,
                    why: "a rule makes no messages".to_owned(),
                });
            };
            let Expr::Literal(LiteralValue::String(name)) = &entry.key.expr else {
                return Err(ExpressionError {
                    at: entry.key.id,
                    why: "the key of a map is a text".to_owned(),
                });
            };
            members.push((name.inner().to_owned(), self.check(&entry.value)?));
        }
        let made = CelType::Members(members);
        if made.parts() > PARTS {
            let why = format!("the map has more than {PARTS} members, those of its members included");
            return Err(ExpressionError { at, why });
        }
        Ok(made)
    }

    fn member(&mut self, at: u64, select: &SelectExpr) -> Result<CelType<'a>, ExpressionError> {
        let of = self.check(&select.operand)?;
        let field = select.field.as_str();
        let found = match &of {
            CelType::Any => Ok(CelType::Any),
            CelType::Map(value) => Ok((**value).clone()),
            CelType::Object(schema) => {
                let found = self.contract.all_of(schema, field).into_iter();
                let found = found
                    .map(|schema| CelType::from_schema(self.contract, schema))
                    .reduce(CelType::join);
                let members = self.contract.properties(schema).into_iter();
                found.ok_or_else(|| members.map(|(name, _)| name.to_owned()).collect())
            }
            CelType::Members(members) => {
                let found = members.iter().find(|(name, _)| name == field);
                let names = || members.iter().map(|(name, _)| name.clone()).collect();
                found.map(|(_, of)| of.clone()).ok_or_else(names)
            }
            other => {
                return Err(ExpressionError {
                    at,
                    why: format!("{other} has no members such as `{field}`"),
                });
            }
        };
        let found = found.map_err(|names: Vec<String>| ExpressionError {
            at,
            why: format!(
                "{} has no member `{field}`{}",
                owner(&select.operand, &of),
                suggestion(field, names.iter().map(String::as_str))
            ),
        })?;
        if found == CelType::Number && !select.test {
            let why = format!(
                "`{field}` is a JSON number, which is read as a float; rules compute with texts of `format: decimal` and with integers"
            );
            return Err(ExpressionError { at, why });
        }
        Ok(if select.test { CelType::Bool } else { found })
    }

    fn call(&mut self, at: u64, call: &CallExpr) -> Result<CelType<'a>, ExpressionError> {
        let name = call.func_name.as_str();
        let mut given = Vec::new();
        for argument in call.target.as_deref().into_iter().chain(&call.args) {
            given.push(self.check(argument)?);
        }
        let fail = |why: String| Err(ExpressionError { at, why });
        match (name, given.as_slice()) {
            (op::LOGICAL_AND | op::LOGICAL_OR | op::LOGICAL_NOT | op::NOT_STRICTLY_FALSE, all) => {
                match all.iter().find(|one| !matches!(one, CelType::Bool | CelType::Any)) {
                    Some(one) => fail(format!("`&&`, `||` and `!` need bool, this is {one}")),
                    None => Ok(CelType::Bool),
                }
            }
            (op::CONDITIONAL, [CelType::Bool | CelType::Any, one, two]) if one.alike(two) => {
                Ok(one.clone().join(two.clone()))
            }
            (op::CONDITIONAL, _) => fail("`? :` needs a bool and two values of one type".to_owned()),
            (op::EQUALS | op::NOT_EQUALS, [one, two]) => match one.never_equal(two) {
                Some(why) => fail(why),
                None => Ok(CelType::Bool),
            },
            (op::LESS | op::LESS_EQUALS | op::GREATER | op::GREATER_EQUALS, [one, two]) => {
                let ordered = |of: &CelType<'_>| {
                    matches!(
                        of,
                        CelType::Any | CelType::Int | CelType::Decimal | CelType::Text(_) | CelType::Instant | CelType::Span
                    )
                };
                if one.alike(two) && ordered(one) && ordered(two) {
                    Ok(CelType::Bool)
                } else {
                    fail(format!("{one} and {two} cannot be compared{}", decimal_hint(one, two)))
                }
            }
            (op::IN, [one, CelType::List(item)]) => {
                let is_written = matches!(call.args.last().map(|list| &list.expr), Some(Expr::List(_)));
                let beyond = is_written.then(|| item.beyond(one)).flatten();
                match beyond.or_else(|| one.never_equal(item)) {
                    Some(why) => fail(why),
                    None => Ok(CelType::Bool),
                }
            }
            (op::IN, [_, CelType::Any | CelType::Map(_) | CelType::Members(_)]) => Ok(CelType::Bool),
            (op::INDEX, [CelType::List(item), CelType::Int | CelType::Any]) => Ok((**item).clone()),
            (op::INDEX, [CelType::Map(value), CelType::Text(_) | CelType::Any]) => Ok((**value).clone()),
            (op::INDEX, [CelType::Members(members), CelType::Text(_) | CelType::Any]) => Ok(members
                .iter()
                .map(|(_, of)| of.clone())
                .reduce(CelType::join)
                .unwrap_or(CelType::Any)),
            (op::INDEX, [CelType::Any, _]) => Ok(CelType::Any),
            (op::NEGATE, [one @ (CelType::Int | CelType::Decimal | CelType::Any)]) => Ok(one.clone()),
            (op::ADD | op::SUBSTRACT | op::MULTIPLY, [one, two]) => match arithmetic(name, one, two) {
                Some(of) => Ok(of),
                None => fail(format!("`{name}` has no meaning for {one} and {two}").replace('_', "")),
            },
            (op::DIVIDE | op::MODULO, [CelType::Int, CelType::Int]) => Ok(CelType::Int),
            (op::DIVIDE, _) => {
                fail("`/` does not divide decimals, since the result may have no end; write `divide(x, y, 10)` for ten digits".to_owned())
            }
            ("size", [CelType::Text(_) | CelType::List(_) | CelType::Map(_) | CelType::Any]) => Ok(CelType::Int),
            ("string", [CelType::Text(_) | CelType::Int | CelType::Bool | CelType::Decimal | CelType::Any]) => Ok(TEXT),
            ("matches", [_, pattern]) => match unreadable(pattern) {
                Some(why) => fail(why),
                None => function(at, name, &given),
            },
            ("sum", [CelType::List(item)]) if item.alike(&CelType::Decimal) => Ok(CelType::Decimal),
            ("accounts", [CelType::Ledger, CelType::Text(_) | CelType::Any]) => Ok(CelType::List(Box::new(CelType::Members(vec![
                ("account".to_owned(), TEXT),
                ("unit".to_owned(), TEXT),
                ("amount".to_owned(), CelType::Decimal),
            ])))),
            _ => function(at, name, &given),
        }
    }

    /// The macros `all`, `exists`, `map` and `filter`.
    fn comprehension(&mut self, loops: &ComprehensionExpr) -> Result<CelType<'a>, ExpressionError> {
        let item = match self.check(&loops.iter_range)? {
            CelType::List(item) => *item,
            CelType::Any => CelType::Any,
            CelType::Map(_) | CelType::Object(_) | CelType::Members(_) => TEXT,
            other => {
                return Err(ExpressionError {
                    at: loops.iter_range.id,
                    why: format!("{other} has no elements"),
                });
            }
        };
        let first = self.check(&loops.accu_init)?;
        let before = self.variables.len();
        self.variables.push((loops.iter_var.clone(), item));
        self.variables.push((loops.accu_var.clone(), first));
        let result = self
            .check(&loops.loop_cond)
            .and_then(|_| self.check(&loops.loop_step))
            .and_then(|step| {
                self.variables.push((loops.accu_var.clone(), step));
                self.check(&loops.result)
            });
        self.variables.truncate(before);
        result
    }
}

/// The name of what has no such member: its schema, or the expression itself.
fn owner(operand: &IdedExpr, of: &CelType<'_>) -> String {
    let of_schema = match of {
        CelType::Object(schema) => Contract::component(schema),
        _ => None,
    };
    of_schema.unwrap_or_else(|| match &operand.expr {
        Expr::Ident(name) => format!("`{name}`"),
        Expr::Select(select) => format!("`{}`", select.field),
        _ => "it".to_owned(),
    })
}

fn arithmetic<'a>(name: &str, one: &CelType<'a>, two: &CelType<'a>) -> Option<CelType<'a>> {
    let adds = name == op::ADD;
    Some(match (one, two) {
        (CelType::Decimal, CelType::Decimal) => CelType::Decimal,
        (CelType::Int, CelType::Int) => CelType::Int,
        (CelType::Any, _) | (_, CelType::Any) => CelType::Any,
        (CelType::Text(_), CelType::Text(_)) if adds => TEXT,
        (CelType::List(_), CelType::List(_)) if adds => one.clone().join(two.clone()),
        (CelType::Instant, CelType::Span) if name != op::MULTIPLY => CelType::Instant,
        (CelType::Span, CelType::Instant) if adds => CelType::Instant,
        (CelType::Instant, CelType::Instant) if name == op::SUBSTRACT => CelType::Span,
        (CelType::Span, CelType::Span) if name != op::MULTIPLY => CelType::Span,
        _ => return None,
    })
}

// Functions: their names, and the types of their arguments and values.

/// A function: its name, the types of its arguments and of its value.
type RuleFunction = (&'static str, &'static [CelType<'static>], CelType<'static>);

const FUNCTIONS: &[RuleFunction] = &[
    ("decimal", &[TEXT], CelType::Decimal),
    ("round", &[CelType::Decimal, CelType::Int], CelType::Decimal),
    ("floor", &[CelType::Decimal, CelType::Int], CelType::Decimal),
    ("ceil", &[CelType::Decimal, CelType::Int], CelType::Decimal),
    (
        "divide",
        &[CelType::Decimal, CelType::Decimal, CelType::Int],
        CelType::Decimal,
    ),
    ("balance", &[CelType::Ledger, TEXT, TEXT], CelType::Decimal),
    ("timestamp", &[TEXT], CelType::Instant),
    ("duration", &[TEXT], CelType::Span),
    ("startsWith", &[TEXT, TEXT], CelType::Bool),
    ("endsWith", &[TEXT, TEXT], CelType::Bool),
    ("contains", &[TEXT, TEXT], CelType::Bool),
    ("matches", &[TEXT, TEXT], CelType::Bool),
    ("substring", &[TEXT, CelType::Int, CelType::Int], TEXT),
    ("isIban", &[TEXT], CelType::Bool),
    ("isCountry", &[TEXT], CelType::Bool),
    ("isEip55", &[TEXT], CelType::Bool),
    ("isBase58Check", &[TEXT], CelType::Bool),
    ("isSegwit", &[TEXT], CelType::Bool),
    ("base58Check", &[CelType::Int, TEXT], TEXT),
    ("segwit", &[TEXT, TEXT], TEXT),
    ("iban", &[TEXT, TEXT], TEXT),
    ("date", &[TEXT], CelType::Instant),
    ("years", &[CelType::Instant, CelType::Instant], CelType::Int),
    ("sha256", &[TEXT], TEXT),
    ("uuid", &[TEXT], TEXT),
    ("token", &[TEXT, TEXT, CelType::Int], TEXT),
];

/// Tells of a pattern that is not written in the rule, or that cannot be read.
pub(super) fn unreadable(pattern: &CelType<'_>) -> Option<String> {
    let CelType::Text(Some(patterns)) = pattern else {
        return Some("`matches` takes a pattern that is written in the rule".to_owned());
    };
    let wrong = patterns.iter().find(|one| matches(one, "").is_none())?;
    Some(format!("the pattern `{wrong}` cannot be read"))
}

pub(super) fn function<'a>(at: u64, name: &str, given: &[CelType<'a>]) -> Result<CelType<'a>, ExpressionError> {
    let Some((_, wanted, value)) = FUNCTIONS.iter().find(|(known, ..)| *known == name) else {
        let mut names: Vec<&str> = FUNCTIONS.iter().map(|(name, ..)| *name).collect();
        names.extend([
            "size",
            "string",
            "sum",
            "accounts",
            "has",
            "all",
            "exists",
            "exists_one",
            "map",
            "filter",
        ]);
        let why = if name.starts_with(|letter: char| letter.is_alphabetic()) {
            format!("no function `{name}`{}", suggestion(name, names))
        } else {
            let given: Vec<String> = given.iter().map(ToString::to_string).collect();
            format!(
                "`{}` has no meaning for {}",
                name.replace(['_', '@'], ""),
                given.join(" and ")
            )
        };
        return Err(ExpressionError { at, why });
    };
    let fits = wanted.len() == given.len() && wanted.iter().zip(given).all(|(wanted, given)| wanted.alike(given));
    if !fits {
        let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        let given: Vec<String> = given.iter().map(ToString::to_string).collect();
        let why = format!("`{name}` takes {}, not {}", wanted.join(" and "), given.join(" and "));
        return Err(ExpressionError { at, why });
    }
    Ok(value.clone())
}
