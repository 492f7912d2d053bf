//! Verdicts on what is around schemas: credentials, media types, parts of forms, bodies of webhooks, names in XML.

use sdkwright_changes::WireBreak::{self, Nobody, Receiver, Sender, Undecided};

use super::{both_ways, changes};

/// Checks the worst verdict of each pair.
fn check(pairs: &[(String, String, WireBreak)]) {
    let mut faults = Vec::new();
    for (base, revision, wanted) in pairs {
        let found = changes(base, revision);
        let told = found.iter().map(|change| (change.id, change.verdicts.wire.breaks));
        let told: Vec<_> = told.collect();
        let worst = told.iter().map(|(_, breaks)| *breaks).max().unwrap_or(Nobody);
        if worst != *wanted {
            faults.push(format!("{base}\n{revision}\n  is {told:?}, not {wanted:?}"));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

const START: &str = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n";

#[test]
fn credentials_that_the_base_did_not_demand_break_senders_also_of_schemes_of_one_shape() {
    let contract = |security: &str, schemes: &str| {
        format!(
            "{START}paths: {{/a: {{get: {{security: {security}, responses: {{'204': {{description: d}}}}}}}}}}\ncomponents: {{securitySchemes: {{{schemes}}}}}\n"
        )
    };
    let bearer = |name: &str| format!("{name}: {{type: http, scheme: bearer, description: of {name}}}");
    let two = format!("{}, {}", bearer("user"), bearer("admin"));
    let others = "basic: {type: http, scheme: basic}, k1: {type: apiKey, in: header, name: X-One}, k2: {type: apiKey, in: header, name: X-Two}, \
                  o: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a.example', scopes: {r: d, w: d}}}}";
    let mut pairs = Vec::new();
    for (old, new, wanted) in [
        ("[{user: []}]", "[{admin: []}]", Sender),
        ("[{user: []}, {admin: []}]", "[{admin: []}]", Sender),
        ("[{user: []}]", "[{user: [], admin: []}]", Sender),
        ("[{user: []}]", "[{user: []}, {admin: []}]", Nobody),
        ("[{user: [], admin: []}]", "[{admin: []}]", Nobody),
    ] {
        pairs.push((contract(old, &two), contract(new, &two), wanted));
    }
    for (old, new, wanted) in [
        ("[]", "[{basic: []}]", Sender),
        ("[{}]", "[{}, {basic: []}]", Nobody),
        ("[{k1: []}]", "[{k2: []}]", Sender),
        ("[{o: [r]}]", "[{o: [r, w]}]", Sender),
        ("[{o: [r, w]}]", "[{o: [r]}]", Nobody),
    ] {
        pairs.push((contract(old, others), contract(new, others), wanted));
    }
    // Another name is no other scheme, and a scheme of the same shape that comes is.
    let one = |name: &str| contract(&format!("[{{{name}: []}}]"), &bearer(name));
    pairs.push((one("user"), one("person"), Nobody));
    pairs.push((one("user"), contract("[{admin: []}]", &two), Sender));
    pairs.push((one("user"), contract("[{user: []}]", &two), Nobody));
    check(&pairs);
}

#[test]
fn another_media_type_breaks_by_its_direction() {
    let sent = |name: &str| {
        format!(
            "{START}paths: {{/a: {{post: {{requestBody: {{content: {{{name}: {{schema: {{type: string}}}}}}}}, responses: {{'204': {{description: d}}}}}}}}}}\n"
        )
    };
    let received = |name: &str| {
        format!(
            "{START}paths: {{/a: {{get: {{responses: {{'200': {{description: d, content: {{{name}: {{schema: {{type: string}}}}}}}}}}}}}}}}\n"
        )
    };
    let mut pairs = Vec::new();
    for (old, new, sender, receiver) in [
        (
            "application/a+json; version=1",
            "application/a+json; version=2",
            Sender,
            Receiver,
        ),
        ("application/a+json", "application/a+json; version=2", Sender, Nobody),
        ("application/a+json; version=1", "application/a+json", Nobody, Receiver),
        ("application/json", "Application/JSON; charset=utf-8", Nobody, Nobody),
        (
            "application/json;a=1;b=2",
            "'application/json; b=\"2\"; a=1'",
            Nobody,
            Nobody,
        ),
        (
            "text/plain; charset=utf-8",
            "text/plain; charset=utf-16",
            Sender,
            Receiver,
        ),
        ("text/plain; charset=utf-8", "text/plain; charset=UTF-8", Nobody, Nobody),
        ("text/plain", "text/plain; charset=utf-8", Undecided, Nobody),
        ("application/json", "application/problem+json", Sender, Undecided),
        ("application/json", "application/vnd.x+json", Sender, Undecided),
        ("application/vnd.x+json", "application/json", Undecided, Receiver),
        ("application/json", "application/xml", Sender, Receiver),
        ("application/json", "application/*", Nobody, Receiver),
        ("application/*", "application/json", Sender, Nobody),
    ] {
        let (old, new) = (quoted(old), quoted(new));
        pairs.push((sent(&old), sent(&new), sender));
        pairs.push((received(&old), received(&new), receiver));
    }
    check(&pairs);
}

fn quoted(text: &str) -> String {
    if text.starts_with('\'') {
        text.to_owned()
    } else {
        format!("'{text}'")
    }
}

#[test]
fn bodies_of_webhooks_and_callbacks_are_received_and_their_answers_sent() {
    let webhook = |operation: &str| format!("{START}paths: {{}}\nwebhooks: {{w: {{post: {operation}}}}}\n");
    let callback = |operation: &str| {
        format!(
            "{START}paths: {{/a: {{post: {{responses: {{'204': {{description: d}}}}, callbacks: {{c: {{'{{$request.query.url}}': {{post: {operation}}}}}}}}}}}}}\n"
        )
    };
    let operation = |body: &str, answer: &str| {
        let body = if body.is_empty() {
            String::new()
        } else {
            format!("requestBody: {{{body}}}, ")
        };
        format!("{{{body}responses: {{'200': {{description: d{answer}}}}}}}")
    };
    let json = "application/json: {schema: {type: string}}";
    let xml = "application/xml: {schema: {type: string}}";
    let (one, both) = (format!("content: {{{json}}}"), format!("content: {{{json}, {xml}}}"));
    let needed = format!("required: true, {one}");
    let [answer, answers] = [&one, &both].map(|content| format!(", {content}"));
    let mut pairs = Vec::new();
    for (old, new, wanted) in [
        ((needed.as_str(), ""), (one.as_str(), ""), Receiver),
        ((&one, ""), (&needed, ""), Nobody),
        ((&one, ""), (&both, ""), Receiver),
        ((&both, ""), (&one, ""), Nobody),
        ((&one, ""), ("", ""), Receiver),
        (("", ""), (&one, ""), Undecided),
        ((&one, &answers), (&one, &answer), Sender),
        ((&one, &answer), (&one, &answers), Nobody),
    ] {
        for contract in [&webhook as &dyn Fn(&str) -> String, &callback] {
            pairs.push((
                contract(&operation(old.0, old.1)),
                contract(&operation(new.0, new.1)),
                wanted,
            ));
        }
    }
    check(&pairs);
}

#[test]
fn the_notation_of_a_part_decides_as_that_of_a_parameter() {
    let form = |version: &str, media_type: &str, encoding: &str| {
        let start = START.replace("3.1.0", version);
        let schema = "{type: object, properties: {ids: {type: array, items: {type: string}}, file: {type: string, format: binary}, o: {type: object}}}";
        format!(
            "{start}paths: {{/a: {{post: {{requestBody: {{content: {{{media_type}: {{schema: {schema}, encoding: {{{encoding}}}}}}}}}, responses: {{'204': \
             {{description: d}}}}}}}}}}\n"
        )
    };
    let url = "application/x-www-form-urlencoded";
    let parts = "multipart/form-data";
    let mut pairs = Vec::new();
    for (version, media_type, old, new, wanted) in [
        ("3.0.3", url, "", "ids: {style: form, explode: false}", Sender),
        ("3.0.3", url, "", "ids: {style: form}", Nobody),
        (
            "3.1.0",
            url,
            "ids: {style: spaceDelimited}",
            "ids: {style: pipeDelimited}",
            Sender,
        ),
        ("3.1.0", url, "o: {style: deepObject}", "o: {style: form}", Sender),
        (
            "3.1.0",
            url,
            "o: {style: deepObject, explode: true}",
            "o: {style: deepObject}",
            Nobody,
        ),
        ("3.1.0", url, "ids: {allowReserved: true}", "", Undecided),
        (
            "3.0.3",
            parts,
            "ids: {style: form}",
            "ids: {style: pipeDelimited}",
            Nobody,
        ),
        (
            "3.1.0",
            parts,
            "ids: {style: form}",
            "ids: {style: pipeDelimited}",
            Sender,
        ),
        (
            "3.0.3",
            parts,
            "file: {contentType: 'image/png, image/gif'}",
            "file: {contentType: image/png}",
            Sender,
        ),
        (
            "3.0.3",
            parts,
            "file: {contentType: image/png}",
            "file: {contentType: 'image/gif, image/png'}",
            Nobody,
        ),
        (
            "3.0.3",
            parts,
            "file: {contentType: image/png}",
            "file: {contentType: 'image/*'}",
            Nobody,
        ),
        (
            "3.0.3",
            parts,
            "file: {contentType: 'image/*'}",
            "file: {contentType: image/png}",
            Sender,
        ),
        (
            "3.0.3",
            parts,
            "file: {contentType: image/png}",
            "file: {contentType: text/csv}",
            Sender,
        ),
        (
            "3.0.3",
            parts,
            "",
            "file: {contentType: application/octet-stream}",
            Nobody,
        ),
    ] {
        pairs.push((form(version, media_type, old), form(version, media_type, new), wanted));
    }
    check(&pairs);
}

#[test]
fn a_member_that_is_no_longer_only_read_has_to_be_sent_if_it_is_demanded() {
    let object = |words: &str, required: &str| {
        both_ways(&format!(
            "{{type: object, properties: {{a: {{type: string{words}}}}}, required: [{required}]}}"
        ))
    };
    let (read, written) = (", readOnly: true", ", writeOnly: true");
    check(&[
        (object(read, "a"), object("", "a"), Sender),
        (object(read, ""), object("", ""), Nobody),
        (object("", ""), object(read, ""), Undecided),
        (object(written, ""), object("", ""), Undecided),
        (object("", "a"), object(written, "a"), Receiver),
    ]);
}

#[test]
fn names_in_xml_count_in_bodies_of_xml_alone() {
    let contract = |media_type: &str, xml: &str| {
        let schema = format!("{{schema: {{type: object, properties: {{a: {{type: string, xml: {{{xml}}}}}}}}}}}");
        format!(
            "{START}paths: {{/a: {{post: {{requestBody: {{content: {{{media_type}: {schema}}}}}, responses: {{'200': {{description: d, content: {{application/json: \
             {schema}}}}}}}}}}}}}\n"
        )
    };
    let (xml, json) = ("application/xml", "application/json");
    check(&[
        (contract(xml, "name: x"), contract(xml, "name: y"), Sender),
        (contract(xml, ""), contract(xml, "attribute: true"), Sender),
        (contract(xml, "name: a, wrapped: false"), contract(xml, ""), Nobody),
        (
            contract(xml, "namespace: n, prefix: p"),
            contract(xml, "namespace: n, prefix: q"),
            Undecided,
        ),
        (contract(json, "name: x"), contract(json, "name: y"), Nobody),
    ]);
}

#[test]
fn an_entry_of_a_mapping_leaves_the_names_of_components_as_they_are() {
    let contract = |mapping: &str| {
        let pet = |name: &str| {
            format!(
                "{name}: {{type: object, properties: {{kind: {{type: string}}, {name}: {{type: string}}}}, required: [kind]}}"
            )
        };
        let schema = format!(
            "{{oneOf: [{{$ref: '#/components/schemas/Cat'}}, {{$ref: '#/components/schemas/Dog'}}], discriminator: {{propertyName: kind{mapping}}}}}"
        );
        let text = both_ways(&schema);
        let start = text.trim_end().strip_suffix('}').expect("a mapping");
        format!("{start}, components: {{schemas: {{{}, {}}}}}}}", pet("Cat"), pet("Dog"))
    };
    let (cat, dog) = ("'#/components/schemas/Cat'", "'#/components/schemas/Dog'");
    check(&[
        (
            contract(""),
            contract(&format!(", mapping: {{cat: {cat}, dog: {dog}}}")),
            Nobody,
        ),
        (contract(""), contract(&format!(", mapping: {{Cat: {cat}}}")), Nobody),
        (contract(""), contract(&format!(", mapping: {{Cat: {dog}}}")), Undecided),
        (contract(&format!(", mapping: {{cat: {cat}}}")), contract(""), Undecided),
    ]);
}

#[test]
fn a_parameter_of_an_operation_that_is_not_stable_may_go() {
    let contract = |level: &str, parameters: &str| {
        format!("{START}paths: {{/a: {{get: {{{level}{parameters}responses: {{'204': {{description: d}}}}}}}}}}\n")
    };
    let parameter = "parameters: [{name: q, in: query, schema: {type: string}}], ";
    let alpha = "x-stability-level: alpha, ";
    check(&[
        (contract(alpha, parameter), contract(alpha, ""), Undecided),
        (contract("", parameter), contract("", ""), Sender),
    ]);
}
