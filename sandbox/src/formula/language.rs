//! In: nothing. Out: the rule language: the functions of CEL's standard and ours. Never: an expression.

use super::checksums::{base58Check, isBase58Check, isEip55, isSegwit, segwit};
use super::functions::{date, iban, isCountry, isIban, matches, sha256, substring, token, uuid, years};
use crate::decimal::{Decimal, ceil, decimal, divide, floor, round, string, sum};
use crate::ledger::{Balances, accounts, balance};
use cel::Env;
use cel::common::types::{CelBool, CelInt, CelList, CelString, CelTimestamp};
use std::sync::{Arc, LazyLock};

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
    debug_assert!(added.iter().all(Result::is_ok), "{added:?}");
    Arc::new(env)
});
