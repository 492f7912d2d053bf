//! In: changes of resources, what they post, and the events that tell of them. Out: the newest of them, in one order with calls
//! and deliveries, and the balances of accounts. Never: a change that it makes itself, a posting with one side, or more entries
//! or bytes than the limits allow, unless all are to be kept.

use crate::clock::{Instant, ServerClock};
use crate::decimal::Decimal;
use crate::outbox::{EventOrigin, ResourceChange};
use cel::common::types::{CelList, CelMap, CelMapKey, CelString, Type};
use cel::common::value::{StaticVal, Val};
use serde_json::{Value, json};
use std::any::Any;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

/// The reason for a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeReason {
    /// The call at this place of the history.
    Call(u64),
    Time,
    /// A form of the console, or a test.
    Hand,
    /// The data at the start (`x-seed`).
    Start,
}

impl ChangeReason {
    /// The place of the call.
    pub(crate) fn call(self) -> Option<u64> {
        match self {
            Self::Call(place) => Some(place),
            _ => None,
        }
    }
}

/// A change of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    Changed(ResourceChange),
    /// The posting with this number.
    Posted(u64),
    /// An event of this type.
    Event(String),
}

/// A time by both clocks, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BothClocks {
    pub(crate) clock: i64,
    /// The time in which resources live.
    pub(crate) life: i64,
}

impl BothClocks {
    pub(crate) fn new(clock: &ServerClock, life: Instant) -> Self {
        Self {
            clock: clock.now().millis(),
            life: life.millis(),
        }
    }
}

/// One entry of the history.
#[derive(Debug)]
pub(crate) struct HistoryEntry {
    pub(crate) place: u64,
    pub(crate) at: BothClocks,
    /// The number of the resource.
    pub(crate) resource: u64,
    pub(crate) cause: ChangeReason,
    pub(crate) what: What,
}

/// The changes since the server started, oldest first. Places are counted over calls and deliveries, too.
#[derive(Debug, Default)]
pub(crate) struct ChangeHistory {
    last: u64,
    /// Number of the last posting that has an entry.
    posted: u64,
    pub(crate) entries: Bounded<HistoryEntry>,
}

impl ChangeHistory {
    /// Begins behind the places of the events of an earlier server, and behind its postings.
    pub(crate) fn behind(events: u64, posted: u64) -> Self {
        Self {
            last: events,
            posted,
            ..Self::default()
        }
    }

    /// A place behind everything that happened so far.
    pub(crate) fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    fn add(&mut self, at: BothClocks, resource: u64, cause: ChangeReason, what: What) -> u64 {
        let place = self.next();
        let entry = HistoryEntry {
            place,
            at,
            resource,
            cause,
            what,
        };
        self.entries.push(entry, 0);
        place
    }

    /// Notes changes, and what was posted since the last ones.
    pub(crate) fn note(&mut self, happened: &[ResourceChange], ledger: &Ledger, at: BothClocks, cause: ChangeReason) {
        for happening in happened {
            self.add(at, happening.number, cause, What::Changed(happening.clone()));
        }
        for number in self.posted + 1..=ledger.postings.last() {
            if let Some(posting) = ledger.postings.get(number) {
                self.add(at, posting.resource, cause, What::Posted(number));
            }
        }
        self.posted = ledger.postings.last();
    }

    /// Notes an event.
    pub(crate) fn event(&mut self, event: &str, at: BothClocks, resource: u64, cause: ChangeReason) -> EventOrigin {
        EventOrigin {
            place: self.add(at, resource, cause, What::Event(event.to_owned())),
            resource: Some(resource),
        }
    }

    /// The state that a resource had at a place; `None` if no entry shows it.
    pub(crate) fn state_at(&self, resource: u64, place: u64) -> Option<&str> {
        let older = self.entries.all().rev().filter(|(_, entry)| entry.place < place);
        let mut states = older.filter_map(|(_, entry)| match &entry.what {
            What::Changed(change) if entry.resource == resource => change.to.as_deref(),
            _ => None,
        });
        states.next()
    }
}

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

/// Most entries of a log.
const ENTRIES: usize = 10_000;
/// Most bytes of a log: 10,000 calls with bodies of 12 KiB.
const BYTES: usize = 128 << 20;

/// The newest entries of a log. The first entry that was ever added has the number 1.
#[derive(Debug)]
pub(crate) struct Bounded<T, const MOST: usize = ENTRIES> {
    entries: VecDeque<(usize, Arc<T>)>,
    bytes: usize,
    /// Number of entries that are gone.
    gone: u64,
    keeps_all: bool,
}

impl<T, const MOST: usize> Default for Bounded<T, MOST> {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
            bytes: 0,
            gone: 0,
            keeps_all: false,
        }
    }
}

