//! In: what the server remembers. Out: plain copies of the part that a person looks at, and a resource put into another state. Never: a
//! lock that is held while a page is made.

use crate::app::App;
use crate::contract::Contract;
use crate::decimal::Decimal;
use crate::history::Posting;
use crate::json;
use crate::lifecycle::{Course, Lifecycle};
use crate::model::{self, ResourceKind};
use crate::records::Entity;
use crate::rules::LedResource;
use crate::state::SandboxState;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One resource as it is now.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Thing {
    pub(crate) number: u64,
    pub(crate) schema: String,
    pub(crate) id: Option<String>,
    /// Reference and name that its owner gave it; empty without both.
    pub(crate) label: String,
    pub(crate) state: Option<String>,
    /// `good` for a state in which it is done, `bad` for another final one, or `quiet`.
    pub(crate) class: &'static str,
    /// Kinds and ids of what it belongs to.
    pub(crate) owners: Vec<(String, String)>,
    /// The operation that made it.
    pub(crate) made_by: Option<String>,
    #[serde(skip)]
    pub(crate) value: Value,
}

/// Part of the resources: newest first.
#[derive(Debug, Default)]
pub(crate) struct Things {
    /// Number of resources of each schema.
    pub(crate) counts: BTreeMap<String, usize>,
    pub(crate) rows: Vec<Thing>,
    /// `true` if there are older ones.
    pub(crate) is_more: bool,
}

/// Resources to look for.
#[derive(Debug, Default)]
pub(crate) struct ResourceQuery {
    pub(crate) schema: Option<String>,
    /// Only those that belong to this id.
    pub(crate) owner: Option<String>,
    /// Only these numbers.
    pub(crate) like: Option<BTreeSet<u64>>,
    /// Only those with smaller numbers.
    pub(crate) before: Option<u64>,
    pub(crate) most: usize,
}

/// The states of a resource, and the arrows between them.
#[derive(Debug, Clone)]
pub(crate) struct Life {
    pub(crate) states: Vec<String>,
    pub(crate) lifecycle: Lifecycle,
    /// The word for the API's side.
    pub(crate) owner: String,
}

fn thing(app: &App, record: &Entity) -> Thing {
    let resource = app.api.model.resources.get(&record.schema);
    let state = resource.and_then(|resource| resource.state(&record.value));
    let life = resource.and_then(|one| one.lifecycle.as_ref());
    let is_in = |states: fn(&Lifecycle) -> &Vec<String>| {
        life.is_some_and(|life| states(life).iter().any(|one| Some(one.as_str()) == state))
    };
    Thing {
        class: match () {
            () if is_in(|life| &life.done) => "good",
            () if is_in(|life| &life.terminal) => "bad",
            () => "quiet",
        },
        number: record.number,
        schema: record.schema.clone(),
        id: record.id.clone(),
        label: label(app, record),
        state: state.map(str::to_owned),
        owners: record.scope.clone().into_iter().collect(),
        made_by: record.made_by.clone(),
        value: record.value.clone(),
    }
}

pub(crate) fn things(app: &App, wanted: &ResourceQuery) -> Things {
    let state = app.state();
    let mut found = Things::default();
    let belongs = |record: &Entity| {
        let owner = wanted.owner.as_deref();
        owner.is_none_or(|owner| record.scope.values().any(|id| id == owner))
    };
    for record in state.records.iter().rev().filter(|record| belongs(record)) {
        *found.counts.entry(record.schema.clone()).or_default() += 1;
        let is_wanted = wanted.schema.as_ref().is_none_or(|schema| *schema == record.schema)
            && wanted.like.as_ref().is_none_or(|like| like.contains(&record.number))
            && wanted.before.is_none_or(|before| record.number < before);
        if is_wanted && found.rows.len() < wanted.most {
            found.rows.push(thing(app, record));
        } else {
            found.is_more |= is_wanted;
        }
    }
    found
}

pub(crate) fn by_number(app: &App, number: u64) -> Option<Thing> {
    let state = app.state();
    let at = state.records.place(number)?;
    Some(thing(app, &state.records[at]))
}

/// Members that name a resource for people.
const NAMES: [&str; 5] = ["name", "displayName", "display_name", "title", "label"];

/// The reference of a resource, which is a subject of an operation or a member that is called so, and its name.
fn label(app: &App, record: &Entity) -> String {
    let value = &record.value;
    let subjects = app.api.contract.operations.iter().flat_map(|one| &one.subject);
    let mut declared = subjects.filter_map(|pointer| value.pointer(pointer)?.as_str());
    let is_reference = |name: &str| {
        let ends = ["Ref", "Reference", "_ref", "_reference"];
        ends.iter().any(|end| name.ends_with(end)) || ["ref", "reference"].contains(&name)
    };
    let mut members = value.as_object().into_iter().flatten();
    let mut called = || members.find(|(name, value)| is_reference(name) && value.is_string());
    let reference = declared.next().or_else(|| called()?.1.as_str());
    let name = NAMES.iter().find_map(|name| value.get(name)?.as_str());
    let parts: Vec<&str> = reference.into_iter().chain(name).collect();
    parts.join(", ")
}

