//! Contracts that use our vocabulary, and the diagnostics of words that are not understood.

use super::parse_with;
use crate::diag::{Code, Level, Levels, Report, render};
use crate::document::SchemeForm;

const HEAD: &str = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\n";
const SDK: &str = "x-sdk: {owner: {name: A, party: a}}\n";
const SIGNING: &str = "x-signing: {algorithm: hmac-sha256, encoding: hex, secret: utf8, separator: \"\\n\", components: [timestamp, body-sha256-hex], headers: {timestamp: T}, freshness: 9}";

/// The lenient reading, with every level as low as it can be set.
fn lowest() -> Levels {
    let mut levels = Levels::lenient();
    for code in Code::ALL.iter().filter(|code| !code.is_final()) {
        levels.overrides.insert(*code, Level::Hidden);
    }
    levels
}

/// Returns the diagnostics: code, level and the text at its location.
fn said(report: &Report) -> Vec<(Code, Level, String)> {
    let all = report.diagnostics().into_iter();
    all.map(|one| (one.code, one.level, report.sources.text(one.primary.span).to_owned()))
        .collect()
}

fn schemes(schemes: &str) -> String {
    format!("{HEAD}paths: {{}}\ncomponents:\n  securitySchemes:\n{schemes}")
}

/// Extensions of other vendors: content below the root, and the key that is reported.
const OF_OTHERS: &[(&str, &str)] = &[
    ("x-pagination: {inputs: [offset]}", "x-pagination"),
    ("x-webhooks: {a: {post: {}}}", "x-webhooks"),
    ("x-webhooks: [a]", "x-webhooks"),
    ("x-idempotency: true", "x-idempotency"),
    ("x-idempotency: {header: K, retries: 3}", "x-idempotency"),
    ("x-problems: [a]", "x-problems"),
    ("x-webhook: {}", "x-webhook"),
    ("x-documented: {by: me}", "x-documented"),
    ("paths: {x-problems: {}}", "x-problems"),
    (
        "components: {schemas: {A: {type: string, x-sensitive: high}}}",
        "x-sensitive",
    ),
    (
        "components: {schemas: {A: {type: string, x-lifecycle: beta}}}",
        "x-lifecycle",
    ),
    (
        "components: {schemas: {A: {type: string, x-bound: {to: x}}}}",
        "x-bound",
    ),
];

#[test]
fn a_word_of_somebody_else_is_a_warning_and_has_no_effect() {
    for (words, key) in OF_OTHERS {
        let text = format!("{HEAD}{words}\n");
        let (document, report) = parse_with(&text, &[], Levels::lenient());
        let wanted = [(Code::ForeignShape, Level::Warning, (*key).to_owned())];
        assert_eq!(said(&report), wanted, "{words}");
        let document = document.unwrap();
        assert!(
            document.extensions.0.is_empty() && document.webhooks.is_empty(),
            "{words}"
        );
        assert!(
            document.schemas.iter().all(|schema| schema.extensions.0.is_empty()),
            "{words}"
        );
    }
}

#[test]
fn the_same_word_is_an_error_where_the_vocabulary_is_used() {
    let signed = format!("components: {{securitySchemes: {{s: {{type: apiKey, in: header, name: S, {SIGNING}}}}}}}\n");
    for (words, key) in OF_OTHERS {
        let own = if words.starts_with("components") { SDK } else { &signed };
        let text = format!("{HEAD}{own}{words}\n");
        let (_, report) = parse_with(&text, &[], lowest());
        assert!(report.has_errors(), "{words}");
        let places: Vec<String> = said(&report).into_iter().map(|(_, _, place)| place).collect();
        let shown = render(&report, false);
        assert!(
            places
                .iter()
                .any(|place| text[text.find(key).unwrap()..].contains(place.as_str())),
            "{shown}"
        );
        let strict = parse_with(&text, &[], Levels::strict()).1;
        assert!(strict.has_errors(), "{words}");
    }
}

