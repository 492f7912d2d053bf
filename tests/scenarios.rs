//! Every state of every lifecycle and every problem code can be reached in the local server, by a scenario of the contract or by an action
//! that `docs/sandbox.md` lists. All calls go through the crate, over HTTP, and time is stepped.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use oceafin_partner::blocking::Wait as _;
use oceafin_partner::calls::{Authorized, Draft};
use oceafin_partner::operations::fiat_withdrawals::CreatePartnerFiatWithdrawalApprovalDraft;
use oceafin_partner::values::Upload;
use oceafin_partner::{
    BankAccountId, BuyerId, Client, CryptoDepositId, CustomerId, Error, FiatWithdrawalId, IdempotencyKey,
    PartnerCryptoWithdrawal, PartnerDocumentType, PartnerFiatWithdrawal, PartnerOperationAuthorizationEvidence,
    PartnerProblem, RefreshKey, SubmitPartnerCryptoRefundRequest, SubmitPartnerCryptoWithdrawalRequest,
    SubmitPartnerFiatWithdrawalRequest, UploadPartnerCustomerFileRequest, WalletBeneficiaryId,
};
use sdkwright_runtime::glue::Approval;
use sdkwright_sandbox::{Options, Refused, Running, Sandbox};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

const CONTRACT: &str = "openapi/partner-api.yaml";

/// Codes that no scenario has to ask for, with the action that leads to each.
const ACTIONS: &[(&str, &str)] = &[
    (
        "PARTNER_AUTH_FAILED",
        "A call with the id of a client that the server does not have.",
    ),
    (
        "PARTNER_SIGNATURE_INVALID",
        "A call that is signed with another secret.",
    ),
    (
        "PARTNER_SIGNATURE_EXPIRED",
        "A call after `POST /.sandbox/clock/90000`, which sets the server's clock ahead of yours.",
    ),
    (
        "PARTNER_NONCE_REPLAYED",
        "A call with `Sandbox-Answer: twice`: a copy of it arrives, and its answer is returned.",
    ),
    (
        "PARTNER_SCOPE_DENIED",
        "`--refuse CLIENT:OPERATION=PARTNER_SCOPE_DENIED`.",
    ),
    (
        "PARTNER_PRODUCT_DISABLED",
        "`--refuse CLIENT:TAG=PARTNER_PRODUCT_DISABLED`.",
    ),
    (
        "PARTNER_CUSTOMER_NOT_FOUND",
        "A call with the id of no customer in its path.",
    ),
    ("PARTNER_RESOURCE_NOT_FOUND", "A read of an id that was not given out."),
    (
        "PARTNER_RESOURCE_STATE_INVALID",
        "A second submission of a withdrawal, under a key of its own.",
    ),
    (
        "PARTNER_IDEMPOTENCY_CONFLICT",
        "Another body under a key that was used.",
    ),
    (
        "PARTNER_IDEMPOTENCY_IN_PROGRESS",
        "A second call under the key of a call with `Sandbox-Answer: killed`.",
    ),
    (
        "PARTNER_REQUEST_INVALID",
        "A quote for the conversion of an asset into itself.",
    ),
    (
        "PARTNER_REFERENCE_CONFLICT",
        "A second customer with the reference of another one and another name.",
    ),
    ("PARTNER_QUOTE_EXPIRED", "A withdrawal of a quote that has expired."),
    (
        "PARTNER_TRAVEL_RULE_REQUIRED",
        "A refund of a crypto deposit that waits for Travel Rule information.",
    ),
];

fn contract() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(CONTRACT);
    serde_yaml::from_str(&std::fs::read_to_string(path).expect("readable")).expect("YAML")
}

/// The operations of a contract, by id.
fn operations(contract: &Value) -> BTreeMap<String, Value> {
    let paths = contract["paths"].as_object().expect("paths").values();
    let all = paths.flat_map(|item| item.as_object().expect("an item").values());
    all.filter_map(|one| Some((one.get("operationId")?.as_str()?.to_owned(), one.clone())))
        .collect()
}

/// Operation and name of each scenario, with its row.
fn scenarios(contract: &Value) -> BTreeMap<(String, String), Value> {
    let rows = operations(contract).into_iter().flat_map(|(id, operation)| {
        let rows = operation["x-scenarios"].as_array().cloned().unwrap_or_default();
        rows.into_iter()
            .map(move |row| ((id.clone(), row["name"].as_str().expect("a name").to_owned()), row))
    });
    rows.collect()
}

/// Removes members, at every depth.
fn without(value: &mut Value, names: &[&str]) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !names.contains(&name.as_str()));
            members.values_mut().for_each(|value| without(value, names));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| without(item, names)),
        _ => {}
    }
}

