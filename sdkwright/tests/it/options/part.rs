//! A part of a contract: `--only`, and the schemas that nothing needs.

use super::{SHOP, code, generate, lines, misspelt, said};
use crate::run::{Folder, repository, sdkwright, text};

#[test]
fn only_takes_tags_paths_and_operations_with_the_schemas_they_need() {
    for (filters, models, wanted) in [
        (vec!["tag=customers"], vec!["customer.rs"], "1 of 3"),
        (vec!["path=/orders"], vec!["item.rs", "order.rs"], "2 of 3"),
        (vec!["path=/orders/{orderId}"], vec!["item.rs", "order.rs"], "1 of 3"),
        (
            vec!["operation=getOrder", "tag=customers"],
            vec!["customer.rs", "item.rs", "order.rs"],
            "2 of 3",
        ),
    ] {
        let folder = Folder::new("only");
        let flags: Vec<&str> = filters.iter().flat_map(|filter| ["--only", filter]).collect();
        let run = generate(&folder, SHOP, &flags);
        assert_eq!(code(&run), 0, "{filters:?}: {}", said(&run));
        assert_eq!(folder.names("sdk/src/models"), models, "{filters:?}");
        assert!(
            said(&run).contains(&format!("note: {wanted} operations are selected")),
            "{}",
            said(&run)
        );
    }
}

#[test]
fn a_fault_of_what_is_not_wanted_is_not_told() {
    let folder = Folder::new("only-faults");
    assert_eq!(
        code(&generate(&folder, &misspelt(), &["--strict", "--only", "tag=orders"])),
        3
    );
    let run = generate(&folder, &misspelt(), &["--strict", "--only", "tag=customers"]);
    assert_eq!(code(&run), 0, "{}", said(&run));
}

#[test]
fn a_filter_that_selects_nothing_is_refused_with_the_name_that_was_meant() {
    let folder = Folder::new("only-idle");
    for (filter, near) in [
        ("tag=order", "did you mean `orders`?"),
        ("path=/ordrs", "did you mean `/orders`?"),
        ("operation=getOrders", "did you mean `getOrder`?"),
    ] {
        let run = generate(&folder, SHOP, &["--only", filter]);
        assert_eq!(code(&run), 3, "{filter}");
        assert!(
            said(&run).contains("error[C0221]") && said(&run).contains(near),
            "{}",
            said(&run)
        );
    }
    let run = generate(&folder, SHOP, &["--only", "orders"]);
    assert_eq!(code(&run), 2);
    assert!(
        said(&run).contains("tag=NAME, path=/PATH or operation=ID"),
        "{}",
        said(&run)
    );
}

#[test]
fn schemas_that_no_operation_needs_are_left_out_unless_they_are_asked_for() {
    let folder = Folder::new("schemas");
    let run = generate(&folder, SHOP, &[]);
    assert_eq!(code(&run), 0, "{}", said(&run));
    assert!(said(&run).contains("note[C0223]: 1 of 4 schemas"), "{}", said(&run));
    assert!(!folder.names("sdk/src/models").contains(&"nobody.rs".to_owned()));
    let config = folder.write("sdk.yaml", "schemas: all\n");
    for words in [&["--all-schemas"][..], &["--config", &config]] {
        let run = generate(&folder, SHOP, words);
        assert!(!said(&run).contains("C0223"), "{}", said(&run));
        assert!(folder.names("sdk/src/models").contains(&"nobody.rs".to_owned()));
    }
}

#[test]
fn each_group_of_our_own_contract_can_be_had_alone_even_strictly() {
    let folder = Folder::new("own-parts");
    let contract = repository().join("openapi/partner-api.yaml");
    let contract = contract.to_str().unwrap();
    for (filter, least) in [("path=/partner/v1/fiat-withdrawals", 2), ("tag=Partner Conversion", 6)] {
        let out = folder.path("sdk");
        let flags = [
            "generate",
            "--contract",
            contract,
            "--out",
            &out,
            "--strict",
            "--package",
            "part",
        ];
        let run = sdkwright(&[&flags[..], &["--format", "json", "--only", filter]].concat());
        let end = lines(&run).pop().unwrap();
        assert_eq!(code(&run), 0, "{filter}: {}", text(&run.stdout));
        let operations = end["operations"]["wanted"].as_u64().unwrap();
        assert!((least..30).contains(&operations), "{filter}: {operations}");
    }
}
