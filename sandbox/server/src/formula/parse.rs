//! In: texts of expressions. Out: their trees, none deeper than is allowed. Never: an overflow of the stack.

use super::functions::{
    COUNT, base58Check, count, date, iban, isBase58Check, isCountry, isEip55, isIban, isSegwit, matches, segwit,
    sha256, substring, token, uuid, years,
};
use crate::decimal::{Decimal, ceil, decimal, divide, floor, round, string, sum};
use crate::history::{Balances, accounts, balance};
use cel::common::ast::{EntryExpr, Expr, SourceInfo};
use cel::common::types::{CelBool, CelInt, CelList, CelString, CelTimestamp, DYN_TYPE};
use cel::{Env, IdedExpr, ParseErrors};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};
use std::thread;

/// The deepest nesting of an expression, and what parsing it may take of the stack.
const DEEPEST: usize = 40;
const STACK: usize = 64 << 20;

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

    pub(super) fn at(text: &str, start: u32, why: String) -> Self {
        let before = text.chars().take(start as usize);
        let behind = Some(before.filter(|letter| !letter.is_whitespace()).count());
        Self { why, behind }
    }
}

/// A tree, and where its nodes stand in the text.
pub(super) type ParsedFormula = (IdedExpr, SourceInfo);
type Trees = HashMap<String, Result<Rc<ParsedFormula>, Flaw>>;

thread_local! {
    /// The trees of the texts that were parsed in this thread. A thread that has any has a stack of the parser's size.
    static PARSED: RefCell<Option<Trees>> = const { RefCell::new(None) };
}

/// Runs work that parses many texts: on one stack for all, and each text once.
pub(crate) fn together<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Flaw> {
    deep(|| {
        PARSED.set(Some(Trees::new()));
        work()
    })
}

/// Parses a text.
pub(super) fn parsed(text: &str) -> Result<Rc<ParsedFormula>, Flaw> {
    let known = PARSED.with_borrow(|trees| trees.as_ref().map(|trees| trees.get(text).cloned()));
    match known {
        Some(Some(tree)) => tree,
        Some(None) => {
            let tree = parse(text).map(Rc::new);
            PARSED.with_borrow_mut(|trees| trees.as_mut()?.insert(text.to_owned(), tree.clone()));
            tree
        }
        None => deep(|| parse(text))?.map(Rc::new),
    }
}

/// Runs work on a stack of its own: the parser calls itself for each level and each operator.
fn deep<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Flaw> {
    thread::scope(|threads| {
        let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(threads, work);
        let thread = thread.map_err(|error| Flaw::new(error.to_string()))?;
        thread.join().map_err(|_| Flaw::new("the parser gave up"))
    })
}

fn parse(text: &str) -> Result<ParsedFormula, Flaw> {
    let told = |errors: ParseErrors| {
        let first = errors.errors.first().map_or((1, 1), |error| error.pos);
        let lines = errors.errors.iter().map(|error| error.msg.as_str());
        let why = format!("it is not an expression: {}", lines.collect::<Vec<_>>().join("; "));
        Flaw::at(text, offset(text, first.0, first.1), why)
    };
    let (expression, places) = LANGUAGE.parser().parse_with_source_info(text).map_err(told)?;
    match levels(&expression) {
        0..=DEEPEST => Ok((expression, places)),
        levels => {
            let why = format!("it is nested {levels} levels deep, and {DEEPEST} are allowed");
            Err(Flaw::new(why))
        }
    }
}

/// The number of characters before a line and a column.
fn offset(text: &str, line: isize, column: isize) -> u32 {
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

/// The functions of the standard and ours.
pub(super) static LANGUAGE: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib();
    let added = [
        cel::add_overload!(env, fn decimal: (CelString) -> Result<Decimal>),
        cel::add_overload!(env, fn string: (Decimal) -> CelString<'static>),
        cel::add_overload!(env, fn round: (Decimal, CelInt) -> Result<Decimal>),
        cel::add_overload!(env, fn floor: (Decimal, CelInt) -> Result<Decimal>),
        cel::add_overload!(env, fn ceil: (Decimal, CelInt) -> Result<Decimal>),
        cel::add_overload!(env, fn divide: (Decimal, Decimal, CelInt) -> Result<Decimal>),
        cel::add_overload!(env, fn sum: (CelList) -> Result<Decimal>),
        cel::add_overload!(env, fn isIban: (CelString) -> CelBool),
        cel::add_overload!(env, fn iban: (CelString, CelString) -> Result<CelString<'static>>),
        cel::add_overload!(env, fn isCountry: (CelString) -> CelBool),
        cel::add_overload!(env, fn isEip55: (CelString) -> CelBool),
        cel::add_overload!(env, fn isBase58Check: (CelString) -> CelBool),
        cel::add_overload!(env, fn isSegwit: (CelString) -> CelBool),
        cel::add_overload!(env, fn base58Check: (CelInt, CelString) -> Result<CelString<'static>>),
        cel::add_overload!(env, fn segwit: (CelString, CelString) -> Result<CelString<'static>>),
        cel::add_overload!(env, fn date: (CelString) -> Result<CelTimestamp>),
        cel::add_overload!(env, fn years: (CelTimestamp, CelTimestamp) -> CelInt),
        cel::add_overload!(env, fn sha256: (CelString) -> CelString<'static>),
        cel::add_overload!(env, fn uuid: (CelString) -> CelString<'static>),
        cel::add_overload!(env, fn token: (CelString, CelString, CelInt) -> Result<CelString<'static>>),
        cel::add_member_overload!(env, fn matches: (CelString, CelString) -> Result<CelBool>),
        cel::add_member_overload!(env, fn substring: (CelString, CelInt, CelInt) -> Result<CelString<'static>>),
        cel::add_member_overload!(env, fn balance: (Balances, CelString, CelString) -> Decimal),
        cel::add_member_overload!(env, fn accounts: (Balances, CelString) -> CelList),
    ];
    let count = env.add_overload(COUNT, COUNT, vec![DYN_TYPE], count);
    debug_assert!(count.is_ok(), "{count:?}");
    debug_assert!(added.iter().all(Result::is_ok), "{added:?}");
    Arc::new(env)
});
