//! In: an expression. Out: the same expression, which counts the elements of macros and the sizes of new values while it is evaluated. Never:
//! another value.

use crate::budget::{beyond, spend};
use crate::decimal::Decimal;
use cel::common::ast::{CallExpr, EntryExpr, Expr, operators as op};
use cel::common::types::{CelList, CelMap, CelString};
use cel::common::value::{CowVal, Val};
use cel::{ExecutionError, IdedExpr};
use std::mem;

/// Characters or digits of one step.
const TEXT_UNIT: u64 = 64;
/// The function that counts, whose name no text of an expression can contain.
pub(super) const COUNT: &str = "@count";

/// `@count(value)`: the value, after its parts are counted.
pub(super) fn count<'b, 'v>(mut values: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let value = values.pop().ok_or_else(beyond)?;
    spend(size(value.as_ref()))?;
    Ok(value)
}

fn size(value: &dyn Val) -> u64 {
    if let Some(text) = value.downcast_ref::<CelString<'_>>() {
        return 1 + text.inner().len() as u64 / TEXT_UNIT;
    }
    if let Some(number) = value.downcast_ref::<Decimal>() {
        return 1 + number.digits() / TEXT_UNIT;
    }
    if let Some(list) = value.downcast_ref::<CelList<'_>>() {
        return 1 + list.inner().iter().map(|item| size(item.as_ref())).sum::<u64>();
    }
    let map = value.downcast_ref::<CelMap<'_>>();
    let members = map.into_iter().flat_map(|map| map.inner().values());
    1 + members.map(|member| size(member.as_ref())).sum::<u64>()
}

/// Puts counts into an expression: at each element of a macro, each part of a list or a map, and each sum.
pub(super) fn counted(expression: &mut IdedExpr) {
    match &mut expression.expr {
        Expr::Call(call) => {
            call.target.iter_mut().for_each(|target| counted(target));
            call.args.iter_mut().for_each(counted);
            if call.func_name == op::ADD || call.func_name == "accounts" {
                wrap(expression);
            }
        }
        Expr::Select(select) => counted(&mut select.operand),
        Expr::List(list) => list.elements.iter_mut().for_each(part),
        Expr::Map(map) => {
            for entry in &mut map.entries {
                if let EntryExpr::MapEntry(entry) = &mut entry.expr {
                    part(&mut entry.value);
                }
            }
        }
        Expr::Comprehension(loops) => {
            counted(&mut loops.iter_range);
            // An error in the condition ends the macro; `all` and `exists` go on after one in a step.
            if matches!(loops.loop_cond.expr, Expr::Literal(_)) {
                step(&mut loops.loop_step);
            } else {
                counted(&mut loops.loop_step);
                wrap(&mut loops.loop_cond);
            }
        }
        Expr::Ident(_) | Expr::Literal(_) | Expr::Struct(_) | Expr::Unspecified => {}
    }
}

/// Counts in the step of a macro that has no condition: the elements that it adds, and the filter before.
fn step(expression: &mut IdedExpr) {
    let Expr::Call(call) = &mut expression.expr else { return };
    match (call.func_name.as_str(), call.args.as_mut_slice()) {
        (op::CONDITIONAL, [filter, then, _]) => {
            part(filter);
            step(then);
        }
        // The sum itself stays as it is: its list grows in place.
        (_, args) => args.iter_mut().for_each(counted),
    }
}

/// Counts a value and what is inside of it.
fn part(expression: &mut IdedExpr) {
    counted(expression);
    wrap(expression);
}

fn wrap(expression: &mut IdedExpr) {
    let inner = mem::take(expression);
    *expression = IdedExpr {
        id: inner.id,
        expr: Expr::Call(CallExpr {
            func_name: COUNT.to_owned(),
            target: None,
            args: vec![inner],
        }),
    };
}
