//! The overlays that the command contains: `overlay list`, `overlay show`, and the crates of contracts in the form of each API.

use crate::run::{Folder, repository, sdkwright, text};

/// An overlay of deliveries, what the contract of its API declares, and what the crate then has.
struct Form {
    name: &'static str,
    /// Schemas, in YAML.
    schemas: &'static str,
    /// Lines below `/payments`, in YAML.
    paths: &'static str,
    /// Members of the contract's root, in YAML.
    root: &'static str,
    /// Lines of `src/webhooks.rs`.
    verifier: &'static [&'static str],
    /// Lines of `docs/guide.md`.
    guide: &'static [&'static str],
}

const EVENT: &str = "{ type: object, required: [type], properties: { id: { type: string }, type: { type: string } } }";
const OLD_COPIES: &str = "The signature does not reveal a copy of an old delivery";

const FORMS: [Form; 11] = [
    Form {
        name: "acp",
        schemas: "Payment",
        paths: "    post:
      operationId: createPayment
      parameters: [{ name: Idempotency-Key, in: header, schema: { type: string } }]
      responses: { '204': { description: Nothing. } }
",
        root: "",
        verifier: &[
            "header: \"Merchant-Signature\"",
            "glue::MacEncoding::HexAnyCase",
            "future: Some(300)",
        ],
        guide: &["It reads `Merchant-Signature`, and rejects a delivery that is older than 5 minutes."],
    },
    Form {
        name: "adyen",
        schemas: "Payment",
        paths: "",
        root: "",
        verifier: &[
            "glue::SignaturePlace::Header(\"HmacSignature\")",
            "glue::SecretEncoding::Hex",
        ],
        guide: &["It reads `HmacSignature`.", OLD_COPIES],
    },
    Form {
        name: "adyen-standard",
        schemas: "Payment",
        paths: "",
        root: "",
        verifier: &[
            "each: \"/notificationItems/*/NotificationRequestItem\"",
            "signature: \"/additionalData/hmacSignature\"",
        ],
        guide: &["It reads the signature of each item of the body.", OLD_COPIES],
    },
    Form {
        name: "fireblocks-webhooks",
        schemas: "Payment",
        paths: "",
        root: "",
        verifier: &[
            "glue::SignatureAlgorithm::RsaPkcs1Sha512",
            "protected: &[]",
            "https://keys.fireblocks.io/.well-known/jwks.json",
        ],
        guide: &["It reads `Fireblocks-Webhook-Signature`.", OLD_COPIES],
    },
    Form {
        name: "modern-treasury",
        schemas: "Payment",
        paths: "",
        root: "",
        verifier: &[
            "glue::SignaturePlace::Header(\"X-Signature\")",
            "event_type: Some(\"/event\")",
        ],
        guide: &["It reads `X-Signature`.", OLD_COPIES],
    },
    Form {
        name: "paypal",
        schemas: "Payment",
        paths: "",
        root: "",
        verifier: &[
            "&[glue::Filter::Crc32, glue::Filter::Decimal]",
            "pub webhook_id: String",
            "WebhookKeys::new(transport, [\"paypal.com\"])",
        ],
        guide: &[
            "It reads `PAYPAL-TRANSMISSION-SIG`, `PAYPAL-CERT-URL`, `PAYPAL-TRANSMISSION-TIME`, `PAYPAL-TRANSMISSION-ID`, and rejects a delivery that is older than 3 days.",
        ],
    },
    Form {
        name: "plaid",
        schemas: "Payment",
        paths: "    post:
      operationId: webhookVerificationKeyGet
      requestBody: { required: true, content: { application/json: { schema: { type: object, properties: { key_id: { type: string } } } } } }
      responses: { '200': { description: The key., content: { application/json: { schema: { type: object, properties: { key: {} } } } } } }
",
        root: "",
        verifier: &[
            "\"request_body_sha256\"",
            "revoked: Some(\"/key/expired_at\")",
        ],
        guide: &["It reads `Plaid-Verification`, and rejects a delivery that is older than 5 minutes."],
    },
    Form {
        name: "revolut",
        schemas: "Payment",
        paths: "    post:
      operationId: createPayment
      parameters: [{ name: Idempotency-Key, in: header, schema: { type: string } }]
      responses: { '204': { description: Nothing. } }
",
        root: "webhooks: { paid: { post: { responses: { '200': { description: Accepted. } } } } }",
        verifier: &["glue::Piece::Text(\"v1.\")", "glue::TimestampFormat::UnixMillis"],
        guide: &[
            "It reads `Revolut-Signature`, `Revolut-Request-Timestamp`, and rejects a delivery that is older than 5 minutes.",
        ],
    },
    Form {
        name: "square",
        schemas: "Event",
        paths: "    post:
      operationId: createPayment
      parameters: [{ name: Idempotency-Key, in: header, schema: { type: string } }]
      responses: { '204': { description: Nothing. } }
",
        root: "",
        verifier: &[
            "pub notification_url: String",
            "Some(\"SQUARE_NOTIFICATION_URL\")",
            "Some(glue::EventId::Body(\"/event_id\"))",
        ],
        guide: &[
            "It reads `x-square-hmacsha256-signature`.",
            "WebhookSettings { notification_url: ",
            OLD_COPIES,
        ],
    },
    Form {
        name: "stripe",
        schemas: "event",
        paths: "",
        root: "",
        verifier: &[
            "header: \"Stripe-Signature\"",
            "past: Some(300)",
            "future: None",
            "WebhookVerifier::new(\"the webhook secret\")",
        ],
        guide: &[
            "It reads `Stripe-Signature`, and rejects",
            "Read `event_type()` and `event()`",
            "Both have the same `event_id()`",
        ],
    },
    Form {
        name: "svix",
        schemas: "Payment",
        paths: "",
        root: "x-webhooks: { paid: { post: { responses: { '200': { description: Accepted. } } } } }",
        verifier: &[
            "prefix: \"whsec_\"",
            "prefix: \"whpk_\"",
            "Some(glue::EventId::Header(\"svix-id\"))",
        ],
        guide: &["It reads `svix-signature`, `svix-timestamp`, `svix-id`, and rejects"],
    },
];