/// A server, a client of it, and what was seen there.
struct Place {
    server: Running,
    client: Client,
    contract: Value,
    number: Cell<u32>,
    /// Names of statuses, and their states.
    states: RefCell<BTreeSet<(String, String)>>,
    codes: RefCell<BTreeSet<String>>,
}

fn client(server: &Running, id: &str, secret: &str) -> Client {
    sdkwright_watch::listen();
    let client = Client::builder().without_journal().base_url(&server.base_url);
    client
        .client_id(id)
        .client_secret(secret.to_owned())
        .build()
        .expect("a client")
}

impl Place {
    /// A server whose time stands still, in which customers begin in this state.
    fn new(customers: &str) -> Self {
        let options = Options {
            speed: Some(0),
            begin: BTreeMap::from([("PartnerCustomer".to_owned(), customers.to_owned())]),
            ..Options::default()
        };
        Self::with(options)
    }

    fn with(options: Options) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(CONTRACT);
        let server = Sandbox::start_file(path, options).expect("a server");
        Self {
            client: client(&server, &server.client_id, &server.client_secret),
            server,
            contract: contract(),
            number: Cell::new(0),
            states: RefCell::default(),
            codes: RefCell::default(),
        }
    }

    fn text(&self, tail: &str) -> String {
        self.number.set(self.number.get() + 1);
        format!("r-{}{tail}", self.number.get())
    }

    fn key(&self) -> IdempotencyKey {
        IdempotencyKey::new(self.text("-key")).expect("a key")
    }

    /// The example of a request without files and evidence, with these members.
    fn body<T: DeserializeOwned>(&self, operation: &str, members: &[(&str, &str)]) -> T {
        let content = &operations(&self.contract)[operation]["requestBody"]["content"]["application/json"];
        let named = content["examples"]
            .as_object()
            .and_then(|all| Some(all.values().next()?["value"].clone()));
        let mut body = named.unwrap_or_else(|| content["example"].clone());
        without(
            &mut body,
            &[
                "documents",
                "supportFiles",
                "supportingDocuments",
                "buyerId",
                "expiresAt",
                "operationAuthorization",
            ],
        );
        for (member, text) in members {
            match member.split_once('/') {
                Some((outer, inner)) => body[outer][inner] = (*text).into(),
                None => body[*member] = (*text).into(),
            }
        }
        serde_json::from_value(body).unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    fn see<S: Serialize>(&self, status: &S) {
        let name = std::any::type_name::<S>()
            .rsplit("::")
            .next()
            .expect("a name")
            .trim_end_matches('>');
        let state = serde_json::to_value(status).expect("JSON");
        let state = state.as_str().expect("a text").to_owned();
        self.states.borrow_mut().insert((name.to_owned(), state));
    }

    /// Looks at once, and after each of eight seconds.
    fn watch(&self, look: impl Fn()) {
        look();
        for _ in 0..8 {
            self.server.step(1);
            look();
        }
    }

    #[track_caller]
    fn refused<T: std::fmt::Debug>(&self, result: Result<T, Error>) {
        let error = result.expect_err("a refusal");
        let problem: Option<PartnerProblem> = error.problem_as().and_then(Result::ok);
        let problem = problem.unwrap_or_else(|| panic!("no problem document: {error:?}"));
        self.codes.borrow_mut().insert(problem.code.as_str().to_owned());
    }

    fn customer(&self, tail: &str) -> CustomerId {
        let body = self.body("createPartnerCustomer", &[("partnerCustomerRef", &self.text(tail))]);
        self.client
            .customers()
            .create(self.key(), &body)
            .wait()
            .expect("a customer")
            .customer_id
    }

    fn authorized<O>(&self, operation: &str, draft: Draft<O>) -> Authorized<O>
    where
        O: Approval<Evidence = PartnerOperationAuthorizationEvidence>,
    {
        let mut evidence =
            operations(&self.contract)[operation]["requestBody"]["content"]["application/json"]["example"]["operationAuthorization"].clone();
        evidence["operationHash"] = draft.hash().into();
        draft
            .authorize(serde_json::from_value(evidence).expect("evidence"))
            .expect("approved")
    }

    fn account(&self, customer: &CustomerId, tail: &str) -> BankAccountId {
        let body = self.body(
            "createPartnerBankAccount",
            &[("clientReference", &self.text(tail)), ("currency", "EUR")],
        );
        let made = self.client.bank_accounts().create(self.key(), customer, &body).wait();
        self.watch(|| {
            let page = self.client.bank_accounts().list(customer).wait().expect("a page");
            page.data
                .iter()
                .filter_map(|one| one.status.as_ref())
                .for_each(|status| self.see(status));
        });
        made.expect("an account").bank_account_id.expect("an id")
    }

    /// A draft of a withdrawal of this amount, as it would be sent.
    fn fiat_draft(
        &self,
        customer: &CustomerId,
        account: &BankAccountId,
        amount: &str,
        tail: &str,
        wait: u32,
    ) -> Authorized<CreatePartnerFiatWithdrawalApprovalDraft> {
        let members = [("bankAccountId", account.as_str()), ("amount", amount)];
        let body = self.body("createPartnerFiatWithdrawalQuote", &members);
        let refresh = RefreshKey::random().expect("a key");
        let quote = self
            .client
            .fiat_withdrawal_quotes()
            .create(refresh, customer, &body)
            .wait()
            .expect("a quote");
        self.see(&quote.status);
        self.server.step(wait);
        let operation = "createPartnerFiatWithdrawalApprovalDraft";
        let reference = self.text(tail);
        let body = [
            ("quoteId", quote.quote_id.as_str()),
            ("clientReference", &reference),
            members[0],
            members[1],
        ];
        let draft = self
            .client
            .fiat_withdrawals()
            .draft(customer, &self.body(operation, &body))
            .expect("a draft");
        self.authorized(operation, draft)
    }

    fn fiat_withdrawal(
        &self,
        customer: &CustomerId,
        account: &BankAccountId,
        amount: &str,
        tail: &str,
    ) -> PartnerFiatWithdrawal {
        let body = self.fiat_draft(customer, account, amount, tail, 0);
        let made = self
            .client
            .fiat_withdrawals()
            .create(self.key(), &body)
            .wait()
            .expect("a withdrawal");
        self.see(&made.status);
        if tail.is_empty() {
            let submission = SubmitPartnerFiatWithdrawalRequest::of(&body);
            let submitted = self
                .client
                .fiat_withdrawals()
                .submit(self.key(), &made.withdrawal_id, &submission)
                .wait();
            self.see(&submitted.expect("a submission").status);
        }
        made
    }

    fn follow_fiat(&self, customer: &CustomerId, id: &FiatWithdrawalId) {
        self.watch(|| {
            let own = self.client.fiat_withdrawals().get(id).wait().expect("a withdrawal");
            self.see(&own.status);
            if own.status.as_str() == "ADDITIONAL_INFO_REQUIRED" {
                let body = self.body("submitAdditionalInformationForAPartnerFiatWithdrawal", &[]);
                let sent = self
                    .client
                    .fiat_withdrawals()
                    .submit_additional_info(self.key(), id, &body)
                    .wait();
                sent.expect("information");
            }
            self.transactions(customer);
        });
    }

    fn transactions(&self, customer: &CustomerId) {
        let page = self.client.transactions().list(customer).wait().expect("a page");
        page.data.iter().for_each(|one| self.see(&one.status));
    }
}

