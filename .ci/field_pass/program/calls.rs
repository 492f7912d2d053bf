//! Makes the calls of the documentation's examples, one after the other, and writes the result of each.
#![allow(unused_imports, deprecated)]

use std::{error::Error, fmt::Write as _, future::Future, pin::Pin};

use LIBRARY::Client;

type Result<'c> = Pin<Box<dyn Future<Output = std::result::Result<(), Box<dyn Error>>> + 'c>>;

const CALLS: &[for<'c> fn(&'c Client) -> Result<'c>] = &[
    // CALLS
];

// MODULES

#[tokio::main(flavor = "current_thread")]
pub async fn call(url: &str, file: &str) -> std::result::Result<(), Box<dyn Error>> {
    let mut results = String::new();
    for (index, call) in CALLS.iter().enumerate() {
        let client = Client::builder()
            .base_url(format!("{url}/{index}"))
            .retry(sdkwright_runtime::retry::Policy { attempts: 1, ..Default::default() })
            .timeout(std::time::Duration::from_secs(120))
            // SETTINGS
            .build()?;
        let result = match call(&client).await {
            Ok(()) => "answered".to_owned(),
            Err(error) => {
                let kind = error.downcast_ref::<sdkwright_runtime::Error>().map(|error| error.kind());
                let mut text = kind.map_or("Local".to_owned(), |kind| format!("{kind:?}"));
                let mut cause: Option<&dyn Error> = Some(&*error);
                while let Some(error) = cause {
                    let _ = write!(text, "\t{}", error.to_string().replace(['\t', '\n'], " "));
                    cause = error.source();
                }
                text
            }
        };
        let _ = writeln!(results, "{index}\t{result}");
        std::fs::write(file, &results)?;
    }
    Ok(())
}