impl Form {
    fn contract(&self) -> String {
        let schema = EVENT.replace("id:", if self.name == "square" { "event_id:" } else { "id:" });
        let Self {
            schemas: name,
            paths,
            root,
            ..
        } = self;
        format!(
            "openapi: 3.1.0
info: {{ title: Shop, version: '1' }}
{root}
paths:
  /payments:
    get:
      operationId: countPayments
      responses: {{ '204': {{ description: Nothing. }} }}
{paths}
components:
  schemas:
    {name}: {schema}
"
        )
    }
}

#[test]
fn each_overlay_is_printed_as_its_file_is() {
    let list = sdkwright(&["overlay", "list"]);
    let lines = text(&list.stdout);
    let names: Vec<&str> = lines
        .lines()
        .filter_map(|line| Some(line.split_once(": ")?.0))
        .collect();
    assert_eq!(list.status.code(), Some(0));
    let mut files: Vec<String> = std::fs::read_dir(repository().join("overlays"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap().replace(".yaml", ""))
        .collect();
    files.sort();
    assert_eq!(names, files);
    for name in names {
        let run = sdkwright(&["overlay", "show", name]);
        let file = std::fs::read(repository().join("overlays").join(format!("{name}.yaml"))).unwrap();
        assert_eq!((run.status.code(), text(&run.stdout)), (Some(0), text(&file)), "{name}");
        assert!(run.stderr.is_empty(), "{name}: {}", text(&run.stderr));
    }
}

#[test]
fn an_unknown_name_reports_the_near_ones() {
    let reports = [
        ("stirpe", "; did you mean `stripe`? `overlay list` prints all names"),
        ("ADYEN-x", "; did you mean `adyen`? `overlay list`"),
        ("ad", "; did you mean `adyen` or `adyen-standard`? "),
        ("no-such-api", "no overlay `no-such-api`; `overlay list` prints"),
    ];
    for (name, report) in reports {
        let run = sdkwright(&["overlay", "show", name]);
        assert_eq!((run.status.code(), run.stdout.is_empty()), (Some(2), true), "{name}");
        assert!(text(&run.stderr).contains(report), "{name}: {}", text(&run.stderr));
    }
}

#[test]
fn each_overlay_of_deliveries_gives_a_contract_in_the_form_of_its_api_a_verifier() {
    for form in FORMS {
        let folder = Folder::new(&format!("shipped-{}", form.name));
        folder.write("contract.yaml", &form.contract());
        let overlay = sdkwright(&["overlay", "show", form.name]);
        folder.write("overlay.yaml", &text(&overlay.stdout));
        // An overlay has other targets, too. Its words are read strictly in any mode.
        let arguments = "generate --contract contract.yaml --overlay overlay.yaml --out sdk --package shop";
        let run = folder.sdkwright(&arguments.split(' ').collect::<Vec<_>>());
        let report = text(&run.stderr);
        assert_eq!(run.status.code(), Some(0), "{}: {report}", form.name);
        for (file, lines) in [("src/webhooks.rs", form.verifier), ("docs/guide.md", form.guide)] {
            if lines.is_empty() {
                continue;
            }
            let found = folder.read_file(&format!("sdk/{file}"));
            for line in lines {
                assert!(found.contains(line), "{}: {file} has no `{line}`:\n{found}", form.name);
            }
        }
    }
}