/// The scenarios of customers and their onboarding.
fn customers(place: &Place) {
    let (client, operation) = (&place.client, "createPartnerCustomer");
    for tail in ["", "-missing-info", "-rejected", "-suspended", "-closed"] {
        let body = place.body(operation, &[("partnerCustomerRef", &place.text(tail))]);
        let made = client
            .customers()
            .create(place.key(), &body)
            .wait()
            .expect("a customer");
        place.see(&made.status);
        let upload = Upload::from_bytes(&b"%PDF"[..]).named("passport.pdf");
        let upload = UploadPartnerCustomerFileRequest::new(upload, PartnerDocumentType::Passport);
        let file = client
            .customers()
            .upload_file(place.key(), &made.customer_id, &upload)
            .wait()
            .expect("a file");
        let mut evidence: Value = operations(&place.contract)["submitPartnerAttestedKycOrKybEvidence"]["requestBody"]["content"]
            ["application/json"]["examples"]["individualKyc"]["value"]
            .clone();
        let documents = evidence["evidence"]["supportingDocuments"]
            .as_array_mut()
            .expect("documents");
        for document in documents {
            document["fileAssetId"] = file.file_asset_id.as_str().into();
        }
        evidence["partnerAttestation"]["attestedByClientId"] = place.server.client_id.as_str().into();
        let evidence = serde_json::from_value(evidence).expect("evidence");
        let sent = client
            .customers()
            .submit_onboarding(place.key(), &made.customer_id, &evidence)
            .wait();
        place.see(&sent.expect("a submission").status);
        place.watch(|| {
            let refresh = RefreshKey::random().expect("a key");
            place.see(
                &client
                    .customers()
                    .lookup(refresh, &body)
                    .wait()
                    .expect("a customer")
                    .status,
            );
        });
    }
    for tail in ["-rate-limited", "-unavailable"] {
        let body = place.body(operation, &[("partnerCustomerRef", &place.text(tail))]);
        place.refused(client.customers().create(place.key(), &body).retries(0).wait());
    }
}

