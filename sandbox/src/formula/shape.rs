//! In: a type and the limits of its schema, or a value. Out: how large it can be, part by part. Never: the value itself.

use super::types::Type;
use crate::contract::Contract;
use crate::decimal::{self, Decimal};
use crate::ledger::Balances;
use cel::common::types::{CelList, CelMap, CelMapKey, CelString};
use cel::common::value::Val;
use serde_json::Value;
use std::collections::BTreeMap;

/// Assumed sizes of a list, a map or a text that the contract does not limit.
pub(super) const ITEMS: u64 = 100;
const CHARACTERS: u64 = 250;
/// Accounts of a prefix: as many as there are units.
const ACCOUNTS: u64 = 10;
/// Characters, or digits, that cost as much as one node of an expression.
pub(super) const TEXT_UNIT: u64 = 64;
/// The most that the copy of a value of a schema is assumed to cost: few values come near all limits of their schema.
const COPY: u64 = 100;
/// The most parts of a schema that are weighed; some schemas contain themselves.
const PARTS: u32 = 50;

/// The most that values of an expression can have. A value can be one thing or another, so that each part is a limit of its own.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Shape<'a> {
    /// Characters of a text.
    pub(super) text: u64,
    /// Digits of a decimal on either side of the point.
    pub(super) digits: u64,
    /// Items of a list, or entries of a map.
    pub(super) items: u64,
    /// `true` if the contract does not limit the items.
    pub(super) is_assumed: bool,
    item: Option<Box<Shape<'a>>>,
    members: BTreeMap<String, Shape<'a>>,
    /// Schemas whose parts are limits, too.
    schemas: Vec<&'a Value>,
    /// `true` if nothing is known of it.
    is_any: bool,
    /// Accounts of a ledger.
    pub(super) accounts: u64,
}

impl<'a> Shape<'a> {
    pub(super) fn text(characters: u64) -> Self {
        let text = characters;
        Self {
            text,
            ..Self::default()
        }
    }

    pub(super) fn decimal(digits: u64) -> Self {
        Self {
            digits,
            ..Self::default()
        }
    }

    pub(super) fn list(items: u64, item: Self) -> Self {
        let item = Some(Box::new(item));
        Self {
            items,
            item,
            ..Self::default()
        }
    }

    pub(super) fn object(members: impl IntoIterator<Item = (String, Self)>) -> Self {
        let members = members.into_iter().collect();
        Self {
            members,
            ..Self::default()
        }
    }

    fn any() -> Self {
        Self {
            text: CHARACTERS,
            items: ITEMS,
            is_assumed: true,
            is_any: true,
            ..Self::default()
        }
    }

    /// The limits of a schema.
    pub(super) fn of_schema(schema: &'a Value) -> Self {
        let schemas = vec![schema];
        Self {
            schemas,
            ..Self::default()
        }
    }

    /// The limits of a type.
    pub(super) fn of_type(of: &Type<'a>) -> Self {
        match of {
            Type::Any => Self::any(),
            Type::Text(None) => Self::text(CHARACTERS),
            Type::Text(Some(values)) => Self::text(values.iter().map(|text| text.len() as u64).max().unwrap_or(0)),
            Type::Decimal => Self::decimal(decimal::LONGEST as u64),
            Type::List(item) | Type::Map(item) => Self {
                is_assumed: true,
                ..Self::list(ITEMS, Self::of_type(item))
            },
            Type::Object(schema) => Self::of_schema(schema),
            Type::Members(members) => Self::object(members.iter().map(|(name, of)| (name.clone(), Self::of_type(of)))),
            Type::Ledger => Self {
                accounts: ACCOUNTS,
                ..Self::default()
            },
            Type::Null | Type::Bool | Type::Int | Type::Instant | Type::Span | Type::Number => Self::default(),
        }
    }

