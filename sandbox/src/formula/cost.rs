//! In: an expression, and how large its variables can be. Out: what its evaluation costs at most. Never: an evaluation, but of
//! `ledger.accounts`, whose number of rows nothing else limits.

use super::functions::{LONGEST_ADDRESS, LONGEST_TOKEN};
use super::shape::{Shape, TEXT_UNIT};
use crate::contract::Contract;
use crate::decimal;
use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, LiteralValue, operators as op};
use cel::{Context, IdedExpr, Value};

/// The most that one evaluation may cost. A unit is about one node of an expression, or the copy of a text of 64 characters.
pub(crate) const LIMIT: u64 = 10_000_000;
/// The most members of an object, with those of its members, that are distinguished.
const PARTS: usize = 20_000;
/// The cost of an evaluation, whatever the expression.
const START: u64 = 100;
/// Characters of a number, an instant or a truth as text.
const WORD: u64 = 40;

/// The cost of an expression, and the limits of its value.
#[derive(Default)]
struct Estimate<'a> {
    cost: u64,
    shape: Shape<'a>,
}

/// A macro over a list whose length the contract does not limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unlimited {
    /// The node of the list.
    pub(super) at: u64,
    pub(super) name: String,
}

/// Estimates the cost of expressions.
pub(super) struct Estimator<'a, 'c> {
    /// The contract of the schemas; none where all sizes are those of values.
    contract: Option<&'a Contract>,
    variables: Vec<(String, Shape<'a>)>,
    /// The values, and the number of variables that have one.
    values: Option<(&'c Context<'c, 'static>, usize)>,
    /// The first list without a limit.
    pub(super) unlimited: Option<Unlimited>,
    /// The node of what the outermost macro goes through.
    pub(super) outermost: Option<u64>,
}

impl<'a, 'c> Estimator<'a, 'c> {
    /// An estimator by the limits of a contract.
    pub(super) fn of_contract(contract: &'a Contract, variables: Vec<(String, Shape<'a>)>) -> Self {
        Self {
            contract: Some(contract),
            variables,
            values: None,
            unlimited: None,
            outermost: None,
        }
    }

    /// An estimator by the sizes of values.
    pub(super) fn of_values(variables: Vec<(String, Shape<'a>)>, context: &'c Context<'c, 'static>) -> Self {
        Self {
            contract: None,
            values: Some((context, variables.len())),
            variables,
            unlimited: None,
            outermost: None,
        }
    }

    /// The cost of one evaluation.
    pub(super) fn cost(&mut self, expression: &IdedExpr) -> u64 {
        self.of(expression).cost.saturating_add(START)
    }

    fn of(&mut self, expression: &IdedExpr) -> Estimate<'a> {
        let found = match &expression.expr {
            Expr::Literal(LiteralValue::String(text)) => Estimate {
                cost: 0,
                shape: Shape::text(text.inner().len() as u64),
            },
            // The check of types refuses a message.
            Expr::Literal(_) | Expr::Unspecified | Expr::Struct(_) => Estimate::default(),
            Expr::Ident(name) => {
                let found = self.variables.iter().rev().find(|(known, _)| known == name);
                let shape = found.map(|(_, shape)| shape.clone()).unwrap_or_default();
                Estimate { cost: 0, shape }
            }
            Expr::Select(select) => {
                let of = self.opened(&select.operand);
                let shape = if select.test {
                    Shape::default()
                } else {
                    of.shape.member(&select.field)
                };
                Estimate { cost: of.cost, shape }
            }
            Expr::List(list) => {
                let items: Vec<_> = list.elements.iter().map(|element| self.copied(element)).collect();
                let cost = items.iter().map(|item| item.cost).fold(0, u64::saturating_add);
                let item = items.into_iter().map(|item| item.shape).reduce(Shape::join);
                let shape = Shape::list(list.elements.len() as u64, item.unwrap_or_default());
                Estimate { cost, shape }
            }
            Expr::Map(map) => {
                let mut cost: u64 = 0;
                let mut members = Vec::new();
                for entry in &map.entries {
                    let EntryExpr::MapEntry(entry) = &entry.expr else {
                        continue;
                    };
                    let value = self.copied(&entry.value);
                    cost = cost.saturating_add(value.cost).saturating_add(2);
                    if let Expr::Literal(LiteralValue::String(name)) = &entry.key.expr {
                        members.push((name.inner().to_owned(), value.shape));
                    }
                }
                let shape = Shape::object(members);
                Estimate { cost, shape }
            }
            Expr::Call(call) => self.call(expression, call),
            Expr::Comprehension(loops) => self.loops(loops),
        };
        if found.shape.parts() > PARTS {
            return Estimate {
                cost: u64::MAX,
                shape: Shape::default(),
            };
        }
        Estimate {
            cost: found.cost.saturating_add(1),
            ..found
        }
    }

    fn opened(&mut self, expression: &IdedExpr) -> Estimate<'a> {
        let found = self.of(expression);
        Estimate {
            shape: found.shape.opened(self.contract),
            ..found
        }
    }