#[test]
fn words_near_to_ours_and_in_the_wrong_place_end_the_run_where_the_vocabulary_is_used() {
    for words in [
        "x-idempotancy: {header: K, retention: 5}",
        "X-Idempotency: {header: K, retention: 5}",
        "idempotency: {header: K, retention: 5}",
        "x-newtype: A",
        "paths: {/a: {x-sensitive: true}}",
        "paths: {/a: {get: {responses: {'200': {description: d}, x-problms: [a]}}}}",
        "paths: {/a: {get: {callbacks: {c: {x-problems: [a]}}, responses: {'200': {description: d}}}}}",
        "components: {schemas: {A: {type: string, x-sensitve: true}}}",
        "components: {schemas: {A: {type: string, sensitive: true}}}",
        "components: {schemas: {A: {properties: {iban: {type: string}, x-sensitive: true}}}}",
        "components: {schemas: {x-lifecycle: {done: [a]}}}",
        "components: {parameters: {A: {$ref: '#/components/parameters/B', x-newtype: A}, B: {in: query, name: b, schema: {type: string}}}}",
        "componets: {schemas: {A: {type: string, x-sensitive: true}}}",
        "x-others: {a: [{x-sensitive: true}]}",
    ] {
        let text = format!("{HEAD}{SDK}{words}\n");
        for levels in [lowest(), Levels::strict()] {
            let (_, report) = parse_with(&text, &[], levels);
            assert!(report.has_errors(), "{words}");
        }
        // Another name with the form of an extension is one of ours in any contract.
        let has_form = words.to_lowercase().starts_with("x-idempot");
        let (_, report) = parse_with(&format!("{HEAD}{words}\n"), &[], Levels::lenient());
        assert_eq!(report.has_errors(), has_form, "{words}: {}", render(&report, false));
    }
}

#[test]
fn what_a_reference_of_3_0_has_beside_it_is_not_dropped() {
    let text = |word: &str| {
        format!(
            "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\n{SDK}paths: {{}}\ncomponents: {{schemas: {{B: {{type: string}}, A: {{type: object, properties: {{a: {{$ref: '#/components/schemas/B', {word}}}}}}}}}}}\n"
        )
    };
    let (document, report) = parse_with(&text("x-sensitive: true"), &[], Levels::lenient());
    assert!(!report.has_errors(), "{}", render(&report, false));
    let document = document.unwrap();
    assert!(
        document
            .schemas
            .iter()
            .any(|schema| schema.extensions.get("x-sensitive").is_some())
    );
    assert!(parse_with(&text("x-sensitve: true"), &[], lowest()).1.has_errors());
}

#[test]
fn a_signing_that_is_not_understood_is_an_error_in_any_contract_and_never_a_key() {
    for scheme in [
        "    s: {type: apiKey, in: header, name: S, x-signing: {encoding: hex}}\n",
        "    s: {type: apiKey, in: header, name: S, x-signing: true}\n",
        "    s: {type: apiKey, in: header, name: S, x-signing: }\n",
        "    s: {type: apiKey, in: header, name: S, x-signign: {algorithm: hmac-sha256}}\n",
        "    s: {type: apiKey, in: header, name: S, X-Signing: {algorithm: hmac-sha256}}\n",
        "    s: {type: apiKey, in: header, name: S, signing: {algorithm: hmac-sha256}}\n",
        "    s: {type: http, scheme: bearer, x-signng: {}}\n",
        "    s: {type: apiKey, in: header, name: S}\n    x-signing: {algorithm: hmac-sha256}\n",
        "    s: {type: apiKey, in: header, name: S}\n    x-signign: {algorithm: hmac-sha256}\n",
        "    s: {$ref: '#/components/securitySchemes/t', x-signing: {}}\n    t: {type: apiKey, in: header, name: S}\n",
        "    default: {type: apiKey, in: header, name: S, x-signing: {algorithm: none}}\n",
    ] {
        let text = schemes(scheme);
        for levels in [lowest(), Levels::strict()] {
            let (document, report) = parse_with(&text, &[], levels);
            assert!(report.has_errors(), "{scheme}");
            let is_key = |kind: &SchemeForm| !matches!(kind, SchemeForm::Signed { .. });
            let schemes = document.unwrap().components.security_schemes;
            let key = schemes.iter().find(|one| is_key(&one.kind));
            let beside = scheme.contains("    x-sign") || scheme.contains("$ref");
            assert!(key.is_none() || beside, "{scheme}: {key:?}");
        }
    }
    // Extensions of other vendors on a scheme are ignored.
    let text = schemes(
        "    s: {type: apiKey, in: header, name: S, x-signature: {}, x-scopes: [], x-sign: 1}\n    signing: {type: apiKey, in: header, name: K}\n",
    );
    let (document, report) = parse_with(&text, &[], Levels::lenient());
    assert!(report.diagnostics().is_empty(), "{}", render(&report, false));
    assert_eq!(document.unwrap().components.security_schemes.len(), 2);
}

