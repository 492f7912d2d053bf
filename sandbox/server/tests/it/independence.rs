//! The sandbox is a second reading of the contract: by what it depends on, by whose signatures it takes, and by what its
//! source does not mention.

use crate::support::client;
use sdkwright_sandbox_server::{Options, Sandbox};
use serde_json::Value;
use std::process::Command;

#[test]
fn it_depends_on_none_of_our_crates_but_the_drawing_and_not_on_the_sdks_cryptography() {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
            "--manifest-path",
        ])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let own = packages
        .iter()
        .find(|package| package["name"] == "sdkwright-sandbox-server")
        .unwrap();
    let ours: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let names: Vec<&str> = own["dependencies"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert!(names.contains(&"hmac-sha256"));
    // It draws states and arrows, and knows no contract.
    for name in names.into_iter().filter(|name| *name != "sdkwright-picture") {
        assert!(!ours.contains(&name), "{name} is a crate of this workspace");
    }
    let shipped = own["dependencies"].as_array().unwrap().iter();
    let shipped = shipped.filter(|one| one["kind"].is_null());
    for name in shipped.filter_map(|one| one["name"].as_str()) {
        let of_the_sdk = ["aws-lc-rs", "hmac", "sha2"];
        assert!(!of_the_sdk.contains(&name), "{name} is what the SDK signs with");
    }
}

/// Walks through a contract with a client in Python's standard library: every operation with its own example, then
/// every problem that it lists. The arguments are those that the walk describes.
fn walk(contract: &str, operations: &str, arguments: &[&str]) {
    if Command::new("python3").arg("--version").output().is_err() {
        return;
    }
    let server = Sandbox::start_file(contract, Options::default()).unwrap();
    let tree: Value = serde_yaml::from_str(&std::fs::read_to_string(contract).unwrap()).unwrap();
    let folder = std::env::temp_dir().join(format!("sdkwright-sandbox-{}-{operations}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("contract.json");
    std::fs::write(&file, serde_json::to_vec(&tree).unwrap()).unwrap();
    let output = Command::new("python3")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/walk.py"))
        .arg(&file)
        .args([&server.base_url, &server.client_id, &server.client_secret])
        .args(arguments)
        .output()
        .unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        text.contains(&format!("{operations} of {operations} operations answered with 2xx")),
        "{text}"
    );
    for call in server.calls() {
        assert!(call.failures().next().is_none(), "{}", call.lines());
    }
}

#[test]
fn every_operation_of_the_partner_api_is_answered_when_python_signs() {
    // skipped without python3
    // The first customer of the examples is a person.
    let arguments = [
        "individualKyc",
        "thirdParty",
        "createPartnerFiatAccountApplication+",
        "activatePartnerFiatWithdrawalCapability+",
        "createPartnerCryptoRefundApprovalDraft+",
        "createPartnerCustomer=-travel-rule",
        "createPartnerFiatAccountApplication=-deposit",
        "createPartnerCollectionWallet=-payment",
        "createPartnerFiatWithdrawalQuote<activatePartnerFiatWithdrawalCapability",
        "createPartnerFiatWithdrawalApprovalDraft<activatePartnerFiatWithdrawalCapability",
        "createPartnerCryptoRefundApprovalDraft<submitPartnerCryptoDepositTravelRuleInformation",
        "getPartnerFiatDepositInstructions<createPartnerFiatAccountApplication",
        "listPartnerFiatDeposits<createPartnerFiatAccountApplication",
        "listPartnerCollectionPayments<createPartnerCollectionWallet",
    ];
    walk(client::FIRST, "66", &arguments);
}

#[test]
fn every_operation_of_the_second_contract_is_answered_when_python_signs() {
    // skipped without python3
    walk(client::SECOND, "10", &[]);
}

#[test]
fn no_name_of_the_first_contract_occurs_in_the_source() {
    fn files(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    files(
        std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")),
        &mut found,
    );
    assert!(found.len() > 20);
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        // Only the default of the command line may name a contract.
        let text = text.replace("openapi/partner-api.yaml", "");
        for word in [
            "oceafin",
            "partner_",
            "x-partner",
            "idempotency-key:",
            "operationauthorization",
            "x-parcel",
        ] {
            assert!(
                !text.to_ascii_lowercase().contains(word),
                "{word} in {}",
                path.display()
            );
        }
    }
}