/// Resources by their numbers.
pub(crate) fn named(app: &App, numbers: &[u64]) -> BTreeMap<u64, Thing> {
    let state = app.state();
    let found = numbers.iter().filter_map(|number| {
        let at = state.records.place(*number)?;
        Some((*number, thing(app, &state.records[at])))
    });
    found.collect()
}

/// Numbers of the resources with an id.
pub(crate) fn with_id(app: &App, id: &str) -> BTreeSet<u64> {
    let state = app.state();
    let places = state.records.with_id(id).into_iter();
    places.map(|at| state.records[at].number).collect()
}

/// What a resource belongs to.
pub(crate) fn owners_of(app: &App, thing: &Thing) -> Vec<Thing> {
    let state = app.state();
    let owners = thing.owners.iter();
    let places = owners.filter_map(|(kind, id)| state.records.find(kind, id));
    places.map(|at| self::thing(app, &state.records[at])).collect()
}

/// The newest resources that others belong to.
pub(crate) fn owners(app: &App, most: usize) -> Vec<Thing> {
    let state = app.state();
    let mut places: BTreeSet<usize> = BTreeSet::new();
    for record in state.records.iter().rev() {
        let owners = record.scope.iter();
        places.extend(owners.filter_map(|(kind, id)| state.records.find(kind, id)));
        if places.len() >= most {
            break;
        }
    }
    let newest = places.into_iter().rev();
    newest.map(|at| thing(app, &state.records[at])).collect()
}

/// Numbers of the resources whose id, reference or name contains a text.
pub(crate) fn like(app: &App, text: &str) -> BTreeSet<u64> {
    let state = app.state();
    let fits =
        |record: &&Entity| record.id.as_ref().is_some_and(|id| id.contains(text)) || label(app, record).contains(text);
    state.records.iter().filter(fits).map(|record| record.number).collect()
}

/// A way on which a scenario of the contract leads resources of one schema.
#[derive(Debug)]
pub(crate) struct EndingView {
    pub(crate) name: String,
    pub(crate) course: Course,
}

/// The endings to which scenarios lead a resource from its present state.
pub(crate) fn endings(app: &App, thing: &Thing) -> Vec<EndingView> {
    let resource = app.api.model.resources.get(&thing.schema);
    let (Some(life), Some(state)) = (resource.and_then(|one| one.lifecycle.as_ref()), &thing.state) else {
        return Vec::new();
    };
    let kind = resource.and_then(|one| one.id_kind.as_deref()).unwrap_or_default();
    let mut found: Vec<EndingView> = Vec::new();
    let operations = app.api.contract.operations.iter();
    let rulings = operations.filter_map(|one| app.api.rules.ruling(&one.id));
    for scenario in rulings.flat_map(|ruling| &ruling.scenarios) {
        let Some((led, course)) = &scenario.leads else { continue };
        let is_own = match led {
            LedResource::Own(schema) | LedResource::New(schema) => *schema == thing.schema,
            LedResource::Named(name) => model::reference_name("id", kind) == *name,
        };
        let is_ahead = course.to.first().is_some_and(|next| life.toward(state, next).is_some());
        if is_own && is_ahead && !found.iter().any(|known| known.course == *course) {
            found.push(EndingView {
                name: scenario.name.clone(),
                course: course.clone(),
            });
        }
    }
    found
}

/// The states of resources of a schema; `None` where it has none.
pub(crate) fn life(app: &App, schema: &str) -> Option<Life> {
    let resource: &ResourceKind = app.api.model.resources.get(schema)?;
    let lifecycle = resource.lifecycle.clone()?;
    let states = resource.states(&app.api.contract).into_iter();
    Some(Life {
        states: states.map(str::to_owned).collect(),
        lifecycle,
        owner: app.api.contract.extensions.owner().to_owned(),
    })
}

/// The token for calls of any scheme with one.
const TOKEN: &str = "sandbox-token-not-for-production";

/// The environment variables that the contract names, with their values here; other names for what it does not name, and calls need.
pub(crate) fn environment(app: &App, base_url: &str) -> Vec<(String, String)> {
    let (credentials, contract) = (&app.credentials, &app.api.contract);
    let kinds = kinds(contract);
    let has = |wanted: &[&str]| {
        kinds
            .iter()
            .any(|kind| wanted.iter().any(|one| kind.eq_ignore_ascii_case(one)))
    };
    let has_secret = !contract.extensions.signing.is_empty() || has(&["basic", "oauth2"]);
    let has_token = has(&["bearer", "apiKey", "openIdConnect"]);
    let has_webhooks = contract.extensions.webhook_signing.is_some();
    let values = [
        ("baseUrl", "SANDBOX_BASE_URL", base_url, true),
        ("clientId", "SANDBOX_CLIENT_ID", &credentials.client_id, has_secret),
        (
            "clientSecret",
            "SANDBOX_CLIENT_SECRET",
            &credentials.client_secret,
            has_secret,
        ),
        (
            "webhookSecret",
            "SANDBOX_WEBHOOK_SECRET",
            &credentials.webhook_secret,
            has_webhooks,
        ),
        ("token", "SANDBOX_TOKEN", TOKEN, has_token),
    ];
    let name = |what: &str| contract.extensions.sdk(&format!("/environment/{what}"));
    let named = values.into_iter().filter_map(|(what, usual, value, is_needed)| {
        let name = name(what).or_else(|| is_needed.then_some(usual))?;
        Some((name.to_owned(), value.to_owned()))
    });
    named.collect()
}