/// The scenarios of what customers receive without a call.
fn deposits(place: &Place) {
    let client = &place.client;
    for tail in [
        "-travel-rule",
        "-crypto-deposit",
        "-crypto-deposit-rejected",
        "-wallet-disabled",
    ] {
        let customer = place.customer(tail);
        place.watch(|| {
            let page = client.crypto_deposits().list(&customer).wait().expect("a page");
            page.data.iter().for_each(|one| place.see(&one.status));
            let page = client.crypto_deposit_wallets().list(&customer).wait().expect("a page");
            page.data.iter().for_each(|one| place.see(&one.status));
        });
    }
    for tail in [
        "",
        "-more-info",
        "-rejected",
        "-unavailable",
        "-account-suspended",
        "-account-closed",
        "-deposit",
        "-deposit-rejected",
    ] {
        let customer = place.customer("");
        let capabilities = || {
            let page = client
                .fiat_account_capabilities()
                .get(&customer)
                .wait()
                .expect("routes");
            for route in &page.data.routes {
                place.see(&route.status);
                route
                    .latest_application_status
                    .iter()
                    .for_each(|status| place.see(status));
            }
        };
        capabilities();
        let body = place.body(
            "createPartnerFiatAccountApplication",
            &[("clientReference", &place.text(tail))],
        );
        client
            .fiat_account_applications()
            .create(place.key(), &customer, &body)
            .wait()
            .expect("an application");
        place.watch(|| {
            capabilities();
            let page = client.fiat_accounts().list(&customer).wait().expect("a page");
            page.data.iter().for_each(|one| place.see(&one.status));
            let page = client.fiat_deposits().list(&customer).wait().expect("a page");
            page.data.iter().for_each(|one| place.see(&one.status));
        });
    }
}

fn activations(place: &Place) {
    for tail in ["", "-more-info", "-rejected", "-unavailable"] {
        let customer = place.customer("");
        let body = place.body(
            "activatePartnerFiatWithdrawalCapability",
            &[("clientReference", &place.text(tail))],
        );
        let routes = place.client.fiat_withdrawal_capabilities();
        routes
            .activate(place.key(), &customer, &body)
            .wait()
            .expect("an activation");
        place.watch(|| {
            for route in place
                .client
                .fiat_withdrawal_capabilities()
                .get(&customer)
                .wait()
                .expect("routes")
                .data
                .routes
            {
                place.see(&route.status);
                route
                    .latest_activation_status
                    .iter()
                    .for_each(|status| place.see(status));
            }
        });
    }
}

fn fiat_withdrawals(place: &Place) {
    let customer = place.customer("");
    let account = place.account(&customer, "");
    place.account(&customer, "-rejected");
    for amount in ["75.00", "75.91", "75.92", "75.93", "75.94"] {
        let made = place.fiat_withdrawal(&customer, &account, amount, "");
        place.follow_fiat(&customer, &made.withdrawal_id);
    }
    let made = place.fiat_withdrawal(&customer, &account, "75.00", "-expired");
    place.follow_fiat(&customer, &made.withdrawal_id);
    // An hour for each step: nothing within eight seconds.
    let slow = place.fiat_withdrawal(&customer, &account, "75.95", "");
    place.follow_fiat(&customer, &slow.withdrawal_id);
    let state = || {
        place
            .client
            .fiat_withdrawals()
            .get(&slow.withdrawal_id)
            .wait()
            .expect("a withdrawal")
            .status
    };
    assert_eq!(state().as_str(), "SUBMITTED");
    place.server.step(3600);
    assert_eq!(state().as_str(), "PROCESSING");
    place.server.step(3600);
    assert_eq!(state().as_str(), "COMPLETED");
    for (amount, wait) in [("75.97", 0), ("75.99", 0), ("75.98", 1)] {
        let body = place.fiat_draft(&customer, &account, amount, "", wait);
        place.refused(
            place
                .client
                .fiat_withdrawals()
                .create(place.key(), &body)
                .retries(0)
                .wait(),
        );
    }
    let body = place.fiat_draft(&customer, &account, "75.00", "", 0);
    let made = place
        .client
        .fiat_withdrawals()
        .create(place.key(), &body)
        .wait()
        .expect("a withdrawal");
    let submission = SubmitPartnerFiatWithdrawalRequest::of(&body);
    let submit = || {
        place
            .client
            .fiat_withdrawals()
            .submit(place.key(), &made.withdrawal_id, &submission)
            .wait()
    };
    submit().expect("a submission");
    place.refused(submit());
}

