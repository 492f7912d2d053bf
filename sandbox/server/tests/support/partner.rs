//! A client for tests of `openapi/partner-api.yaml`: signed by hand, with bodies as JSON. It takes nothing from the server's
//! code.

use crate::support::client::{Answer, FIRST, exchange, hex, now, unique};
use aws_lc_rs::{digest, hmac};
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use serde_json::{Value, json};

/// A server, and the customer of most calls.
pub(crate) struct Partner {
    pub(crate) server: Running,
    pub(crate) customer: String,
}

impl Partner {
    /// A server with a person who is approved and can withdraw.
    pub(crate) fn start() -> Self {
        Self::with(Options::default())
    }

    /// A server whose time stands still, with a person who is approved.
    pub(crate) fn frozen() -> Self {
        Self::with(Options {
            speed: Some(0),
            ..Options::default()
        })
    }

    pub(crate) fn with(options: Options) -> Self {
        Self::with_server(Sandbox::start_file(FIRST, options).unwrap(), "")
    }

    /// A server whose time stands still, with a person who is approved and receives a deposit of 1500.00 USDC, which was
    /// detected, and the id of the deposit.
    pub(crate) fn with_deposit() -> (Self, String) {
        let options = Options {
            speed: Some(0),
            ..Options::default()
        };
        let jane = Self::with_server(Sandbox::start_file(FIRST, options).unwrap(), "-crypto-deposit");
        let deposits = jane.get(&jane.own("crypto/deposits"));
        let id = text(&deposits["data"][0], "depositId");
        (jane, id)
    }

    /// A new person of a server who is approved and can withdraw, with a reference that ends in these characters.
    pub(crate) fn with_server(server: Running, ending: &str) -> Self {
        let customer = referenced(&server, "INDIVIDUAL", &(unique("cust") + ending));
        server.set_state(&customer, "APPROVED").unwrap();
        let jane = Self { server, customer };
        for (route, currency) in [("SEPA_EUR", "EUR"), ("FPS_GBP", "GBP"), ("ACH_USD", "USD")] {
            let body = json!({ "routeCode": route, "currency": currency });
            let made = jane.post(&jane.own("fiat-withdrawal-capabilities/activation"), &body);
            jane.server.set_state(&text(&made, "activationId"), "APPROVED").unwrap();
        }
        jane
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        let answer = send(&self.server, "GET", path, None);
        assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
        answer.json()
    }

    /// The answer of a success.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        let answer = send(&self.server, "POST", path, Some(body));
        assert!(
            (200..300).contains(&answer.status),
            "{path}: {}",
            String::from_utf8_lossy(&answer.body)
        );
        answer.json()
    }

    /// The code of a refusal, with the members that it names.
    pub(crate) fn refused(&self, path: &str, body: &Value) -> (String, Vec<String>) {
        refusal(&send(&self.server, "POST", path, Some(body)))
    }

    /// The path of something of the customer.
    pub(crate) fn own(&self, rest: &str) -> String {
        format!("/partner/v1/customers/{}/{rest}", self.customer)
    }

    /// The body with evidence that it was approved.
    pub(crate) fn approved(&self, operation: &str, body: &Value) -> Value {
        let payload = json!({ "operation": operation, "customerId": self.customer, "payload": body });
        // Keys of a `serde_json` map are sorted, and the values are ASCII texts: this is the canonical form.
        let hash = digest::digest(&digest::SHA256, payload.to_string().as_bytes());
        let mut body = body.clone();
        body["operationAuthorization"] = json!({
            "operationHash": hex(hash.as_ref()),
            "approvedAt": rfc3339(now()),
            "approvedBy": "user-4711",
            "approvalMethod": "PASSKEY",
        });
        body
    }

    /// A conversion of euros that is a draft.
    pub(crate) fn convert(&self, amount: &str) -> String {
        let wish = json!({ "sourceAsset": "EUR", "destinationAsset": "USDC", "amount": amount });
        let quote = self.post(&self.own("conversion-quotes"), &wish);
        let mut body = json!({ "clientReference": unique("conv"), "quoteId": quote["quoteId"] });
        for name in ["sourceAsset", "sourceAmount", "destinationAsset", "destinationAmount"] {
            body[name] = quote[name].clone();
        }
        let body = self.approved("createPartnerConversionApprovalDraft", &body);
        text(&self.post(&self.own("conversions"), &body), "conversionId")
    }

    /// A wish for a wallet of an active buyer, without an end, and with a reference that ends in these characters.
    pub(crate) fn wallet(&self, ending: &str) -> Value {
        let buyer = json!({ "buyerType": "INDIVIDUAL", "name": "John Sender", "clientReference": unique("b") });
        let buyer = self.post(&self.own("buyers"), &buyer);
        self.server.set_state(&text(&buyer, "buyerId"), "ACTIVE").unwrap();
        json!({ "buyerId": buyer["buyerId"], "clientReference": unique("cw") + ending,
            "acceptedAssets": [{ "asset": "USDC", "network": "ETHEREUM" }] })
    }

    /// The answer to a requirement, with a new file of this type.
    pub(crate) fn answers(&self, code: &str, document: &str) -> Value {
        let file = upload(&self.server, &self.customer, "application/pdf", b"%PDF-1.7").json();
        let document = json!({ "documentType": document, "fileAssetId": file["fileAssetId"] });
        json!({ "answers": [{ "code": code, "supportingDocuments": [document] }] })
    }

    /// A bank account that can receive money.
    pub(crate) fn account(&self) -> String {
        let body = json!({ "relationship": "SAME_NAME", "accountHolderName": "Jane", "currency": "EUR", "bankCountry": "DE",
            "iban": "DE89370400440532013000", "clientReference": unique("ba") });
        let id = text(&self.post(&self.own("bank-accounts"), &body), "bankAccountId");
        self.server.set_state(&id, "ACTIVE").unwrap();
        id
    }

    /// A wallet beneficiary, still pending.
    pub(crate) fn beneficiary(&self) -> String {
        let body = json!({ "label": "Jane", "asset": "USDC", "network": "ETHEREUM", "walletType": "HOSTED",
            "address": "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "relationship": "SELF",
            "provider": { "name": "Example Exchange Ltd" }, "clientReference": unique("wb") });
        text(
            &self.post(&self.own("crypto/wallet-beneficiaries"), &body),
            "walletBeneficiaryId",
        )
    }

    pub(crate) fn fiat_quote(&self, account: &str, amount: &str, currency: &str) -> Value {
        let body = json!({ "bankAccountId": account, "amount": amount, "currency": currency });
        self.post(&self.own("fiat-withdrawal-quotes"), &body)
    }

    /// The body of a withdrawal by a quote, approved.
    pub(crate) fn withdrawal(&self, quote: &Value, amount: &str, currency: &str) -> Value {
        let body = json!({ "clientReference": unique("wd"), "quoteId": quote["quoteId"], "bankAccountId": quote["bankAccountId"],
            "amount": amount, "currency": currency });
        self.approved("createPartnerFiatWithdrawalApprovalDraft", &body)
    }
}