/// The kinds of the security schemes that are not signatures: those of HTTP by their schemes.
fn kinds(contract: &Contract) -> Vec<&str> {
    let schemes = json::members(contract.root.pointer("/components/securitySchemes"));
    let schemes = schemes.map(|(_, scheme)| contract.resolve(scheme));
    let others = schemes.filter(|scheme| scheme.get("x-signing").is_none());
    let kinds = others.filter_map(|scheme| {
        let text = |name: &str| scheme.get(name).and_then(Value::as_str);
        text("scheme").or_else(|| text("type"))
    });
    kinds.collect()
}

/// Accounts and postings, as texts.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Books {
    /// The sum of all accounts of each unit.
    pub(crate) sums: Vec<Sum>,
    /// Account, unit and balance.
    pub(crate) accounts: Vec<(String, String, String)>,
    /// Part of the postings: newest first.
    pub(crate) postings: Vec<PostingView>,
    /// `true` if there are older ones.
    pub(crate) is_more: bool,
    /// References and names of the resources whose ids are parts of accounts, by id.
    pub(crate) labels: BTreeMap<String, String>,
}

/// The sum of all accounts of a unit.
#[derive(Debug, Serialize)]
pub(crate) struct Sum {
    pub(crate) unit: String,
    pub(crate) amount: String,
    pub(crate) is_zero: bool,
}

/// One posting, under its number.
#[derive(Debug, Serialize)]
pub(crate) struct PostingView {
    pub(crate) number: u64,
    pub(crate) debit: String,
    pub(crate) credit: String,
    pub(crate) amount: String,
    pub(crate) unit: String,
    /// The number of the resource whose transition posted it, its schema and its id.
    pub(crate) resource: u64,
    pub(crate) schema: String,
    pub(crate) id: String,
    pub(crate) label: String,
}

/// The ledger: all accounts, and the newest postings before a number.
pub(crate) fn books(app: &App, before: Option<u64>, most: usize) -> Books {
    let state = app.state();
    let mut sums: BTreeMap<&str, Decimal> = BTreeMap::new();
    for account in state.ledger.accounts() {
        sums.entry(account.unit).or_default().0 += &account.balance.0;
    }
    let sums = sums.into_iter().map(|(unit, sum)| Sum {
        unit: unit.to_owned(),
        amount: sum.text(),
        is_zero: sum == Decimal::default(),
    });
    let accounts = state.ledger.accounts();
    let accounts = accounts.map(|one| (one.name.to_owned(), one.unit.to_owned(), one.balance.text()));
    let mut older: Vec<_> = state
        .ledger
        .postings
        .all()
        .take_while(|(number, _)| before.is_none_or(|before| *number < before))
        .collect();
    let postings = older.split_off(older.len().saturating_sub(most)).into_iter().rev();
    let postings: Vec<PostingView> = postings
        .map(|(number, posting)| posted(app, &state, number, posting))
        .collect();
    let accounts: Vec<(String, String, String)> = accounts.collect();
    let posted = postings.iter().flat_map(|one| [&one.debit, &one.credit]);
    let parts = accounts.iter().map(|(account, ..)| account).chain(posted);
    let parts: BTreeSet<&str> = parts.flat_map(|account| account.split(':')).collect();
    let labels = parts.into_iter().filter_map(|part| {
        let at = *state.records.with_id(part).first()?;
        let label = label(app, &state.records[at]);
        (!label.is_empty()).then(|| (part.to_owned(), label))
    });
    let labels = labels.collect();
    Books {
        sums: sums.collect(),
        accounts,
        postings,
        is_more: !older.is_empty(),
        labels,
    }
}

/// A posting as texts.
pub(crate) fn posted(app: &App, state: &SandboxState, number: u64, posting: &Posting) -> PostingView {
    let of = state.records.place(posting.resource).map(|at| &state.records[at]);
    PostingView {
        number,
        debit: posting.debit.clone(),
        credit: posting.credit.clone(),
        amount: posting.amount.text(),
        unit: posting.unit.clone(),
        resource: posting.resource,
        schema: of.map(|record| record.schema.clone()).unwrap_or_default(),
        id: of.and_then(|record| record.id.clone()).unwrap_or_default(),
        label: of.map(|record| label(app, record)).unwrap_or_default(),
    }
}
