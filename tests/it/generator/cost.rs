//! Size of generated code: tokens per operation stay below a ceiling, and twice as much contract is
//! twice as much code. `.ci/cost` counts the cost of generating. Nothing here looks at a clock.

use crate::case;
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use sdkwright_contract::diag::Levels;
use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

/// Contract, operations in it, tokens of its crate per operation: the most there may be. Lower one when less is needed.
/// What a success and a problem of each operation are (media types, ids, members that come back) takes 30 of them, and the warning of
/// members that nobody may send and fresh evidence for a draft take 50. Members that a response repeats, and the id of the created
/// resource, take 10. Outcomes of creations, and a condition that borrows, take 3, and 13 of a small crate.
/// Names of values that a text of the server may repeat take 3, and 5 of a small crate.
/// Iterators over the items of a page, by value and by reference, take 25, and 20 of a small crate.
/// The pieces of a signed message, and the places of its values, take 4, and 29 of a small crate.
/// Required members with their types, states that prove an operation, forms of failures, and members that stay as the creation sent
/// them take 37, and 84 of a small crate.
const CEILINGS: &[(&str, usize, usize)] = &[
    ("openapi/partner-api.yaml", 66, 1_626),
    ("tests/contracts/second.yaml", 10, 1_679),
];

/// Tokens as the Rust Reference counts them, without comments: an operator is one, and so is each delimiter.
fn tokens(stream: TokenStream) -> usize {
    let (mut count, mut joint) = (0, false);
    let mut rest = stream.into_iter().peekable();
    while let Some(token) = rest.next() {
        let was_joint = std::mem::take(&mut joint);
        match token {
            TokenTree::Punct(sign) if sign.as_char() == '#' => {
                // In `#![doc = ".."]`, the `!` is not counted as code either.
                let bang = matches!(rest.peek(), Some(TokenTree::Punct(bang)) if bang.as_char() == '!');
                let bang = bang.then(|| rest.next()).flatten();
                if matches!(rest.peek(), Some(TokenTree::Group(group)) if is_comment(group)) {
                    rest.next();
                } else {
                    count += 1 + usize::from(bang.is_some());
                }
            }
            TokenTree::Punct(sign) => {
                joint = sign.spacing() == Spacing::Joint;
                count += usize::from(!was_joint && sign.as_char() != '\'');
            }
            TokenTree::Group(group) => {
                let delimiters = if group.delimiter() == Delimiter::None { 0 } else { 2 };
                count += delimiters + tokens(group.stream());
            }
            TokenTree::Ident(_) | TokenTree::Literal(_) => count += 1,
        }
    }
    count
}

fn is_comment(group: &proc_macro2::Group) -> bool {
    group.delimiter() == Delimiter::Bracket
        && matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(word)) if word == "doc")
}

/// All tokens of the crate of a contract.
fn tokens_of(name: &str, bytes: &[u8], folder: &Path, levels: Levels) -> usize {
    let outcome = case::generate("counted", name, bytes, folder, levels, &BTreeMap::new());
    let files = outcome
        .files
        .as_ref()
        .unwrap_or_else(|| panic!("{}", outcome.rendered()));
    let rust = files
        .iter()
        .filter(|(path, _)| Path::new(path).extension().is_some_and(|end| end == "rs"));
    rust.map(|(path, text)| tokens(text.parse().unwrap_or_else(|error| panic!("{path}: {error}"))))
        .sum()
}

#[test]
fn an_operation_costs_no_more_tokens_than_it_did() {
    let mut faults = Vec::new();
    for (path, operations, most) in CEILINGS {
        let file = case::root().join(path);
        let bytes = fs::read(&file).expect("the contract");
        let folder = file.parent().expect("a folder");
        let each = tokens_of(path, &bytes, folder, Levels::strict()) / operations;
        println!("{path}: {each} tokens per operation, at most {most}");
        if each > *most {
            faults.push(format!("{path}: {each} tokens per operation are more than {most}"));
        }
        if each * 5 < most * 4 {
            faults.push(format!("{path}: {most} is far above {each}: lower the ceiling"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A contract with so many kinds of things, each with its own schemas and four operations.
fn contract(kinds: usize) -> String {
    let (mut paths, mut schemas) = (String::new(), String::new());
    for kind in 0..kinds {
        let kind = format!("thing{kind}");
        let reference = format!("{{ $ref: '#/components/schemas/{kind}' }}");
        let json = format!("content: {{ application/json: {{ schema: {reference} }} }}");
        let answer = format!("responses: {{ '200': {{ description: It, {json} }} }}");
        let id = "parameters: [{ name: id, in: path, required: true, schema: { type: string } }]";
        let _ = write!(
            paths,
            "
  /{kind}s:
    get: {{ tags: [{kind}], operationId: list-{kind}, responses: {{ '200': {{ description: All, content: {{ application/json: {{ schema: {{ type: array, items: {reference} }} }} }} }} }} }}
    post: {{ tags: [{kind}], operationId: create-{kind}, requestBody: {{ required: true, {json} }}, {answer} }}
  /{kind}s/{{id}}:
    get: {{ tags: [{kind}], operationId: get-{kind}, {id}, {answer} }}
    delete: {{ tags: [{kind}], operationId: delete-{kind}, {id}, responses: {{ '204': {{ description: Gone }} }} }}"
        );
        let _ = write!(
            schemas,
            "
    {kind}:
      type: object
      required: [id, state]
      properties:
        id: {{ type: string }}
        state: {{ type: string, enum: [new, {kind}-open, done] }}
        amount: {{ type: integer, format: int64 }}
        next: {reference}
        part: {{ type: object, properties: {{ of-{kind}: {{ type: string, format: date-time }} }} }}
        either: {{ oneOf: [{{ type: string }}, {reference}] }}"
        );
    }
    format!(
        "openapi: 3.1.0\ninfo: {{ title: Counted, version: '1' }}\npaths:{paths}\ncomponents:\n  schemas:{schemas}\n"
    )
}

#[test]
fn eight_times_the_operations_are_eight_times_the_tokens() {
    let count = |kinds: usize| {
        let text = contract(kinds);
        tokens_of("counted.yaml", text.as_bytes(), Path::new(""), Levels::lenient()) / kinds
    };
    let (few, many) = (count(8), count(64));
    println!("per kind of thing: {few} tokens with 8, {many} with 64");
    assert!(many > 500, "{many}: nothing was generated");
    // With more kinds, each has a smaller share of the fixed parts; the rest per kind must not grow.
    assert!(many <= few, "{many} tokens per kind with 64 kinds, {few} with 8");
}

#[test]
fn comments_are_no_tokens() {
    for (text, count) in [
        ("", 0),
        ("//! About.\n/// One.\nfn a() {}", 6),
        ("#[doc = \"x\"] #[inline] fn a<'b>(c: &'b C) -> d::E { f >>= 1 }", 25),
    ] {
        assert_eq!(tokens(text.parse().expect("tokens")), count, "{text}");
    }
}