    /// The estimate of an expression whose value is copied into another one.
    fn copied(&mut self, expression: &IdedExpr) -> Estimate<'a> {
        let found = self.of(expression);
        let cost = found.cost.saturating_add(found.shape.weight(self.contract));
        Estimate { cost, ..found }
    }

    fn call(&mut self, expression: &IdedExpr, call: &CallExpr) -> Estimate<'a> {
        let given = call.target.as_deref().into_iter().chain(&call.args);
        let given: Vec<Estimate<'a>> = given.map(|argument| self.opened(argument)).collect();
        let all = given.iter().map(|one| one.cost).fold(0, u64::saturating_add);
        let shapes: Vec<Shape<'a>> = given.into_iter().map(|one| one.shape).collect();
        let name = call.func_name.as_str();
        let (own, shape) = match (name, shapes.as_slice()) {
            ("accounts", [of, prefix]) => {
                let accounts = self.accounts(expression, of, prefix);
                (accounts.weight(None), accounts)
            }
            (_, shapes) => {
                let found = operator(name, shapes, self.contract).or_else(|| function(name, shapes));
                // Texts that are read or searched.
                found.unwrap_or_else(|| {
                    let texts = shapes.iter().map(|one| one.text / TEXT_UNIT);
                    (texts.fold(0, u64::saturating_add), Shape::default())
                })
            }
        };
        Estimate {
            cost: all.saturating_add(own),
            shape,
        }
    }

    /// The rows of `ledger.accounts`.
    fn accounts(&self, call: &IdedExpr, ledger: &Shape<'a>, prefix: &Shape<'a>) -> Shape<'a> {
        if let Some((context, known)) = self.values {
            let references = call.references();
            let is_of_loop = self.variables[known..]
                .iter()
                .any(|(name, _)| references.has_variable(name));
            if let (false, Ok(rows)) = (is_of_loop, Value::resolve_val(call, context)) {
                return Shape::of_value(rows.as_ref());
            }
        }
        let row = Shape::object([
            ("account".to_owned(), Shape::text(prefix.text.saturating_add(WORD))),
            ("unit".to_owned(), Shape::text(WORD)),
            ("amount".to_owned(), Shape::decimal(decimal::LONGEST as u64 + WORD)),
        ]);
        Shape::list(ledger.accounts, row)
    }

    /// A macro: `map` and `filter` add to a list, the others compute a truth or a number.
    fn loops(&mut self, loops: &ComprehensionExpr) -> Estimate<'a> {
        self.outermost.get_or_insert(loops.iter_range.id);
        let range = self.opened(&loops.iter_range);
        if range.shape.is_assumed && self.unlimited.is_none() {
            self.unlimited = Some(Unlimited {
                at: loops.iter_range.id,
                name: name(&loops.iter_range).unwrap_or_else(|| "this list".to_owned()),
            });
        }
        let (times, element) = (range.shape.count(), range.shape.element());
        // Each element is copied into the variable of the macro.
        let copy = element.weight(self.contract).saturating_add(1);
        let before = self.variables.len();
        self.variables.push((loops.iter_var.clone(), element));
        self.variables.push((loops.accu_var.clone(), Shape::default()));
        let condition = self.of(&loops.loop_cond).cost;
        let step = self.of(&loops.loop_step);
        self.variables.truncate(before);
        let once = copy.saturating_add(condition).saturating_add(step.cost);
        let is_list = matches!(&loops.accu_init.expr, Expr::List(_));
        let mut shape = if is_list { step.shape } else { Shape::default() };
        if is_list {
            (shape.items, shape.is_assumed) = (times, range.shape.is_assumed);
        }
        Estimate {
            cost: range.cost.saturating_add(times.saturating_mul(once)),
            shape,
        }
    }
}

/// Returns `true` if the cost of an expression depends on more than its nodes: it has a macro, or makes larger values of others.
pub(super) fn grows(expression: &IdedExpr) -> bool {
    let grows_any = |parts: &[IdedExpr]| parts.iter().any(grows);
    match &expression.expr {
        Expr::Call(call) => {
            let name = call.func_name.as_str();
            [
                op::ADD,
                op::MULTIPLY,
                op::IN,
                "divide",
                "sum",
                "accounts",
                "matches",
                "sha256",
                "uuid",
                "token",
                "base58Check",
                "segwit",
            ]
            .contains(&name)
                || call.target.as_deref().is_some_and(grows)
                || grows_any(&call.args)
        }
        Expr::Select(select) => grows(&select.operand),
        Expr::List(list) => grows_any(&list.elements),
        Expr::Map(map) => map.entries.iter().any(|entry| match &entry.expr {
            EntryExpr::MapEntry(entry) => grows(&entry.value),
            EntryExpr::StructField(_) => true,
        }),
        Expr::Comprehension(_) | Expr::Struct(_) => true,
        Expr::Ident(_) | Expr::Literal(_) | Expr::Unspecified => false,
    }
}

