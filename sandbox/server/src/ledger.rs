//! In: postings. Out: balances, and the same to the rule language. Never: a posting with one side.

use crate::bounded::Bounded;
use crate::decimal::Decimal;
use cel::common::types::{CelList, CelMap, CelMapKey, CelString, Type};
use cel::common::value::{StaticVal, Val};
use serde_json::{Value, json};
use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

static LEDGER: Type = Type::new_unspecified_type("ledger");

/// Account and unit, with what the account has of the unit.
type Sums = BTreeMap<(String, String), Decimal>;

/// One posting: the amount goes from one account to another.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Posting {
    pub(crate) debit: String,
    pub(crate) credit: String,
    pub(crate) unit: String,
    pub(crate) amount: Decimal,
    /// The number of the resource whose transition posts it.
    pub(crate) resource: u64,
}

/// An account, with what it has of a unit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account<'a> {
    pub(crate) name: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) balance: &'a Decimal,
}

/// The newest postings, and the balance of each account.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) postings: Bounded<Posting, POSTINGS>,
    sums: Arc<Sums>,
}

/// Most postings that are shown; balances are those of all.
const POSTINGS: usize = 100_000;

impl Posting {
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "debit": self.debit, "credit": self.credit, "unit": self.unit, "amount": self.amount.text(),
            "resource": self.resource,
        })
    }

    pub(crate) fn of_json(row: &Value) -> Option<Self> {
        let text = |name: &str| row.get(name)?.as_str().map(str::to_owned);
        Some(Self {
            debit: text("debit")?,
            credit: text("credit")?,
            unit: text("unit")?,
            amount: Decimal::parse(&text("amount")?)?,
            resource: row.get("resource")?.as_u64()?,
        })
    }
}

impl Ledger {
    pub(crate) fn post(&mut self, posting: Posting) {
        let sums = Arc::make_mut(&mut self.sums);
        let amount = &posting.amount.0;
        add(sums, &posting.credit, &posting.unit, amount.clone());
        add(sums, &posting.debit, &posting.unit, -amount.clone());
        self.postings.push(posting, 0);
    }

    /// The balances as a value of the rule language.
    pub(crate) fn balances(&self) -> Balances {
        Balances(Arc::clone(&self.sums))
    }

    /// Every account, in the order of their names.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = Account<'_>> {
        let sums = self.sums.iter();
        sums.map(|((name, unit), balance)| Account { name, unit, balance })
    }
}

/// Adds to a sum. An account that comes to nothing is not kept: reservations would become one account each.
fn add(sums: &mut Sums, account: &str, unit: &str, amount: bigdecimal::BigDecimal) {
    let place = (account.to_owned(), unit.to_owned());
    let sum = sums.entry(place.clone()).or_default();
    sum.0 += amount;
    if *sum == Decimal::default() {
        sums.remove(&place);
    }
}

/// The balances at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Balances(Arc<Sums>);

impl Val for Balances {
    fn get_type(&self) -> &Type {
        &LEDGER
    }

    fn cel_type() -> &'static Type {
        &LEDGER
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for Balances {}

/// `ledger.balance(account, unit)`: what was credited to an account, less what was debited; 0 for one without postings.
pub(crate) fn balance(of: &Balances, account: &CelString<'_>, unit: &CelString<'_>) -> Decimal {
    let place = (account.inner().to_owned(), unit.inner().to_owned());
    of.0.get(&place).cloned().unwrap_or_default()
}

/// `ledger.accounts(prefix)`: account, unit and amount of each account whose name begins so.
pub(crate) fn accounts(of: &Balances, prefix: &CelString<'_>) -> CelList<'static> {
    let from = (prefix.inner().to_owned(), String::new());
    let found =
        of.0.range(from..)
            .take_while(|((account, _), _)| account.starts_with(prefix.inner()));
    let rows = found.map(|((account, unit), sum)| {
        let text = |text: &String| Box::new(CelString::from(text.clone())) as Box<dyn Val>;
        let row: HashMap<CelMapKey<'static>, Box<dyn Val>> = [
            (CelMapKey::from("account"), text(account)),
            (CelMapKey::from("unit"), text(unit)),
            (CelMapKey::from("amount"), Box::new(sum.clone()) as Box<dyn Val>),
        ]
        .into();
        Box::new(CelMap::from(row)) as Box<dyn Val>
    });
    CelList::from(rows.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_account_gets_another_one_gives() {
        let mut ledger = Ledger::default();
        for (debit, credit, amount) in [
            ("outside", "jane", "10.50"),
            ("jane", "outside", "0.25"),
            ("jane", "joe", "4"),
        ] {
            ledger.post(Posting {
                debit: debit.to_owned(),
                credit: credit.to_owned(),
                unit: "EUR".to_owned(),
                amount: Decimal::parse(amount).unwrap(),
                resource: 1,
            });
        }
        let sums: Vec<_> = ledger.accounts().map(|one| (one.name, one.balance.text())).collect();
        assert_eq!(
            sums,
            [
                ("jane", "6.25".to_owned()),
                ("joe", "4".to_owned()),
                ("outside", "-10.25".to_owned())
            ]
        );
    }
}
