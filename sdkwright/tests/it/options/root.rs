//! The folder whose files a contract may refer to: `--root`, and `root:` in the list and in the file of `--config`.

use super::{code, said};
use crate::run::Folder;

const CONTRACT: &str = "\
openapi: 3.0.3
info: { title: Pay, version: '1' }
paths:
  /pay:
    get:
      operationId: getPay
      responses: { '200': { description: One., content: { application/json: { schema: { $ref: '../common/money.yaml#/Money' } } } } }
";

/// A contract beside a folder with a part of it, which refers back.
fn parts(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write(
        "apis/pay/openapi/api.yaml",
        &CONTRACT.replace("../common", "../../common"),
    );
    folder.write(
        "apis/common/money.yaml",
        "Money: { type: object, properties: { amount: { $ref: 'text.yaml#/Text' }, same: { $ref: '../pay/openapi/own.yaml#/Own' } } }\n",
    );
    folder.write("apis/common/text.yaml", "Text: { type: string, patern: a }\n");
    folder.write("apis/pay/openapi/own.yaml", "Own: { type: boolean }\n");
    folder
}

#[test]
fn a_part_beside_the_folder_is_refused_with_the_setting_that_allows_it() {
    let folder = parts("root-refused");
    let arguments = [
        "generate",
        "--strict",
        "--contract",
        "apis/pay/openapi/api.yaml",
        "--out",
        "sdk",
    ];
    let refused = folder.sdkwright(&arguments);
    assert_eq!(code(&refused), 3);
    for part in ["error[C0303]", "write `root: ../..`", "--root"] {
        assert!(said(&refused).contains(part), "{part}: {}", said(&refused));
    }
}

#[test]
fn a_part_beside_the_folder_is_read_below_the_root_that_is_named() {
    let folder = parts("root");
    folder.write("apis/pay/settings.yaml", "root: ../..\n");
    let contract = ["generate", "--contract", "apis/pay/openapi/api.yaml", "--out", "sdk"];
    for flags in [
        &["--root", "apis"][..],
        &["--root", "."],
        &["--config", "apis/pay/settings.yaml"],
    ] {
        let run = folder.sdkwright(&[&contract[..], flags].concat());
        assert_eq!(code(&run), 0, "{flags:?}: {}", said(&run));
        let model = folder.read_file("sdk/src/models/money.rs");
        assert!(model.contains("pub amount: ") && model.contains("bool"), "{model}");
        // A fault in a part is shown in its file.
        assert!(said(&run).contains("common/text.yaml:1:"), "{flags:?}: {}", said(&run));
        std::fs::remove_dir_all(folder.join("sdk")).unwrap();
    }
    let list =
        "contracts:\n  - { file: api.yaml, out: sdk, package: pay, version: 0.1.0, level: lenient, root: ../.. }\n";
    folder.write("apis/pay/openapi/contracts.yaml", list);
    let listed = folder.sdkwright(&["generate", "--contracts", "apis/pay/openapi/contracts.yaml"]);
    assert_eq!(code(&listed), 0, "{}", said(&listed));
    assert!(said(&listed).contains("../common/text.yaml:1:"), "{}", said(&listed));
}

#[test]
fn nothing_outside_of_the_root_is_read_and_the_root_is_above_the_contract() {
    let folder = parts("root-limit");
    folder.write(
        "apis/common/money.yaml",
        "Money: { $ref: '../../secret.yaml#/Money' }\n",
    );
    folder.write("secret.yaml", "Money: { type: string }\n");
    let contract = [
        "generate",
        "--strict",
        "--contract",
        "apis/pay/openapi/api.yaml",
        "--out",
        "sdk",
    ];
    let outside = folder.sdkwright(&[&contract[..], &["--root", "apis"]].concat());
    assert_eq!(code(&outside), 3);
    for part in [
        "is not a path below the folder of `root`",
        "common/money.yaml:1:",
        "write `root: ../../..`",
    ] {
        assert!(said(&outside).contains(part), "{part}: {}", said(&outside));
    }
    let elsewhere = folder.sdkwright(&[&contract[..], &["--root", "apis/common"]].concat());
    assert_eq!(code(&elsewhere), 2, "{}", said(&elsewhere));
    assert!(said(&elsewhere).contains("or one above it"), "{}", said(&elsewhere));
    let missing = folder.sdkwright(&[&contract[..], &["--root", "nowhere"]].concat());
    assert_eq!(code(&missing), 4, "{}", said(&missing));
}

#[test]
fn a_remote_part_is_refused_with_the_command_that_fetches_it() {
    let folder = Folder::new("remote");
    folder.write(
        "api.yaml",
        &CONTRACT.replace("../common/money.yaml", "https://example.com/parts/money.yaml"),
    );
    let refused = folder.sdkwright(&["generate", "--strict", "--contract", "api.yaml", "--out", "sdk"]);
    assert_eq!(code(&refused), 3);
    for part in [
        "in the folder of `api.yaml`, fetch it: curl --fail --location --output money.yaml 'https://example.com/parts/money.yaml'",
        "then write `$ref: 'money.yaml#/Money'`",
    ] {
        assert!(said(&refused).contains(part), "{part}: {}", said(&refused));
    }
}