/// The text of members one after the other, such as `body.lines`.
fn name(expression: &IdedExpr) -> Option<String> {
    match &expression.expr {
        Expr::Ident(name) => Some(format!("`{name}`")),
        Expr::Select(select) => {
            let of = name(&select.operand)?;
            Some(format!("{}.{}`", of.trim_end_matches('`'), select.field))
        }
        _ => None,
    }
}

/// The cost of an operator, and the limits of its value.
fn operator<'a>(name: &str, given: &[Shape<'a>], contract: Option<&'a Contract>) -> Option<(u64, Shape<'a>)> {
    let weights = || given.iter().map(|one| one.weight(contract));
    Some(match (name, given) {
        (op::CONDITIONAL, [_, one, two]) => (0, one.clone().join(two.clone())),
        (op::ADD, [one, two]) => {
            let mut both = one.clone().join(two.clone());
            both.text = one.text.saturating_add(two.text);
            both.digits = one.digits.max(two.digits).saturating_add(1);
            both.items = one.items.saturating_add(two.items);
            (weights().fold(0, u64::saturating_add), both)
        }
        (op::SUBSTRACT, [one, two]) => {
            let digits = one.digits.max(two.digits).saturating_add(1);
            (digits / TEXT_UNIT, Shape::decimal(digits))
        }
        (op::MULTIPLY, [one, two]) => {
            let digits = one.digits.saturating_add(two.digits);
            (product(one, two), Shape::decimal(digits))
        }
        (op::NEGATE, [one]) => rounded(one),
        (op::EQUALS | op::NOT_EQUALS | op::LESS | op::LESS_EQUALS | op::GREATER | op::GREATER_EQUALS, _) => {
            (weights().min().unwrap_or(1), Shape::default())
        }
        (op::IN, [one, list]) => {
            let item = one.weight(contract).min(list.item().weight(contract)).max(1);
            (list.items.saturating_mul(item + 1), Shape::default())
        }
        (op::INDEX, [of, _]) => (0, of.item()),
        _ => return None,
    })
}

/// The cost of a function, and the limits of its value.
fn function<'a>(name: &str, given: &[Shape<'a>]) -> Option<(u64, Shape<'a>)> {
    let most_places = decimal::MOST_PLACES.unsigned_abs();
    let longest = decimal::LONGEST as u64;
    Some(match (name, given) {
        ("divide", [one, two, _]) => {
            let digits = one.digits.saturating_add(two.digits).saturating_add(most_places);
            (10 + product(one, two), Shape::decimal(digits))
        }
        ("round" | "floor" | "ceil", [one, ..]) => rounded(one),
        ("size", [of]) => (of.text / TEXT_UNIT, Shape::default()),
        ("string", [of]) => {
            let digits = of.digits.saturating_mul(2);
            let text = WORD.max(of.text).max(digits.saturating_add(3));
            (text / TEXT_UNIT, Shape::text(text))
        }
        ("decimal", [of]) => (of.text / TEXT_UNIT, Shape::decimal(longest)),
        ("sum", [of]) => {
            let digits = of.item().digits.saturating_add(WORD);
            let own = of.items.saturating_mul(1 + digits / TEXT_UNIT);
            (own, Shape::decimal(digits))
        }
        ("matches", [text, pattern]) => {
            let steps = text.text.saturating_mul(pattern.text);
            (steps / TEXT_UNIT, Shape::default())
        }
        ("sha256" | "uuid", [text]) => (2 + text.text / TEXT_UNIT, Shape::text(64)),
        ("iban", _) => (100, Shape::text(64)),
        // One hash, and sums over an address.
        ("base58Check" | "segwit", [_, text]) => (100 + text.text / TEXT_UNIT, Shape::text(LONGEST_ADDRESS)),
        ("isEip55" | "isBase58Check" | "isSegwit", _) => (100, Shape::default()),
        ("substring", [text, ..]) => (text.text / TEXT_UNIT, text.clone()),
        ("token", [text, ..]) => {
            let most = LONGEST_TOKEN.unsigned_abs();
            let own = (1 + text.text / TEXT_UNIT).saturating_mul(most / 32);
            (own, Shape::text(most))
        }
        ("balance", _) => (3, Shape::decimal(longest + WORD)),
        _ => return None,
    })
}

fn product(one: &Shape<'_>, two: &Shape<'_>) -> u64 {
    one.digits.saturating_mul(two.digits) / 1024
}

/// The cost of another number with as many digits.
fn rounded<'a>(number: &Shape<'a>) -> (u64, Shape<'a>) {
    let digits = number.digits.max(decimal::MOST_PLACES.unsigned_abs());
    (digits / TEXT_UNIT, Shape::decimal(digits))
}