#[test]
fn a_slip_elsewhere_does_not_let_go_of_a_contract_that_signs() {
    let scheme = format!("{{s: {{type: apiKey, in: header, name: S, {SIGNING}}}}}");
    for around in [
        "componets: {securitySchemes",
        "components: {securityScheme",
        "x-defs: {a",
    ] {
        let text = format!("{HEAD}{around}: {scheme}}}\nx-idempotancy: {{}}\n");
        let (_, report) = parse_with(&text, &[], lowest());
        let places: Vec<String> = said(&report).into_iter().map(|(_, _, place)| place).collect();
        assert_eq!(places, ["x-signing", "x-idempotancy"], "{around}");
    }
    // The scheme is in another file.
    let text = schemes("    s: {$ref: 'auth.yaml#/s'}\n") + "x-idempotancy: {}\n";
    let file = format!("s: {{type: apiKey, in: header, name: S, {SIGNING}}}\n");
    let (_, report) = parse_with(&text, &[("auth.yaml", &file)], lowest());
    assert_eq!(said(&report).len(), 1, "{}", render(&report, false));
}

#[test]
fn what_an_example_shows_and_what_a_member_is_called_is_no_word() {
    let text = format!(
        "{HEAD}x-pagination: {{inputs: [a]}}\ncomponents:\n  schemas:\n    A:\n      type: object\n      properties: {{x-signing: {{type: string}}, x-sdk: {{type: string}}, default: {{type: string}}}}\n      example: {{x-signing: 1, x-sdk: 2}}\n  headers: {{x-signing: {{schema: {{type: string}}}}}}\n"
    );
    let (document, report) = parse_with(&text, &[], Levels::lenient());
    assert_eq!(
        (report.errors(), report.count(Code::ForeignShape)),
        (0, 1),
        "{}",
        render(&report, false)
    );
    assert!(document.is_some());
}

#[test]
fn what_was_said_before_the_vocabulary_was_found_is_an_error_too() {
    let twice = SIGNING.replace("{algorithm", "{algorithm: none, algorithm");
    let text = schemes(&format!("    s: {{type: apiKey, in: header, name: S, {twice}}}\n"));
    for levels in [Levels::lenient(), lowest()] {
        let (_, report) = parse_with(&text, &[], levels);
        assert_eq!(said(&report)[0].0, Code::DuplicateKey);
        assert!(report.has_errors());
    }
    // A duplicate key that is not one of our words stays a warning.
    let text = schemes(&format!(
        "    s: {{type: apiKey, in: header, name: A, name: S, {SIGNING}}}\n"
    ));
    assert!(!parse_with(&text, &[], Levels::lenient()).1.has_errors());
}

#[test]
fn what_is_documented_is_a_member_or_a_value() {
    for (schema, wrong) in [
        ("{type: string, enum: [a, b], x-documented: [a, c]}", Some("c")),
        ("{type: string, enum: [a, b], x-documented: [b]}", None),
    ] {
        let text = format!("{HEAD}{SDK}components: {{schemas: {{A: {schema}}}}}\n");
        let (_, report) = parse_with(&text, &[], lowest());
        let places: Vec<String> = said(&report).into_iter().map(|(_, _, place)| place).collect();
        assert_eq!(places, wrong.into_iter().collect::<Vec<_>>());
    }
}

