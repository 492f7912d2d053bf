//! The examples of the reference, as they stand on the page, against a server on which the examples of the contract exist.

use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;

use oceafin_partner::{Client, PartnerProblem};
use sdkwright_sandbox::{Options, Sandbox};

type Example = fn(&Client) -> Pin<Box<dyn Future<Output = Result<(), Box<dyn Error>>> + '_>>;

#[allow(clippy::useless_conversion, reason = "the examples are generated")]
mod blocks {
    use super::Example;

    include!(concat!(env!("OUT_DIR"), "/reference.rs"));
}

/// Examples that the state of what they name refuses: the contract's examples are values, and no story.
const REFUSED: &[(&str, &str)] = &[];

#[tokio::test]
async fn each_example_of_the_reference_runs_as_it_is_written() {
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
    let client = client.build().expect("a client");
    let mut refused = BTreeMap::new();
    for (call, example) in blocks::EXAMPLES {
        let Err(error) = example(&client).await else { continue };
        let problem = error
            .downcast_ref::<oceafin_partner::Error>()
            .and_then(|error| error.problem_as::<PartnerProblem>()?.ok());
        let code = problem.map_or_else(|| format!("{error:?}"), |problem| problem.code.as_str().to_owned());
        refused.insert(*call, code.lines().next().unwrap_or_default().to_owned());
    }
    println!("{} examples, {} refused", blocks::EXAMPLES.len(), refused.len());
    let refused: Vec<_> = refused.iter().map(|(call, code)| (*call, code.as_str())).collect();
    assert!(blocks::EXAMPLES.len() >= 60 && refused == REFUSED, "{refused:#?}");
}