fn crypto_withdrawals(place: &Place) {
    let (client, customer) = (&place.client, place.customer(""));
    let beneficiary = |tail: &str| -> WalletBeneficiaryId {
        let body = place.body(
            "createPartnerCryptoWalletBeneficiary",
            &[("clientReference", &place.text(tail))],
        );
        let made = client
            .wallet_beneficiaries()
            .create(place.key(), &customer, &body)
            .wait()
            .expect("a beneficiary");
        place.watch(|| {
            let own = client.wallet_beneficiaries().get(&made.wallet_beneficiary_id).wait();
            place.see(&own.expect("a beneficiary").status);
        });
        made.wallet_beneficiary_id
    };
    beneficiary("-rejected");
    let wallet = beneficiary("");
    let withdraw = |amount: &str, tail: &str, wait: u32| -> Result<PartnerCryptoWithdrawal, Error> {
        let members = [("walletBeneficiaryId", wallet.as_str()), ("amount", amount)];
        let body = place.body("createPartnerCryptoWithdrawalQuote", &members);
        let refresh = RefreshKey::random().expect("a key");
        let quote = client
            .crypto_withdrawal_quotes()
            .create(refresh, &customer, &body)
            .wait()
            .expect("a quote");
        place.see(&quote.status);
        place.server.step(wait);
        let operation = "createPartnerCryptoWithdrawalApprovalDraft";
        let reference = place.text(tail);
        let body = [
            ("quoteId", quote.quote_id.as_str()),
            ("clientReference", &reference),
            members[0],
            members[1],
        ];
        let draft = client
            .crypto_withdrawals()
            .draft(&customer, &place.body(operation, &body))
            .expect("a draft");
        let body = place.authorized(operation, draft);
        let made = client
            .crypto_withdrawals()
            .create(place.key(), &body)
            .retries(0)
            .wait()?;
        place.see(&made.status);
        if tail.is_empty() {
            let submission = SubmitPartnerCryptoWithdrawalRequest::of(&body);
            client
                .crypto_withdrawals()
                .submit(place.key(), &made.withdrawal_id, &submission)
                .wait()?;
        }
        Ok(made)
    };
    for (amount, tail) in [("75.00", ""), ("75.91", ""), ("75.95", ""), ("75.00", "-expired")] {
        let made = withdraw(amount, tail, 0).expect("a withdrawal");
        place.watch(|| {
            place.see(
                &client
                    .crypto_withdrawals()
                    .get(&made.withdrawal_id)
                    .wait()
                    .expect("one")
                    .status,
            );
        });
    }
    for (amount, wait) in [("75.97", 0), ("75.99", 0), ("75.98", 1)] {
        place.refused(withdraw(amount, "", wait));
    }
    let body = place.body("removePartnerCryptoWalletBeneficiary", &[]);
    let removed = client.wallet_beneficiaries().remove(place.key(), &wallet, &body).wait();
    place.see(&removed.expect("a beneficiary").status);
}

fn refunds(place: &Place) {
    let client = &place.client;
    let deposit = |customer: &CustomerId, state: &str| -> CryptoDepositId {
        let page = client.crypto_deposits().list(customer).wait().expect("a page");
        let mut all = page.data.into_iter().filter(|one| one.status.as_str() == state);
        all.next()
            .unwrap_or_else(|| panic!("a deposit that is {state}"))
            .deposit_id
    };
    let operation = "createPartnerCryptoRefundApprovalDraft";
    let approved = |customer: &CustomerId, deposit: &CryptoDepositId, amount: &str, tail: &str| {
        let reference = place.text(tail);
        let members = [
            ("source/depositId", deposit.as_str()),
            ("amount", amount),
            ("clientReference", &reference),
        ];
        let draft = client
            .crypto_refunds()
            .draft(customer, &place.body(operation, &members))
            .expect("a draft");
        place.authorized(operation, draft)
    };
    let customer = place.customer("-crypto-deposit");
    place.server.step(8);
    let credited = deposit(&customer, "COMPLETED");
    for (amount, tail) in [("75.00", ""), ("75.91", ""), ("75.00", "-expired")] {
        let body = approved(&customer, &credited, amount, tail);
        let made = client
            .crypto_refunds()
            .create(place.key(), &body)
            .wait()
            .expect("a refund");
        place.see(&made.status);
        if tail.is_empty() {
            let next = SubmitPartnerCryptoRefundRequest::of(&body);
            let submitted = client
                .crypto_refunds()
                .submit(place.key(), &made.refund_id, &next)
                .wait();
            place.see(&submitted.expect("a submission").status);
            let confirmed = client
                .crypto_refunds()
                .confirm(place.key(), &made.refund_id, &next)
                .wait();
            place.see(&confirmed.expect("a confirmation").status);
        }
        place.watch(|| {
            place.see(
                &client
                    .crypto_refunds()
                    .get(&made.refund_id)
                    .wait()
                    .expect("a refund")
                    .status,
            );
        });
    }
    let customer = place.customer("-travel-rule");
    place.server.step(2);
    let held = deposit(&customer, "PENDING_TRAVEL_RULE");
    place.refused(
        client
            .crypto_refunds()
            .create(place.key(), &approved(&customer, &held, "75.00", ""))
            .wait(),
    );
}