/// Slips in extensions of contracts that sign nothing and have no `x-sdk`: content below the root, and what the report
/// suggests.
const SLIPS: &[(&str, &str)] = &[
    (
        "x-idempotency: {header: K, on: [POST], retension: 86400}",
        "did you mean `retention`?",
    ),
    (
        "x-idempotency: {header: K, on: [post], retention: 86400}",
        "did you mean `POST`?",
    ),
    ("x-idempotency: {header: K, retention: 24h}", "write `86400`"),
    ("x-idempotency: {header: K, retention: '86400'}", "write `86400`"),
    ("x-idempotency: {retention: 1d}", "write `86400`"),
    (
        "x-pagination: {cursor: c, item: /data, next: /next}",
        "did you mean `items`?",
    ),
    (
        "x-pagination: {items: /data, next: {uri: /next}}",
        "did you mean `url`?",
    ),
    (
        "x-webhooks: {signing: {scheme: standard-webhooks}, envelope: {schema: '#/components/schemas/E'}}",
        "add `events`",
    ),
    (
        "x-idempotancy: {header: K, on: [POST], retention: 5}",
        "did you mean `x-idempotency`?",
    ),
    (
        "x-retry: {statuses: [429]}\nx-paginaton: {cursor: c}",
        "did you mean `x-pagination`?",
    ),
    (
        "x-retry: {statuses: [429]}\nx-webhook: {url: u}",
        "did you mean `x-webhooks`?",
    ),
    (
        "components: {schemas: {A: {type: string, x-sensitive: true}, B: {type: string, x-sensitve: true}}}",
        "did you mean `x-sensitive`?",
    ),
    (
        "components: {schemas: {A: {type: string, x-sensitive: 'true'}}}",
        "`true` or `false`",
    ),
    (
        "paths: {/a: {post: {x-effect: move-money, responses: {'200': {description: d}}}}}",
        "did you mean `moves-money`?",
    ),
];

#[test]
fn a_slip_in_an_extension_is_an_error_at_any_level_with_a_suggestion() {
    for (words, suggestion) in SLIPS {
        let text = format!("{HEAD}{words}\n");
        let (_, report) = parse_with(&text, &[], lowest());
        let shown = render(&report, false);
        assert!(report.has_errors() && shown.contains(suggestion), "{words}: {shown}");
    }
}

#[test]
fn extensions_of_an_overlay_are_checked_and_those_of_the_vendor_below_it_are_not() {
    let vendor = format!("{HEAD}x-webhook: {{url: u}}\nx-pagination: {{inputs: [a]}}\nx-problems: true\n");
    let laid = |update: &str| {
        let overlay = format!(
            "overlay: 1.1.0\ninfo: {{title: o, version: '1'}}\nactions: [{{target: $, update: {{{update}}}}}]\n"
        );
        let mut report = Report::new(lowest());
        let mut tree = crate::source::load("vendor.yaml", vendor.as_bytes(), &mut report).unwrap();
        crate::overlay::lay(&mut tree, &[("overlay.yaml", overlay.as_bytes())], &mut report).unwrap();
        super::parse(tree, &|_: &str| Err(super::Unread::default()), &mut report);
        render(&report, false)
    };
    for right in ["x-sdk: {owner: {name: A, party: a}}", "x-retry: {statuses: [429]}"] {
        assert_eq!(laid(right), "", "{right}");
    }
    for (slip, suggestion) in [
        (
            "x-idempotancy: {header: K, retention: 5}",
            "did you mean `x-idempotency`?",
        ),
        ("x-paginaton: true", "did you mean `x-pagination`?"),
        ("x-webhok: {}", "did you mean `x-webhooks`?"),
        ("x-retry: {status: [429]}", "did you mean `statuses`?"),
        ("x-retry: true", "expected an object"),
        ("components: {schemas: {A: {x-signing: {}}}}", "`x-signing`"),
    ] {
        let shown = laid(slip);
        assert!(
            shown.contains("overlay.yaml") && shown.contains(suggestion),
            "{slip}: {shown}"
        );
        assert!(!shown.contains("vendor.yaml"), "{slip}: {shown}");
    }
}

#[test]
fn an_annotation_of_a_schema_is_not_reported_unless_it_is_near_to_a_keyword() {
    let text = |keyword: &str| format!("{HEAD}components: {{schemas: {{A: {{type: string, {keyword}: 1}}}}}}\n");
    let report = |text: &str| parse_with(text, &[], Levels::lenient()).1;
    assert_eq!(said(&report(&text("faker"))), []);
    assert_eq!(report(&text("maxLenght")).count(Code::UnknownKeyword), 1);
    assert_eq!(report(&text("x-enumDescriptions")).count(Code::ForeignShape), 0);
    assert_eq!(
        report(&text("faker").replace("3.1.0", "3.0.3")).count(Code::UnknownKeyword),
        1
    );
}
