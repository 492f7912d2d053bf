//! A server whose time stands still, a client of it, and the states and codes that were seen there.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::SystemTime;

use oceafin_partner::blocking::Wait as _;
use oceafin_partner::calls::{Authorized, Draft};
use oceafin_partner::operations::fiat_withdrawals::CreatePartnerFiatWithdrawalApprovalDraft;
use oceafin_partner::values::Upload;
use oceafin_partner::{
    BankAccountId, Client, CustomerId, Error, FiatWithdrawalId, IdempotencyKey, PartnerDocumentType,
    PartnerFiatWithdrawal, PartnerOnboardingSupportingDocument, PartnerOperationAuthorizationEvidence, PartnerProblem,
    RefreshKey, SubmitPartnerFiatWithdrawalAdditionalInfoRequest, SubmitPartnerFiatWithdrawalRequest, Timestamp,
    UploadPartnerCustomerFileRequest,
};
use sdkwright_runtime::glue::Approval;
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

const CONTRACT: &str = "openapi/partner-api.yaml";

pub(crate) fn contract() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(CONTRACT);
    serde_yaml::from_str(&std::fs::read_to_string(path).expect("readable")).expect("YAML")
}

/// The operations of a contract, by id.
pub(crate) fn operations(contract: &Value) -> BTreeMap<String, Value> {
    let paths = contract["paths"].as_object().expect("paths").values();
    let all = paths.flat_map(|item| item.as_object().expect("an item").values());
    all.filter_map(|one| Some((one.get("operationId")?.as_str()?.to_owned(), one.clone())))
        .collect()
}

/// Removes members, at every depth.
pub(crate) fn without(value: &mut Value, names: &[&str]) {
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
pub(crate) struct Place {
    pub(crate) server: Running,
    pub(crate) client: Client,
    pub(crate) contract: Value,
    number: Cell<u32>,
    /// Names of statuses, and their states.
    pub(crate) states: RefCell<BTreeSet<(String, String)>>,
    pub(crate) codes: RefCell<BTreeSet<String>>,
}

pub(crate) fn client_of(server: &Running, id: &str, secret: &str) -> Client {
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
    pub(crate) fn new(customers: &str) -> Self {
        let options = Options {
            speed: Some(0),
            begin: BTreeMap::from([("PartnerCustomer".to_owned(), customers.to_owned())]),
            ..Options::default()
        };
        Self::with(options)
    }

    pub(crate) fn with(options: Options) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(CONTRACT);
        let server = Sandbox::start_file(path, options).expect("a server");
        Self {
            client: client_of(&server, &server.client_id, &server.client_secret),
            server,
            contract: contract(),
            number: Cell::new(0),
            states: RefCell::default(),
            codes: RefCell::default(),
        }
    }

    pub(crate) fn text(&self, tail: &str) -> String {
        self.number.set(self.number.get() + 1);
        format!("r-{}{tail}", self.number.get())
    }

    pub(crate) fn key(&self) -> IdempotencyKey {
        IdempotencyKey::new(self.text("-key")).expect("a key")
    }

    /// The example of a request without files and evidence, with these members.
    pub(crate) fn body<T: DeserializeOwned>(&self, operation: &str, members: &[(&str, &str)]) -> T {
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

    pub(crate) fn see<S: Serialize>(&self, status: &S) {
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
    pub(crate) fn watch(&self, look: impl Fn()) {
        look();
        for _ in 0..8 {
            self.server.step(1);
            look();
        }
    }

    #[track_caller]
    pub(crate) fn refused<T: std::fmt::Debug>(&self, result: Result<T, Error>) {
        let error = result.expect_err("a refusal");
        let problem: Option<PartnerProblem> = error.problem_as().and_then(Result::ok);
        let problem = problem.unwrap_or_else(|| panic!("no problem document: {error:?}"));
        self.codes.borrow_mut().insert(problem.code.as_str().to_owned());
    }

    pub(crate) fn customer(&self, tail: &str) -> CustomerId {
        let body = self.body("createPartnerCustomer", &[("partnerCustomerRef", &self.text(tail))]);
        self.client
            .customers()
            .create(self.key(), &body)
            .wait()
            .expect("a customer")
            .customer_id
    }

    /// A customer who can withdraw.
    pub(crate) fn payer(&self) -> CustomerId {
        let customer = self.customer("");
        let body = self.body(
            "activatePartnerFiatWithdrawalCapability",
            &[("clientReference", &self.text(""))],
        );
        let routes = self.client.fiat_withdrawal_capabilities();
        routes
            .activate(self.key(), &customer, &body)
            .wait()
            .expect("an activation");
        self.server.step(5);
        customer
    }

    pub(crate) fn authorized<O>(&self, operation: &str, draft: Draft<O>) -> Authorized<O>
    where
        O: Approval<Evidence = PartnerOperationAuthorizationEvidence>,
    {
        let mut evidence =
            operations(&self.contract)[operation]["requestBody"]["content"]["application/json"]["example"]["operationAuthorization"].clone();
        evidence["operationHash"] = draft.hash().into();
        let now = Timestamp::try_from(SystemTime::now()).expect("an instant");
        evidence["approvedAt"] = now.to_string().into();
        draft
            .authorize(serde_json::from_value(evidence).expect("evidence"))
            .expect("approved")
    }

    pub(crate) fn account(&self, customer: &CustomerId, tail: &str) -> BankAccountId {
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
    pub(crate) fn fiat_draft(
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

    pub(crate) fn fiat_withdrawal(
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
            let submission = SubmitPartnerFiatWithdrawalRequest::from_authorized(&body);
            let submitted = self
                .client
                .fiat_withdrawals()
                .submit(self.key(), &made.withdrawal_id, &submission)
                .wait();
            self.see(&submitted.expect("a submission").status);
        }
        made
    }

    pub(crate) fn follow_fiat(&self, customer: &CustomerId, id: &FiatWithdrawalId) {
        self.watch(|| {
            let own = self.client.fiat_withdrawals().get(id).wait().expect("a withdrawal");
            self.see(&own.status);
            if own.status.as_str() == "ADDITIONAL_INFO_REQUIRED" {
                let upload = Upload::from_bytes(&b"%PDF"[..]).named("proof.pdf");
                let upload = UploadPartnerCustomerFileRequest::new(upload, PartnerDocumentType::Other);
                let customers = self.client.customers();
                let file = customers.upload_file(self.key(), customer, &upload).wait();
                let file = file.expect("a file").file_asset_id;
                let proof = PartnerOnboardingSupportingDocument::new(PartnerDocumentType::Other, file);
                let body = "submitAdditionalInformationForAPartnerFiatWithdrawal";
                let mut body: SubmitPartnerFiatWithdrawalAdditionalInfoRequest = self.body(body, &[]);
                for answer in &mut body.answers {
                    answer.supporting_documents = Some(vec![proof.clone()]);
                }
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

    pub(crate) fn transactions(&self, customer: &CustomerId) {
        let page = self.client.transactions().list(customer).wait().expect("a page");
        page.data.iter().for_each(|one| self.see(&one.status));
    }
}
