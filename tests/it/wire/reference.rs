//! The examples of the reference, as they stand on the page, against a server on which the examples of the contract exist.

use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;

use oceafin_partner::{Client, PartnerProblem};
use sdkwright_sandbox_server::{Options, Sandbox};

type Example = fn(&Client) -> Pin<Box<dyn Future<Output = Result<(), Box<dyn Error>>> + '_>>;

#[allow(clippy::useless_conversion, reason = "the examples are generated")]
mod blocks {
    use super::Example;

    include!(concat!(env!("OUT_DIR"), "/reference.rs"));
}

/// Examples that are refused: the contract's examples are values, and not steps of one story. Their approvals are too old, what they name is in another
/// state, or was not uploaded before.
const REFUSED: &[(&str, &str)] = &[
    ("bank_accounts().create", "PARTNER_REFERENCE_CONFLICT"),
    ("buyers().create", "PARTNER_RESOURCE_NOT_FOUND"),
    ("conversions().create", "PARTNER_OPERATION_NOT_APPROVED"),
    ("crypto_checkouts().close", "PARTNER_RESOURCE_STATE_INVALID"),
    ("crypto_checkouts().create_link", "PARTNER_RESOURCE_STATE_INVALID"),
    (
        "crypto_checkouts().create_pos_payment_request",
        "PARTNER_RESOURCE_STATE_INVALID",
    ),
    ("crypto_refunds().create", "PARTNER_OPERATION_NOT_APPROVED"),
    ("crypto_withdrawals().create", "PARTNER_OPERATION_NOT_APPROVED"),
    ("customers().submit_onboarding", "PARTNER_RESOURCE_STATE_INVALID"),
    (
        "customers().upload_file",
        "not executed: the file file.bin cannot be read: No such file or directory (os error 2)",
    ),
    ("fiat_account_applications().create", "PARTNER_RESOURCE_STATE_INVALID"),
    (
        "fiat_account_applications().submit_additional_info",
        "PARTNER_RESOURCE_STATE_INVALID",
    ),
    (
        "fiat_withdrawal_capabilities().activate",
        "PARTNER_RESOURCE_STATE_INVALID",
    ),
    (
        "fiat_withdrawal_capabilities().submit_additional_info",
        "PARTNER_RESOURCE_STATE_INVALID",
    ),
    ("fiat_withdrawals().create", "PARTNER_OPERATION_NOT_APPROVED"),
    (
        "fiat_withdrawals().submit_additional_info",
        "PARTNER_RESOURCE_STATE_INVALID",
    ),
    ("wallet_beneficiaries().create", "PARTNER_RESOURCE_NOT_FOUND"),
];

#[tokio::test]
async fn each_example_of_the_reference_runs_as_it_is_written() {
    sdkwright_watch::listen();
    let options = Options {
        examples_exist: true,
        seed: true,
        ..Options::default()
    };
    let contract = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/partner-api.yaml");
    let server = Sandbox::start_file(contract, options).expect("a server");
    let client = Client::builder().without_journal().base_url(&server.base_url);
    let client = client
        .client_id(&server.client_id)
        .client_secret(server.client_secret.clone());
    let client = client.validate_requests(true).build().expect("a client");
    let mut refused = BTreeMap::new();
    for (call, example) in blocks::EXAMPLES {
        let Err(error) = example(&client).await else { continue };
        let problem = error
            .downcast_ref::<oceafin_partner::Error>()
            .and_then(|error| error.problem_as::<PartnerProblem>()?.ok());
        let code = problem.map_or_else(|| format!("{error:?}"), |problem| problem.code.as_str().to_owned());
        refused.insert(*call, code.split(';').next().unwrap_or_default().to_owned());
    }
    println!("{} examples, {} refused", blocks::EXAMPLES.len(), refused.len());
    let refused: Vec<_> = refused.iter().map(|(call, code)| (*call, code.as_str())).collect();
    assert!(blocks::EXAMPLES.len() >= 60 && refused == REFUSED, "{refused:#?}");
}
