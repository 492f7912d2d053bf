//! The lifecycles of the contract: every resource with a status has one, no wait goes on for ever, and what the prose says can
//! happen has a transition.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use oceafin_partner::blocking::Wait as _;
use oceafin_partner::{
    ActivatePartnerFiatWithdrawalCapabilityRequest, Client, CountryCode, CreatePartnerBankAccountRequest,
    CreatePartnerCustomerRequest, CurrencyCode, FiatRouteCode, IdempotencyKey, PartnerBankAccountRelationship,
    PartnerBankAccountStatus, PartnerCustomerRef, PartnerCustomerType, RefreshKey,
    calls::{PollPolicy, PollResult},
};
use sdkwright_sandbox_server::{Options, Sandbox};
use serde_json::Value;

/// A lifecycle as the contract writes it.
struct Lifecycle {
    states: BTreeSet<String>,
    initial: String,
    done: BTreeSet<String>,
    terminal: BTreeSet<String>,
    needs_action: BTreeSet<String>,
    /// From, to, by.
    moves: BTreeSet<(String, String, String)>,
}

fn texts(node: &Value) -> BTreeSet<String> {
    let items = node.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn lifecycles() -> (Value, BTreeMap<String, Option<Lifecycle>>) {
    let contract = sdkwright_tests::contract("openapi/partner-api.yaml");
    let schemas = contract["components"]["schemas"].as_object().expect("schemas");
    let found = schemas
        .iter()
        .filter(|(name, _)| name.ends_with("Status"))
        .map(|(name, schema)| {
            let word = &schema["x-lifecycle"];
            let lifecycle = word.is_object().then(|| Lifecycle {
                states: texts(&schema["enum"]),
                initial: word["initial"].as_str().expect("an initial state").to_owned(),
                done: texts(&word["done"]),
                terminal: texts(&word["terminal"]),
                needs_action: texts(&word["needsAction"]),
                moves: word["transitions"]
                    .as_array()
                    .expect("transitions")
                    .iter()
                    .map(|one| {
                        let text = |key: &str| one[key].as_str().expect("a text").to_owned();
                        (text("from"), text("to"), text("by"))
                    })
                    .collect(),
            });
            (name.clone(), lifecycle)
        })
        .collect();
    (contract, found)
}

fn none(broken: &[String]) {
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

impl Lifecycle {
    /// A wait ends here, whatever it waits for.
    fn rests(&self, state: &str) -> bool {
        self.done.contains(state) || self.terminal.contains(state) || self.needs_action.contains(state)
    }

    /// The states that can be reached from a state by moves of these.
    fn reach(&self, from: &str, by: impl Fn(&str) -> bool) -> BTreeSet<String> {
        let mut seen = BTreeSet::from([from.to_owned()]);
        loop {
            let more: Vec<String> = self
                .moves
                .iter()
                .filter(|(from, to, who)| seen.contains(from) && !seen.contains(to) && by(who))
                .map(|(_, to, _)| to.clone())
                .collect();
            if more.is_empty() {
                return seen;
            }
            seen.extend(more);
        }
    }
}

#[test]
fn every_status_has_a_lifecycle() {
    let (_, all) = lifecycles();
    let without: Vec<String> = all
        .iter()
        .filter(|(_, one)| one.is_none())
        .map(|(name, _)| name.clone())
        .collect();
    none(&without);
    assert!(all.len() >= 19, "{}", all.len());
}

#[test]
fn no_wait_goes_on_for_ever() {
    let (_, all) = lifecycles();
    let mut broken = Vec::new();
    for (name, one) in &all {
        let Some(one) = one else { continue };
        for state in &one.states {
            let ends = one.reach(state, |who| who == "oceafin");
            if !ends.iter().any(|end| one.rests(end)) {
                broken.push(format!("{name}: nothing leads out of {state}"));
            }
            let moves = one.moves.iter().any(|(from, _, _)| from == state);
            if one.terminal.contains(state) && moves {
                broken.push(format!("{name}: {state} is terminal, and there is a move out of it"));
            }
            // A suspended resource stays so until Oceafin decides: a poll must end there.
            if state == "SUSPENDED" && !one.needs_action.contains(state) {
                broken.push(format!("{name}: a wait does not end at SUSPENDED"));
            }
        }
        let reached = one.reach(&one.initial, |_| true);
        for state in one.states.difference(&reached) {
            broken.push(format!("{name}: nothing leads to {state}"));
        }
    }
    none(&broken);
}

#[test]
fn what_the_prose_says_can_happen_has_a_transition() {
    let (_, all) = lifecycles();
    let asked: &[(&str, &str, &str, &str)] = &[
        ("PartnerCryptoRefundStatus", "DRAFT", "EXPIRED", "oceafin"),
        ("PartnerCryptoRefundStatus", "DRAFT", "FAILED", "oceafin"),
        ("PartnerCryptoRefundStatus", "SUBMITTED", "EXPIRED", "oceafin"),
        ("PartnerCryptoRefundStatus", "SUBMITTED", "FAILED", "oceafin"),
        ("PartnerFiatWithdrawalStatus", "SUBMITTED", "FAILED", "oceafin"),
        (
            "PartnerFiatWithdrawalStatus",
            "ADDITIONAL_INFO_REQUIRED",
            "FAILED",
            "oceafin",
        ),
        ("PartnerCryptoWithdrawalStatus", "SUBMITTED", "FAILED", "oceafin"),
        ("PartnerConversionStatus", "DRAFT", "FAILED", "oceafin"),
        ("PartnerBuyerStatus", "ACTIVE", "PENDING", "oceafin"),
        (
            "PartnerCryptoDepositStatus",
            "PROCESSING",
            "PENDING_TRAVEL_RULE",
            "oceafin",
        ),
        (
            "PartnerCryptoDepositStatus",
            "PENDING_TRAVEL_RULE",
            "REJECTED",
            "oceafin",
        ),
        (
            "PartnerWalletBeneficiaryStatus",
            "PENDING",
            "REMOVED",
            "removePartnerCryptoWalletBeneficiary",
        ),
        (
            "PartnerFiatAccountApplicationStatus",
            "ADDITIONAL_INFO_REQUIRED",
            "REJECTED",
            "oceafin",
        ),
        (
            "PartnerFiatWithdrawalCapabilityActivationStatus",
            "ADDITIONAL_INFO_REQUIRED",
            "REJECTED",
            "oceafin",
        ),
        ("PartnerCheckoutStatus", "OPEN", "UNDERPAID", "oceafin"),
        ("PartnerCheckoutStatus", "OPEN", "OVERPAID", "oceafin"),
        ("PartnerCheckoutStatus", "UNDERPAID", "PAID", "oceafin"),
        ("PartnerCheckoutStatus", "UNDERPAID", "EXPIRED", "oceafin"),
        ("PartnerTransactionStatus", "COMPLETED", "RETURNED", "oceafin"),
        ("PartnerBankAccountStatus", "PENDING", "ACTIVE", "oceafin"),
    ];
    let mut broken = Vec::new();
    for (name, from, to, by) in asked {
        let wanted = ((*from).to_owned(), (*to).to_owned(), (*by).to_owned());
        let has = all[*name].as_ref().is_some_and(|one| one.moves.contains(&wanted));
        if !has {
            broken.push(format!("{name}: no move from {from} to {to} by {by}"));
        }
    }
    none(&broken);
}

#[test]
fn every_state_is_explained() {
    let (contract, all) = lifecycles();
    let mut broken = Vec::new();
    for (name, one) in &all {
        let text = contract["components"]["schemas"][name]["description"]
            .as_str()
            .expect("a description");
        for state in one.iter().flat_map(|one| &one.states) {
            if !text.contains(&format!("- `{state}`: ")) {
                broken.push(format!("{name}: {state} is not explained"));
            }
        }
    }
    none(&broken);
}

/// Every workflow can be waited for: over a list, over the routes of a capability, and by the lookup of a customer.
#[test]
fn customers_routes_and_accounts_can_be_waited_for() {
    sdkwright_watch::listen();
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/partner-api.yaml");
    let sandbox = Sandbox::start_file(contract, Options::default()).expect("a sandbox");
    let client = Client::builder()
        .without_journal()
        .base_url(&sandbox.base_url)
        .client_id(&sandbox.client_id)
        .client_secret(sandbox.client_secret.clone())
        .build()
        .expect("a client");
    let key = |text: &str| IdempotencyKey::new(text).expect("a key");
    let policy = PollPolicy {
        initial_interval: Duration::from_millis(1),
        max_interval: Duration::from_millis(1),
        deadline: Duration::from_secs(20),
    };
    let jane = CreatePartnerCustomerRequest::new(
        PartnerCustomerRef::from("cust-1"),
        PartnerCustomerType::Individual,
        "sentinel9f2 Partner",
    );
    let id = client
        .customers()
        .create(key("create"), &jane)
        .wait()
        .expect("a customer")
        .customer_id;
    // Without a submission the customer waits for the partner.
    let lookup = client.customers().lookup(RefreshKey::random().expect("a key"), &jane);
    let waited = lookup
        .poll_until(|customer| customer.status.is_done())
        .policy(policy)
        .wait();
    assert!(matches!(waited, Ok(PollResult::NeedsAction(_))), "{waited:?}");

    sandbox.set_state(id.as_str(), "APPROVED").expect("a state");
    let bank = CreatePartnerBankAccountRequest::new(
        PartnerBankAccountRelationship::SameName,
        "sentinel9f2 Partner",
        CurrencyCode::Eur,
        CountryCode::from("DE"),
    )
    .with_iban("DE89370400440532013000");
    let account = client
        .bank_accounts()
        .create(key("bank"), &id, &bank)
        .wait()
        .expect("an account")
        .bank_account_id;
    let list = client.bank_accounts().list(&id);
    let waited = list
        .poll_items_until(move |accounts| {
            let own = accounts.iter().find(|one| one.bank_account_id == account);
            own.and_then(|one| one.status.as_ref())
                .is_some_and(PartnerBankAccountStatus::is_done)
        })
        .policy(policy)
        .wait();
    assert!(matches!(waited, Ok(PollResult::Reached(_))), "{waited:?}");

    let activation =
        ActivatePartnerFiatWithdrawalCapabilityRequest::new(FiatRouteCode::from("SEPA_EUR"), CurrencyCode::Eur);
    let activated = client
        .fiat_withdrawal_capabilities()
        .activate(key("activate"), &id, &activation);
    activated.wait().expect("an activation");
    // A list of routes has no final status of its own: only the condition ends this poll.
    let routes = client.fiat_withdrawal_capabilities().get(&id);
    let routes = routes
        .poll_until(|all| all.data.routes.iter().any(|route| route.status.is_done()))
        .policy(policy);
    assert!(matches!(routes.wait(), Ok(PollResult::Reached(_))));
}