fn conversions(place: &Place) {
    let (client, customer) = (&place.client, place.customer(""));
    let convert = |amount: &str, wait: u32| {
        let body = place.body(
            "createPartnerConversionQuote",
            &[("amount", amount), ("amountSide", "SOURCE")],
        );
        let refresh = RefreshKey::random().expect("a key");
        let quote = client
            .conversion_quotes()
            .create(refresh, &customer, &body)
            .wait()
            .expect("a quote");
        place.see(&quote.status);
        place.server.step(wait);
        place.see(
            &client
                .conversion_quotes()
                .get(&quote.quote_id)
                .wait()
                .expect("a quote")
                .status,
        );
        let operation = "createPartnerConversionApprovalDraft";
        let told = serde_json::to_value(&quote).expect("JSON");
        let reference = place.text("");
        let mut members = vec![
            ("clientReference", reference.as_str()),
            ("quoteId", quote.quote_id.as_str()),
        ];
        for member in ["sourceAsset", "sourceAmount", "destinationAsset", "destinationAmount"] {
            members.push((member, told[member].as_str().expect("a text")));
        }
        let draft = client
            .conversions()
            .draft(&customer, &place.body(operation, &members))
            .expect("a draft");
        let made = client
            .conversions()
            .create(place.key(), &place.authorized(operation, draft))
            .wait();
        place.see(
            &client
                .conversion_quotes()
                .get(&quote.quote_id)
                .wait()
                .expect("a quote")
                .status,
        );
        made
    };
    for amount in ["1000.00", "1000.91", "1000.95"] {
        let made = convert(amount, 0).expect("a conversion");
        place.see(&made.status);
        place.watch(|| {
            place.see(
                &client
                    .conversions()
                    .get(&made.conversion_id)
                    .wait()
                    .expect("one")
                    .status,
            );
        });
    }
    place.refused(convert("1000.97", 0));
    place.refused(convert("1000.98", 1));
}

fn collections(place: &Place) {
    let (client, customer) = (&place.client, place.customer(""));
    let buyer = |tail: &str| -> BuyerId {
        let body = place.body(
            "createPartnerCollectionBuyer",
            &[("clientReference", &place.text(tail))],
        );
        let made = client
            .buyers()
            .create(place.key(), &customer, &body)
            .wait()
            .expect("a buyer");
        place.watch(|| place.see(&client.buyers().get(&made.buyer_id).wait().expect("a buyer").status));
        made.buyer_id
    };
    buyer("-rejected");
    let buyer = buyer("");
    for tail in ["", "-underpaid", "-overpaid", "-expired", "closed"] {
        let members = [
            ("clientReference", place.text(tail)),
            ("expiresAt", "2099-01-01T00:00:00Z".to_owned()),
        ];
        let members = members.each_ref().map(|(member, text)| (*member, text.as_str()));
        let body = place.body("createPartnerCryptoCheckout", &members);
        let made = client
            .crypto_checkouts()
            .create(place.key(), &customer, &body)
            .wait()
            .expect("a checkout");
        place.watch(|| {
            place.see(
                &client
                    .crypto_checkouts()
                    .get(&made.checkout_id)
                    .wait()
                    .expect("one")
                    .status,
            );
        });
        if tail.is_empty() {
            place.server.step(30);
            place.see(
                &client
                    .crypto_checkouts()
                    .get(&made.checkout_id)
                    .wait()
                    .expect("one")
                    .status,
            );
        }
        if tail == "closed" {
            let body = place.body("closePartnerCryptoCheckout", &[]);
            let closed = client
                .crypto_checkouts()
                .close(place.key(), &made.checkout_id, &body)
                .wait();
            place.see(&closed.expect("a checkout").status);
        }
    }
    for tail in ["", "-expired", "-payment", "-payment-rejected"] {
        let reference = place.text(tail);
        let members = [
            ("clientReference", reference.as_str()),
            ("buyerId", buyer.as_str()),
            ("expiresAt", "2099-01-01T00:00:00Z"),
        ];
        let body = place.body("createPartnerCollectionWallet", &members);
        let made = client
            .collection_wallets()
            .create(place.key(), &customer, &body)
            .wait()
            .expect("a wallet");
        place.watch(|| {
            place.see(
                &client
                    .collection_wallets()
                    .get(&made.wallet_id)
                    .wait()
                    .expect("a wallet")
                    .status,
            );
            let page = client.collection_payments().list(&customer).wait().expect("a page");
            page.data.iter().for_each(|one| place.see(&one.status));
        });
        if tail.is_empty() {
            let body = place.body("deactivatePartnerCollectionWallet", &[]);
            let ended = client
                .collection_wallets()
                .deactivate(place.key(), &made.wallet_id, &body)
                .wait();
            place.see(&ended.expect("a wallet").status);
        }
    }
}

