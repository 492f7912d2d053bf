//! In: an expression of the rule language and the types of its variables. Out: the type of its value, or what is wrong with
//! it and where. Never: an evaluation.

use super::types::{ExpressionError, TEXT, Type, decimal_hint};
use crate::contract::Contract;
use crate::error::suggestion;
use crate::pattern::matches;
use cel::IdedExpr;
use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, LiteralValue, SelectExpr, operators as op};
use serde_json::Value;

/// The most members of a map that an expression makes, those of its members included.
const PARTS: usize = 1000;

/// The types of variables.
#[derive(Debug, Clone)]
pub(crate) struct Scope<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) variables: Vec<(String, Type<'a>)>,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(contract: &'a Contract) -> Self {
        Self {
            contract,
            variables: Vec::new(),
        }
    }

    /// Adds a variable.
    pub(crate) fn add(&mut self, name: impl Into<String>, of: Type<'a>) {
        self.variables.push((name.into(), of));
    }

    /// Adds a variable with values of a schema.
    pub(crate) fn add_schema(&mut self, name: impl Into<String>, schema: &'a Value) {
        self.add(name, Type::from_schema(self.contract, schema));
    }

    /// The type of an expression's value.
    pub(crate) fn check(&mut self, expression: &IdedExpr) -> Result<Type<'a>, ExpressionError> {
        let wrong = |why: String| ExpressionError { at: expression.id, why };
        match &expression.expr {
            Expr::Literal(literal) => match literal {
                LiteralValue::Boolean(_) => Ok(Type::Bool),
                LiteralValue::Int(_) => Ok(Type::Int),
                LiteralValue::String(text) => Ok(Type::Text(Some(vec![text.inner().to_owned()]))),
                LiteralValue::Null => Ok(Type::Null),
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
                let mut item = Type::Null;
                for element in &list.elements {
                    item = item.join(self.check(element)?);
                }
                let item = if list.elements.is_empty() { Type::Any } else { item };
                Ok(Type::List(Box::new(item)))
            }
            Expr::Map(map) => self.map(
                expression.id,
                &map.entries.iter().map(|entry| &entry.expr).collect::<Vec<_>>(),
            ),
            Expr::Comprehension(loops) => self.comprehension(loops),
            Expr::Struct(_) | Expr::Unspecified => Err(wrong("a rule makes no messages".to_owned())),
        }
    }

    fn map(&mut self, at: u64, entries: &[&EntryExpr]) -> Result<Type<'a>, ExpressionError> {
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
        let made = Type::Members(members);
        if made.parts() > PARTS {
            let why = format!("the map has more than {PARTS} members, those of its members included");
            return Err(ExpressionError { at, why });
        }
        Ok(made)
    }

    fn member(&mut self, at: u64, select: &SelectExpr) -> Result<Type<'a>, ExpressionError> {
        let of = self.check(&select.operand)?;
        let field = select.field.as_str();
        let found = match &of {
            Type::Any => Ok(Type::Any),
            Type::Map(value) => Ok((**value).clone()),
            Type::Object(schema) => {
                let found = self.contract.all_of(schema, field).into_iter();
                let found = found
                    .map(|schema| Type::from_schema(self.contract, schema))
                    .reduce(Type::join);
                let members = self.contract.properties(schema).into_iter();
                found.ok_or_else(|| members.map(|(name, _)| name.to_owned()).collect())
            }
            Type::Members(members) => {
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
        if found == Type::Number && !select.test {
            let why = format!(
                "`{field}` is a JSON number, which is read as a float; rules compute with texts of `format: decimal` and with integers"
            );
            return Err(ExpressionError { at, why });
        }
        Ok(if select.test { Type::Bool } else { found })
    }

    fn call(&mut self, at: u64, call: &CallExpr) -> Result<Type<'a>, ExpressionError> {
        let name = call.func_name.as_str();
        let mut given = Vec::new();
        for argument in call.target.as_deref().into_iter().chain(&call.args) {
            given.push(self.check(argument)?);
        }
        let fail = |why: String| Err(ExpressionError { at, why });
        match (name, given.as_slice()) {
            (op::LOGICAL_AND | op::LOGICAL_OR | op::LOGICAL_NOT | op::NOT_STRICTLY_FALSE, all) => {
                match all.iter().find(|one| !matches!(one, Type::Bool | Type::Any)) {
                    Some(one) => fail(format!("`&&`, `||` and `!` need bool, this is {one}")),
                    None => Ok(Type::Bool),
                }
            }
            (op::CONDITIONAL, [Type::Bool | Type::Any, one, two]) if one.alike(two) => {
                Ok(one.clone().join(two.clone()))
            }
            (op::CONDITIONAL, _) => fail("`? :` needs a bool and two values of one type".to_owned()),
            (op::EQUALS | op::NOT_EQUALS, [one, two]) => match one.never_equal(two) {
                Some(why) => fail(why),
                None => Ok(Type::Bool),
            },
            (op::LESS | op::LESS_EQUALS | op::GREATER | op::GREATER_EQUALS, [one, two]) => {
                let ordered = |of: &Type<'_>| {
                    matches!(
                        of,
                        Type::Any | Type::Int | Type::Decimal | Type::Text(_) | Type::Instant | Type::Span
                    )
                };
                if one.alike(two) && ordered(one) && ordered(two) {
                    Ok(Type::Bool)
                } else {
                    fail(format!("{one} and {two} cannot be compared{}", decimal_hint(one, two)))
                }
            }
            (op::IN, [one, Type::List(item)]) => {
                let is_written = matches!(call.args.last().map(|list| &list.expr), Some(Expr::List(_)));
                let beyond = is_written.then(|| item.beyond(one)).flatten();
                match beyond.or_else(|| one.never_equal(item)) {
                    Some(why) => fail(why),
                    None => Ok(Type::Bool),
                }
            }
            (op::IN, [_, Type::Any | Type::Map(_) | Type::Members(_)]) => Ok(Type::Bool),
            (op::INDEX, [Type::List(item), Type::Int | Type::Any]) => Ok((**item).clone()),
            (op::INDEX, [Type::Map(value), Type::Text(_) | Type::Any]) => Ok((**value).clone()),
            (op::INDEX, [Type::Members(members), Type::Text(_) | Type::Any]) => Ok(members
                .iter()
                .map(|(_, of)| of.clone())
                .reduce(Type::join)
                .unwrap_or(Type::Any)),
            (op::INDEX, [Type::Any, _]) => Ok(Type::Any),
            (op::NEGATE, [one @ (Type::Int | Type::Decimal | Type::Any)]) => Ok(one.clone()),
            (op::ADD | op::SUBSTRACT | op::MULTIPLY, [one, two]) => match arithmetic(name, one, two) {
                Some(of) => Ok(of),
                None => fail(format!("`{name}` has no meaning for {one} and {two}").replace('_', "")),
            },
            (op::DIVIDE | op::MODULO, [Type::Int, Type::Int]) => Ok(Type::Int),
            (op::DIVIDE, _) => {
                fail("`/` does not divide decimals, since the result may have no end; write `divide(x, y, 10)` for ten digits".to_owned())
            }
            ("size", [Type::Text(_) | Type::List(_) | Type::Map(_) | Type::Any]) => Ok(Type::Int),
            ("string", [Type::Text(_) | Type::Int | Type::Bool | Type::Decimal | Type::Any]) => Ok(TEXT),
            ("matches", [_, pattern]) => match unreadable(pattern) {
                Some(why) => fail(why),
                None => function(at, name, &given),
            },
            ("sum", [Type::List(item)]) if item.alike(&Type::Decimal) => Ok(Type::Decimal),
            ("accounts", [Type::Ledger, Type::Text(_) | Type::Any]) => Ok(Type::List(Box::new(Type::Members(vec![
                ("account".to_owned(), TEXT),
                ("unit".to_owned(), TEXT),
                ("amount".to_owned(), Type::Decimal),
            ])))),
            _ => function(at, name, &given),
        }
    }

    /// The macros `all`, `exists`, `map` and `filter`.
    fn comprehension(&mut self, loops: &ComprehensionExpr) -> Result<Type<'a>, ExpressionError> {
        let item = match self.check(&loops.iter_range)? {
            Type::List(item) => *item,
            Type::Any => Type::Any,
            Type::Map(_) | Type::Object(_) | Type::Members(_) => TEXT,
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
fn owner(operand: &IdedExpr, of: &Type<'_>) -> String {
    let of_schema = match of {
        Type::Object(schema) => Contract::component(schema),
        _ => None,
    };
    of_schema.unwrap_or_else(|| match &operand.expr {
        Expr::Ident(name) => format!("`{name}`"),
        Expr::Select(select) => format!("`{}`", select.field),
        _ => "it".to_owned(),
    })
}

fn arithmetic<'a>(name: &str, one: &Type<'a>, two: &Type<'a>) -> Option<Type<'a>> {
    let adds = name == op::ADD;
    Some(match (one, two) {
        (Type::Decimal, Type::Decimal) => Type::Decimal,
        (Type::Int, Type::Int) => Type::Int,
        (Type::Any, _) | (_, Type::Any) => Type::Any,
        (Type::Text(_), Type::Text(_)) if adds => TEXT,
        (Type::List(_), Type::List(_)) if adds => one.clone().join(two.clone()),
        (Type::Instant, Type::Span) if name != op::MULTIPLY => Type::Instant,
        (Type::Span, Type::Instant) if adds => Type::Instant,
        (Type::Instant, Type::Instant) if name == op::SUBSTRACT => Type::Span,
        (Type::Span, Type::Span) if name != op::MULTIPLY => Type::Span,
        _ => return None,
    })
}

// Functions: their names, and the types of their arguments and values.

/// A function: its name, the types of its arguments and of its value.
type RuleFunction = (&'static str, &'static [Type<'static>], Type<'static>);

const FUNCTIONS: &[RuleFunction] = &[
    ("decimal", &[TEXT], Type::Decimal),
    ("round", &[Type::Decimal, Type::Int], Type::Decimal),
    ("floor", &[Type::Decimal, Type::Int], Type::Decimal),
    ("ceil", &[Type::Decimal, Type::Int], Type::Decimal),
    ("divide", &[Type::Decimal, Type::Decimal, Type::Int], Type::Decimal),
    ("balance", &[Type::Ledger, TEXT, TEXT], Type::Decimal),
    ("timestamp", &[TEXT], Type::Instant),
    ("duration", &[TEXT], Type::Span),
    ("startsWith", &[TEXT, TEXT], Type::Bool),
    ("endsWith", &[TEXT, TEXT], Type::Bool),
    ("contains", &[TEXT, TEXT], Type::Bool),
    ("matches", &[TEXT, TEXT], Type::Bool),
    ("substring", &[TEXT, Type::Int, Type::Int], TEXT),
    ("isIban", &[TEXT], Type::Bool),
    ("isCountry", &[TEXT], Type::Bool),
    ("isEip55", &[TEXT], Type::Bool),
    ("isBase58Check", &[TEXT], Type::Bool),
    ("isSegwit", &[TEXT], Type::Bool),
    ("base58Check", &[Type::Int, TEXT], TEXT),
    ("segwit", &[TEXT, TEXT], TEXT),
    ("iban", &[TEXT, TEXT], TEXT),
    ("date", &[TEXT], Type::Instant),
    ("years", &[Type::Instant, Type::Instant], Type::Int),
    ("sha256", &[TEXT], TEXT),
    ("uuid", &[TEXT], TEXT),
    ("token", &[TEXT, TEXT, Type::Int], TEXT),
];

/// Tells of a pattern that is not written in the rule, or that cannot be read.
pub(super) fn unreadable(pattern: &Type<'_>) -> Option<String> {
    let Type::Text(Some(patterns)) = pattern else {
        return Some("`matches` takes a pattern that is written in the rule".to_owned());
    };
    let wrong = patterns.iter().find(|one| matches(one, "").is_none())?;
    Some(format!("the pattern `{wrong}` cannot be read"))
}

pub(super) fn function<'a>(at: u64, name: &str, given: &[Type<'a>]) -> Result<Type<'a>, ExpressionError> {
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