    /// The size of a value.
    pub(super) fn of_value(value: &dyn Val) -> Self {
        if let Some(text) = value.downcast_ref::<CelString<'_>>() {
            return Self::text(text.inner().len() as u64);
        }
        if let Some(number) = value.downcast_ref::<Decimal>() {
            return Self::decimal(number.digits());
        }
        if let Some(list) = value.downcast_ref::<CelList<'_>>() {
            let items = list.inner().iter().map(|item| Self::of_value(item.as_ref()));
            let item = items.reduce(Self::join).unwrap_or_default();
            return Self::list(list.inner().len() as u64, item);
        }
        if let Some(map) = value.downcast_ref::<CelMap<'_>>() {
            let members = map.inner().iter().filter_map(|(key, member)| match key {
                CelMapKey::String(name) => Some((name.inner().to_owned(), Self::of_value(member.as_ref()))),
                _ => None,
            });
            return Self::object(members);
        }
        let accounts = value.downcast_ref::<Balances>().map_or(0, Balances::len);
        Self {
            accounts,
            ..Self::default()
        }
    }

    /// The limits of values that are of either.
    pub(super) fn join(mut self, other: Self) -> Self {
        for (name, member) in other.members {
            let own = self.members.remove(&name).unwrap_or_default();
            self.members.insert(name, own.join(member));
        }
        for schema in other.schemas {
            if !self.schemas.iter().any(|known| std::ptr::eq(*known, schema)) {
                self.schemas.push(schema);
            }
        }
        self.item = match (self.item, other.item) {
            (Some(one), Some(two)) => Some(Box::new(one.join(*two))),
            (one, two) => one.or(two),
        };
        let (own, others) = (self.items, other.items);
        self.is_assumed = (self.is_assumed && own >= others) || (other.is_assumed && others >= own);
        self.text = self.text.max(other.text);
        self.digits = self.digits.max(other.digits);
        self.items = self.items.max(other.items);
        self.accounts = self.accounts.max(other.accounts);
        self.is_any |= other.is_any;
        self
    }

    /// The same with the parts of its schemas, one level of them.
    pub(super) fn opened(mut self, contract: Option<&'a Contract>) -> Self {
        let schemas = std::mem::take(&mut self.schemas);
        let Some(contract) = contract else { return self };
        schemas
            .into_iter()
            .fold(self, |shape, schema| shape.join(Self::level(contract, schema)))
    }

    fn level(contract: &'a Contract, schema: &'a Value) -> Self {
        let limit = |word| contract.number(schema, word);
        let within = |most: Option<u64>, item: Self| Self {
            is_assumed: most.is_none(),
            ..Self::list(most.unwrap_or(ITEMS), item)
        };
        match Type::of(contract, schema) {
            Type::Text(None) => Self::text(limit("maxLength").unwrap_or(CHARACTERS)),
            Type::List(_) => {
                let item = contract.word(schema, "items");
                within(limit("maxItems"), item.map_or_else(Self::any, Self::of_schema))
            }
            Type::Map(_) => {
                let item = contract
                    .word(schema, "additionalProperties")
                    .filter(|more| more.is_object());
                within(limit("maxProperties"), item.map_or_else(Self::any, Self::of_schema))
            }
            Type::Object(_) => {
                let members = contract.properties(schema).into_iter();
                Self::object(members.map(|(name, _)| {
                    let all = contract.all_of(schema, name).into_iter();
                    (
                        name.to_owned(),
                        all.map(Self::of_schema).fold(Self::default(), Self::join),
                    )
                }))
            }
            other => Self::of_type(&other),
        }
    }

    /// The limits of a member. Of one that is not there, nothing is computed.
    pub(super) fn member(&self, name: &str) -> Self {
        let found = self.members.get(name).cloned();
        let found = found.or_else(|| self.item.as_deref().cloned());
        self.any_or(found.unwrap_or_default())
    }

    /// The limits of an item of a list, or of a value of a map.
    pub(super) fn item(&self) -> Self {
        let item = self.item.as_deref().cloned().unwrap_or_default();
        self.any_or(self.members.values().cloned().fold(item, Self::join))
    }

    /// The limits of what a macro goes through: items, or names of members.
    pub(super) fn element(&self) -> Self {
        let names = self.members.keys().map(|name| name.len() as u64).max();
        let item = self.item.as_deref().cloned().unwrap_or_default();
        self.any_or(item.join(Self::text(names.unwrap_or(0))))
    }

    fn any_or(&self, other: Self) -> Self {
        if self.is_any { other.join(Self::any()) } else { other }
    }

    /// The number of its parts and their parts.
    pub(super) fn parts(&self) -> usize {
        let item = self.item.as_deref().map_or(0, Self::parts);
        1 + item + self.members.values().map(Self::parts).sum::<usize>()
    }

    /// The number of items, of entries or of members.
    pub(super) fn count(&self) -> u64 {
        self.items.max(self.members.len() as u64)
    }

    /// The cost of a copy.
    pub(super) fn weight(&self, contract: Option<&'a Contract>) -> u64 {
        let mut left = PARTS;
        self.weigh(contract, &mut left)
    }

    fn weigh(&self, contract: Option<&'a Contract>, left: &mut u32) -> u64 {
        let opened;
        let shape = if self.schemas.is_empty() {
            self
        } else if *left == 0 {
            return 1;
        } else {
            *left -= 1;
            opened = self.clone().opened(contract);
            &opened
        };
        let item = shape.item.as_deref().map_or(1, |item| item.weigh(contract, left));
        let members = shape.members.values().map(|member| 2 + member.weigh(contract, left));
        let members = members.fold(0, u64::saturating_add);
        let own = 1 + shape.text / TEXT_UNIT + shape.digits / TEXT_UNIT;
        let weight = own
            .saturating_add(members)
            .saturating_add(shape.items.saturating_mul(item.saturating_add(1)));
        if self.schemas.is_empty() {
            weight
        } else {
            weight.min(COPY)
        }
    }
}

/// The cost of making a value of the rule language.
pub(super) fn size(value: &dyn Val) -> u64 {
    if let Some(text) = value.downcast_ref::<CelString<'_>>() {
        return 1 + text.inner().len() as u64 / TEXT_UNIT;
    }
    if let Some(list) = value.downcast_ref::<CelList<'_>>() {
        return 1 + list.inner().iter().map(|item| size(item.as_ref())).sum::<u64>();
    }
    let map = value.downcast_ref::<CelMap<'_>>();
    let members = map.into_iter().flat_map(|map| map.inner().values());
    1 + members.map(|member| 1 + size(member.as_ref())).sum::<u64>()
}