/// The actions of `ACTIONS` that no other part takes.
fn actions(place: &Place) {
    let (client, server, customer) = (&place.client, &place.server, place.customer(""));
    let secret = server.client_secret.as_str();
    let list = |client: &Client, customer: &CustomerId| client.balances().list(customer).retries(0).wait();
    place.refused(list(&self::client(server, "nobody", secret), &customer));
    place.refused(list(
        &self::client(server, &server.client_id, "another secret"),
        &customer,
    ));
    server.set_clock_offset(90_000);
    place.refused(list(client, &customer));
    server.set_clock_offset(0);
    place.refused(
        client
            .balances()
            .list(&customer)
            .header("Sandbox-Answer", "twice")
            .retries(0)
            .wait(),
    );
    place.refused(list(client, &CustomerId::from("00000000-0000-4000-8000-00000000dead")));
    place.refused(
        client
            .fiat_withdrawals()
            .get(&FiatWithdrawalId::from("00000000-0000-4000-8000-00000000dead"))
            .wait(),
    );
    let body = place.body("createPartnerConversionQuote", &[("destinationAsset", "EUR")]);
    let refresh = RefreshKey::random().expect("a key");
    place.refused(client.conversion_quotes().create(refresh, &customer, &body).wait());
    let operation = "createPartnerCustomer";
    let (name, key) = (place.text(""), place.text("-key"));
    let body = |name: &str, shown: &str| place.body(operation, &[("partnerCustomerRef", name), ("displayName", shown)]);
    let used = || IdempotencyKey::used_before(key.clone()).expect("a key");
    client
        .customers()
        .create(used(), &body(&name, "Jane"))
        .wait()
        .expect("a customer");
    place.refused(client.customers().create(place.key(), &body(&name, "John")).wait());
    place.refused(
        client
            .customers()
            .create(used(), &body(&place.text(""), "Jane"))
            .retries(0)
            .wait(),
    );
    let (other, key) = (body(&place.text(""), "Jane"), place.text("-key"));
    let used = || IdempotencyKey::used_before(key.clone()).expect("a key");
    let killed = client
        .customers()
        .create(used(), &other)
        .header("Sandbox-Answer", "killed")
        .retries(0)
        .wait();
    killed.expect_err("no answer");
    place.refused(client.customers().create(used(), &other).retries(0).wait());
}

/// The codes of what is switched off for a client.
fn refusals() -> BTreeSet<String> {
    let refuse = |operations: &str, code: &str| Refused {
        client: "north".to_owned(),
        operations: operations.to_owned(),
        code: code.to_owned(),
    };
    let place = Place::with(Options {
        client_id: Some("north".to_owned()),
        refusals: vec![
            refuse("Partner Fiat", "PARTNER_PRODUCT_DISABLED"),
            refuse("listPartnerCustomerBalances", "PARTNER_SCOPE_DENIED"),
        ],
        ..Options::default()
    });
    let customer = place.customer("");
    place.refused(place.client.bank_accounts().list(&customer).wait());
    place.refused(place.client.balances().list(&customer).wait());
    place.codes.into_inner()
}