/// A customer in its first state.
pub(crate) fn customer(server: &Running, of_type: &str) -> String {
    referenced(server, of_type, &unique("cust"))
}

/// A customer in its first state, with this reference.
pub(crate) fn referenced(server: &Running, of_type: &str, reference: &str) -> String {
    let body = json!({ "partnerCustomerRef": reference, "customerType": of_type, "displayName": "Jane" });
    text(
        &send(server, "POST", "/partner/v1/customers", Some(&body)).json(),
        "customerId",
    )
}

pub(crate) fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap().to_owned()
}

pub(crate) fn refusal(answer: &Answer) -> (String, Vec<String>) {
    let problem = answer.json();
    let errors = problem["errors"].as_array().into_iter().flatten();
    let fields = errors
        .filter_map(|error| error["field"].as_str())
        .map(str::to_owned)
        .collect();
    let code = problem["code"].as_str().unwrap_or("a success").to_owned();
    (code.trim_start_matches("PARTNER_").to_owned(), fields)
}

pub(crate) fn send(server: &Running, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let body = body.map(|body| serde_json::to_vec(body).unwrap()).unwrap_or_default();
    send_as(server, method, path, "application/json", &body)
}

pub(crate) fn send_as(server: &Running, method: &str, path: &str, media: &str, body: &[u8]) -> Answer {
    let host = server.base_url.strip_prefix("http://").unwrap();
    let key = if method == "GET" { String::new() } else { unique("key") };
    let (time, nonce) = (rfc3339(now()), unique("nonce-nonce"));
    let sum = hex(digest::digest(&digest::SHA256, body).as_ref());
    let base = [method, path, &sum, &time, &nonce, &key].join("\n");
    let mac = hmac::sign(
        &hmac::Key::new(hmac::HMAC_SHA256, server.client_secret.as_bytes()),
        base.as_bytes(),
    );
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\nX-Request-Id: {nonce}\r\n\
         X-Partner-Client-Id: {}\r\nX-Partner-Timestamp: {time}\r\nX-Partner-Nonce: {nonce}\r\nX-Partner-Signature: {}\r\n",
        body.len(),
        server.client_id,
        hex(mac.as_ref())
    );
    if method != "GET" {
        head.extend(["Idempotency-Key: ", &key, "\r\nContent-Type: ", media, "\r\n"]);
    }
    head.push_str("\r\n");
    exchange(host, &[head.as_bytes(), body].concat()).unwrap()
}

/// The response to an upload of a passport with these bytes.
pub(crate) fn upload(server: &Running, customer: &str, media: &str, bytes: &[u8]) -> Answer {
    let head = format!(
        "--b\r\nContent-Disposition: form-data; name=\"documentType\"\r\n\r\nPASSPORT\r\n--b\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"f\"\r\nContent-Type: {media}\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, b"\r\n--b--\r\n"].concat();
    let path = format!("/partner/v1/customers/{customer}/files");
    send_as(server, "POST", &path, "multipart/form-data; boundary=b", &body)
}

/// Whole seconds since 1970 as a date-time.
pub(crate) fn rfc3339(seconds: i64) -> String {
    let (mut days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let mut year = 1970;
    while days >= 365 + i64::from(leap(year)) {
        days -= 365 + i64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + i64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while days >= lengths[month] {
        days -= lengths[month];
        month += 1;
    }
    format!(
        "{year:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        month + 1,
        days + 1,
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}