impl<T, const MOST: usize> Bounded<T, MOST> {
    /// Lifts the limits.
    pub(crate) fn keep_all(&mut self) {
        self.keeps_all = true;
    }

    /// The number of entries that are gone.
    pub(crate) fn gone(&self) -> u64 {
        self.gone
    }

    /// Adds an entry, and drops the oldest until the limits hold. The newest one always stays.
    pub(crate) fn push(&mut self, entry: T, bytes: usize) {
        self.entries.push_back((bytes, Arc::new(entry)));
        self.bytes += bytes;
        let is_over = |log: &Self| log.entries.len() > MOST || log.bytes > BYTES;
        while !self.keeps_all && self.entries.len() > 1 && is_over(self) {
            self.drop_first();
        }
    }

    fn drop_first(&mut self) {
        if let Some((bytes, _)) = self.entries.pop_front() {
            self.bytes -= bytes;
            self.gone += 1;
        }
    }

    pub(crate) fn clear(&mut self) {
        while !self.entries.is_empty() {
            self.drop_first();
        }
    }

    /// Number of the newest entry; 0 before the first.
    pub(crate) fn last(&self) -> u64 {
        self.gone + self.entries.len() as u64
    }

    pub(crate) fn get(&self, number: u64) -> Option<Arc<T>> {
        let place = usize::try_from(number.checked_sub(self.gone + 1)?).ok()?;
        self.entries.get(place).map(|(_, entry)| Arc::clone(entry))
    }

    /// Entries with their numbers, oldest first.
    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = (u64, &Arc<T>)> {
        let numbered = self.entries.iter().enumerate();
        numbered.map(|(place, (_, entry))| (self.gone + 1 + place as u64, entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decimal::Decimal;

    #[test]
    fn a_posting_has_one_entry_behind_the_change_that_posts_it() {
        let (mut history, mut ledger) = (ChangeHistory::behind(7, 0), Ledger::default());
        let at = BothClocks { clock: 1, life: 2 };
        let change = |to: &str| ResourceChange {
            number: 3,
            is_new: false,
            from: None,
            to: Some(to.to_owned()),
        };
        let call = history.next();
        ledger.post(Posting {
            debit: "a".to_owned(),
            credit: "b".to_owned(),
            unit: "EUR".to_owned(),
            amount: Decimal::default(),
            resource: 3,
        });
        history.note(&[change("SENT")], &ledger, at, ChangeReason::Call(call));
        history.note(&[change("PAID")], &ledger, at, ChangeReason::Time);
        let found = history.entries.all().map(|(_, entry)| (entry.place, entry.cause));
        let by_call = ChangeReason::Call(8);
        assert_eq!(
            found.collect::<Vec<_>>(),
            [(9, by_call), (10, by_call), (11, ChangeReason::Time)]
        );
        assert_eq!((history.state_at(3, 11), history.state_at(3, 9)), (Some("SENT"), None));
    }

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

    #[test]
    fn the_newest_entries_stay_under_their_numbers() {
        let mut log = <Bounded<_>>::default();
        for number in 1..=25_000_u64 {
            log.push(number, 100);
            assert!(log.entries.len() <= ENTRIES);
        }
        assert_eq!(log.last(), 25_000);
        assert_eq!(log.get(25_000).as_deref(), Some(&25_000));
        assert_eq!(log.get(15_001).as_deref(), Some(&15_001));
        assert_eq!(log.get(15_000), None);
        assert_eq!(log.get(0), None);
        assert_eq!(log.get(25_001), None);
        assert!(log.all().all(|(number, entry)| number == **entry));
    }

    #[test]
    fn large_entries_leave_room_for_fewer_and_the_newest_stays() {
        let mut log = <Bounded<_>>::default();
        for number in 0..10 {
            log.push(number, BYTES / 4);
        }
        assert_eq!(log.entries.len(), 4);
        log.push(10, BYTES * 2);
        assert_eq!((log.entries.len(), log.bytes), (1, BYTES * 2));
        log.push(11, 1);
        assert_eq!((log.entries.len(), log.bytes), (1, 1));
    }

    #[test]
    fn a_log_that_keeps_all_drops_nothing() {
        let mut log = <Bounded<_>>::default();
        log.keep_all();
        for number in 1..=ENTRIES + 1 {
            log.push(number, BYTES);
        }
        assert_eq!((log.entries.len(), log.gone()), (ENTRIES + 1, 0));
    }

    #[test]
    fn numbers_go_on_after_the_log_was_cleared() {
        let mut log = <Bounded<_>>::default();
        log.push('a', 1);
        log.clear();
        log.push('b', 1);
        assert_eq!(log.get(2).as_deref(), Some(&'b'));
        assert_eq!(log.all().count(), 1);
    }
}