#[test]
fn every_state_and_every_code_is_reached_and_every_scenario_is_used() {
    let (draft, approved) = (Place::new("DRAFT"), Place::new("APPROVED"));
    customers(&draft);
    for part in [
        deposits,
        activations,
        fiat_withdrawals,
        crypto_withdrawals,
        refunds,
        conversions,
        collections,
        actions,
    ] {
        part(&approved);
    }
    let places = [&draft, &approved];
    let contract = contract();
    let mut missing = Vec::new();
    let calls: Vec<_> = places.iter().flat_map(|place| place.server.calls()).collect();
    for (operation, name) in scenarios(&contract).keys() {
        let is_used = calls
            .iter()
            .filter(|call| call.operation.as_ref() == Some(operation))
            .any(|call| {
                let mut checks = call.checks.iter().filter(|check| check.name == "scenario");
                checks.any(|check| check.note.split(':').next() == Some(name))
            });
        if !is_used {
            missing.push(format!("scenario `{name}` of {operation} is not used"));
        }
    }
    let states: BTreeSet<_> = places.iter().flat_map(|place| place.states.borrow().clone()).collect();
    let mut codes: BTreeSet<_> = places.iter().flat_map(|place| place.codes.borrow().clone()).collect();
    codes.extend(refusals());
    let (mut lifecycles, mut all) = (0, 0);
    for (name, schema) in contract["components"]["schemas"].as_object().expect("schemas") {
        let values = schema["enum"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|value| value.as_str().expect("a text").to_owned());
        if schema.get("x-lifecycle").is_some() {
            lifecycles += 1;
            for state in values {
                all += 1;
                if !states.contains(&(name.clone(), state.clone())) {
                    missing.push(format!("{name}: {state} is not reached"));
                }
            }
        } else if schema.get("x-problem-registry").is_some() {
            missing.extend(
                values
                    .filter(|code| !codes.contains(code))
                    .map(|code| format!("{code} is not reached")),
            );
        }
    }
    println!(
        "{all} states of {lifecycles} lifecycles, {} codes, {} scenarios",
        codes.len(),
        scenarios(&contract).len()
    );
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn the_documentation_lists_every_scenario_and_what_leads_to_the_other_codes() {
    let contract = contract();
    let mut rows = vec![
        "| operation | values and what comes of them | leads to |".to_owned(),
        "|---|---|---|".to_owned(),
    ];
    for (id, operation) in operations(&contract) {
        for row in operation["x-scenarios"].as_array().into_iter().flatten() {
            let ends = match &row["to"] {
                Value::Array(states) => states
                    .iter()
                    .filter_map(Value::as_str)
                    .map(|state| format!("`{state}`"))
                    .collect(),
                Value::String(state) => vec![format!("`{state}`")],
                _ => row["refuses"]
                    .as_str()
                    .map(|code| format!("`{code}`"))
                    .into_iter()
                    .collect(),
            };
            rows.push(format!(
                "| `{id}` | {} | {} |",
                row["message"].as_str().expect("a message"),
                ends.join(", then ")
            ));
        }
    }
    let scenarios = rows.join("\n");
    let mut rows = vec!["| code | how to get it |".to_owned(), "|---|---|".to_owned()];
    rows.extend(ACTIONS.iter().map(|(code, action)| format!("| `{code}` | {action} |")));
    let wanted = [scenarios, rows.join("\n")];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/sandbox.md");
    let text = std::fs::read_to_string(&path).expect("readable");
    let mut parts = text.split("\n\n").map(str::to_owned).collect::<Vec<_>>();
    let mut found = 0;
    for part in &mut parts {
        for table in &wanted {
            if part.lines().next() == table.lines().next() {
                found += 1;
                part.clone_from(table);
            }
        }
    }
    assert_eq!(found, wanted.len(), "docs/sandbox.md has both tables");
    let new = parts.join("\n\n");
    if std::env::var_os("OVERWRITE").is_some() {
        std::fs::write(&path, &new).expect("written");
    } else {
        assert!(
            new == text,
            "docs/sandbox.md does not fit the contract: OVERWRITE=1 writes its tables anew"
        );
    }
    let known: BTreeSet<&str> = ACTIONS.iter().map(|(code, _)| *code).collect();
    let refused = self::scenarios(&contract);
    let refused: BTreeSet<&str> = refused.values().filter_map(|row| row["refuses"].as_str()).collect();
    let codes = contract["components"]["schemas"]["PartnerProblemCode"]["enum"]
        .as_array()
        .expect("codes");
    let silent: Vec<_> = codes
        .iter()
        .filter_map(Value::as_str)
        .filter(|code| !known.contains(code) && !refused.contains(code))
        .collect();
    assert!(silent.is_empty(), "nothing says how to get {silent:?}");
}
