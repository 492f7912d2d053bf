//! A guess of ours that is wrong makes no list unreadable: an item of a list requires what is documented, and no more.
//!
//! Reads the answers of all calls, finds what stands in lists in them, and asks of each required member whether it is documented.

use std::collections::{BTreeMap, BTreeSet};

use oceafin_partner::{
    ClientReference, PartnerBalancePage, PartnerBankAccountPage, PartnerCheckoutPage, PartnerConversionQuotePage,
    PartnerCryptoDepositWalletPage, PartnerFiatWithdrawalPage,
};
use serde_json::{Value, json};

/// Required members of items that the documentation does not show, and why each stays required.
const KEPT: &[(&str, &str, &str)] = &[
    ("*", "data", "a list without its items would look like an empty one"),
    ("*", "routes", "a list without its items would look like an empty one"),
    ("*", "pageInfo", "without it a part of a list would look like the whole"),
    ("*", "status", "a wait reads it: without it the wait would never end"),
];

/// Components of requests, which come back in an answer as the partner sent them: a request without these members is refused.
const SENT: &str = "what the partner sent comes back in the form in which it was sent";

struct Contract(Value);

impl Contract {
    fn schema(&self, name: &str) -> &Value {
        &self.0["components"]["schemas"][name]
    }

    /// The names of the components that a node refers to, directly or below it.
    fn below(&self, node: &Value, found: &mut BTreeSet<String>) {
        match node {
            Value::Object(members) => {
                let told = members
                    .iter()
                    .filter(|(word, _)| !["example", "examples"].contains(&word.as_str()));
                told.for_each(|(_, value)| self.below(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| self.below(value, found)),
            Value::String(text) => {
                if let Some(name) = text.strip_prefix("#/components/schemas/")
                    && found.insert(name.to_owned())
                {
                    self.below(self.schema(name), found);
                }
            }
            _ => {}
        }
    }

    /// Each operation with its path.
    fn operations(&self) -> Vec<(&String, &Value)> {
        let paths = self.0["paths"].as_object().expect("paths");
        let each = paths.iter().flat_map(|(path, item)| {
            let operations = item.as_object().expect("operations").iter();
            operations
                .filter(|(_, node)| node.get("operationId").is_some())
                .map(move |(_, node)| (path, node))
        });
        each.collect()
    }

    /// The components that bodies of requests hold.
    fn sent(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (_, operation) in self.operations() {
            self.below(&operation["requestBody"], &mut found);
        }
        found
    }

    /// The components that stand in a list in an answer of success, with the path of one such call.
    fn listed(&self) -> BTreeMap<String, String> {
        let mut listed = BTreeMap::new();
        for (path, operation) in self.operations() {
            for (_, answer) in operation["responses"].as_object().expect("answers") {
                let mut answered = BTreeSet::new();
                self.below(&answer["content"]["application/json"], &mut answered);
                for name in answered.iter().filter(|name| *name != "PartnerProblem") {
                    for (_, member) in self.schema(name)["properties"].as_object().into_iter().flatten() {
                        if let Some(items) = member.get("items") {
                            let mut inside = BTreeSet::new();
                            self.below(items, &mut inside);
                            let holds = |word: &&str| self.schema(name)["properties"].get(*word).is_some();
                            let holder = ["data", "routes"].iter().any(holds).then(|| name.clone());
                            listed.extend(inside.into_iter().chain(holder).map(|name| (name, path.clone())));
                        }
                    }
                }
            }
        }
        listed
    }
}

/// Returns `true` if the member is marked, or all of its component.
fn is_documented(schema: &Value, member: &str) -> bool {
    match &schema["properties"][member]["x-documented"] {
        Value::Null => schema["x-documented"] == true,
        mark => *mark != false,
    }
}

#[test]
fn no_guess_of_ours_makes_a_list_unreadable() {
    let contract = Contract(sdkwright_tests::contract("openapi/partner-api.yaml"));
    let (sent, listed) = (contract.sent(), contract.listed());
    // Ids that documented paths take as parameters: without its id, an item cannot be read.
    let parameters = contract.0["components"]["parameters"].as_object().expect("parameters");
    let named: BTreeSet<&str> = parameters
        .values()
        .filter(|parameter| parameter["in"] == "path" && parameter["x-documented"] == "name")
        .filter_map(|parameter| parameter["name"].as_str())
        .collect();
    let (mut broken, mut used) = (Vec::new(), BTreeSet::new());
    for (name, path) in &listed {
        let schema = contract.schema(name);
        for member in schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            let kept = KEPT
                .iter()
                .find(|(of, known, _)| (*of == "*" || of == name) && *known == member);
            used.extend(kept.map(|(_, known, _)| *known));
            let is_known = is_documented(schema, member) || named.contains(member) || kept.is_some();
            if !is_known && !sent.contains(name) {
                broken.push(format!(
                    "{name}/{member} is our reading and required, and {path} lists it"
                ));
            }
        }
    }
    broken.extend(
        KEPT.iter()
            .filter(|(_, known, _)| !used.contains(known))
            .map(|(_, known, why)| format!("{known} is required nowhere, and is kept: {why}")),
    );
    assert!(
        broken.is_empty(),
        "{SENT}, so only the rest is looked at\n{}",
        broken.join("\n")
    );
    assert!(listed.len() > 40, "{}", listed.len());
}

/// A page of one item.
fn page<P: serde::de::DeserializeOwned>(item: &Value) -> P {
    let page = json!({ "data": [item], "pageInfo": {} });
    serde_json::from_value(page).unwrap_or_else(|error| panic!("{item}: {error}"))
}

#[test]
fn an_item_that_lacks_what_we_guessed_is_read_with_what_it_has() {
    let other = json!({ "withdrawalId": "w", "status": "DRAFT", "clientReference": "wd-9001", "sum": "250.00" });
    let withdrawals: PartnerFiatWithdrawalPage = page(&other);
    let read = &withdrawals.data[0];
    assert_eq!((read.withdrawal_id.as_str(), read.amount.is_none()), ("w", true));
    assert_eq!(
        read.client_reference.as_ref().map(ClientReference::as_str),
        Some("wd-9001")
    );
    assert_eq!(read.extra().get("sum").and_then(|sum| sum.as_str()), Some("250.00"));

    assert_eq!(page::<PartnerBalancePage>(&json!({})).data.len(), 1);
    assert_eq!(page::<PartnerBankAccountPage>(&json!({})).data.len(), 1);
    assert_eq!(
        page::<PartnerConversionQuotePage>(&json!({ "quoteId": "q" }))
            .data
            .len(),
        1
    );
    assert_eq!(
        page::<PartnerCryptoDepositWalletPage>(&json!({ "status": "ACTIVE" }))
            .data
            .len(),
        1
    );
    let checkout = json!({ "checkoutId": "c", "status": "OPEN", "links": [{}], "posPaymentRequests": [{}] });
    assert_eq!(page::<PartnerCheckoutPage>(&checkout).data.len(), 1);
}
