//! I7 for types that contain each other: what comes out is bounded by the size of the contract, and so is the time.

use std::{cell::RefCell, collections::BTreeMap};

use super::{
    case::{self, Case},
    runner,
    survival::{Reached, survive},
};
use proptest::prelude::*;
use sdkwright_contract::diag::Levels;

/// Schemas of a contract: as many as a conjunction of two or three of them can combine to thousands of sets.
const SCHEMAS: usize = 16;

/// One schema that refers to others by their numbers.
#[derive(Debug, Clone)]
enum Node {
    Text,
    Reference(usize),
    List(Box<Node>),
    Map(Box<Node>),
    Object { members: Vec<Node>, required: usize },
    Alternatives { word: &'static str, of: Vec<usize> },
}

impl Node {
    fn json(&self) -> String {
        let reference = |index: &usize| format!(r##"{{"$ref":"#/components/schemas/S{index}"}}"##);
        match self {
            Self::Text => r#"{"type":"string"}"#.to_owned(),
            Self::Reference(index) => reference(index),
            Self::List(item) => format!(r#"{{"type":"array","minItems":1,"items":{}}}"#, item.json()),
            Self::Map(value) => format!(r#"{{"type":"object","additionalProperties":{}}}"#, value.json()),
            Self::Object { members, required } => {
                let names: Vec<String> = (0..*required).map(|index| format!(r#""p{index}""#)).collect();
                let entries = members.iter().enumerate();
                let members: Vec<String> = entries
                    .map(|(index, member)| format!(r#""p{index}":{}"#, member.json()))
                    .collect();
                format!(
                    r#"{{"type":"object","required":[{}],"properties":{{{}}}}}"#,
                    names.join(","),
                    members.join(",")
                )
            }
            Self::Alternatives { word, of } => {
                let of: Vec<String> = of.iter().map(reference).collect();
                format!(r#"{{"{word}":[{}]}}"#, of.join(","))
            }
        }
    }
}

fn member() -> impl Strategy<Value = Node> {
    let word = prop::sample::select(vec!["oneOf", "anyOf", "allOf"]);
    let leaf = prop_oneof![
        1 => Just(Node::Text),
        3 => (0..SCHEMAS).prop_map(Node::Reference),
        2 => (word, prop::collection::vec(0..SCHEMAS, 2..4)).prop_map(|(word, of)| Node::Alternatives { word, of }),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|item| Node::List(item.into())),
            inner.prop_map(|value| Node::Map(value.into())),
        ]
    })
}

fn schema() -> impl Strategy<Value = Node> {
    let word = prop::sample::select(vec!["oneOf", "anyOf"]);
    prop_oneof![
        3 => (prop::collection::vec(member(), 5..9), 0..3usize)
            .prop_map(|(members, required)| Node::Object { members, required }),
        1 => (word, prop::collection::vec(0..SCHEMAS, 2..5)).prop_map(|(word, of)| Node::Alternatives { word, of }),
    ]
}

/// Returns a contract that sends and receives each of the schemas.
fn contract(schemas: &[Node]) -> String {
    let named = schemas.iter().enumerate();
    let components: Vec<String> = named
        .map(|(index, schema)| format!(r#""S{index}":{}"#, schema.json()))
        .collect();
    let path = |index: usize| {
        let content = format!(r##"{{"application/json":{{"schema":{{"$ref":"#/components/schemas/S{index}"}}}}}}"##);
        format!(
            r#""/{index}":{{"post":{{"operationId":"send{index}","requestBody":{{"content":{content}}},"responses":{{"200":{{"description":"ok","content":{content}}}}}}}}}"#
        )
    };
    let paths: Vec<String> = (0..schemas.len()).map(path).collect();
    format!(
        r#"{{"openapi":"3.0.3","info":{{"title":"Recursion","version":"1"}},"paths":{{{}}},"components":{{"schemas":{{{}}}}}}}"#,
        paths.join(","),
        components.join(",")
    )
}

fn case_of(text: &str) -> Case {
    Case {
        name: "recursion".into(),
        file: "contract.json".into(),
        bytes: text.as_bytes().to_vec(),
        lenient: true,
        ..super::partner_api()
    }
}

#[test]
fn types_that_contain_each_other_take_bounded_time() {
    let reached = RefCell::new(Reached::default());
    runner(24)
        .run(&prop::collection::vec(schema(), SCHEMAS), |schemas| {
            let text = contract(&schemas);
            survive(&case_of(&text), text.as_bytes(), true, &reached)
        })
        .unwrap_or_else(|fault| panic!("{fault}"));
    let (all, emitted) = reached.into_inner().print("types that contain each other");
    assert!(emitted * 2 >= all, "only {emitted} of {all} contracts reach `emit`");
}

/// Generates the contract in the lenient mode.
fn files_of(schemas: &[Node]) -> BTreeMap<String, String> {
    let case = case_of(&contract(schemas));
    let levels = Levels::lenient();
    let outcome = case::generate(
        &case.package(),
        &case.file,
        &case.bytes,
        &case.folder,
        levels,
        &case.names,
    );
    outcome.files.expect("it comes out")
}

/// Rustc gives up after 128 steps into a type, and a list takes five.
#[test]
fn types_in_many_levels_raise_the_limit_of_the_compiler() {
    let limit = |levels: usize, end: Node| {
        let list = |next| Node::List(Box::new(Node::Reference(next)));
        let object = |next| Node::Object {
            members: vec![list(next)],
            required: 0,
        };
        let schemas: Vec<Node> = (1..levels).map(object).chain([end]).collect();
        let library = files_of(&schemas)["src/lib.rs"].clone();
        library
            .lines()
            .find(|line| line.starts_with("#![recursion_limit"))
            .map(str::to_owned)
    };
    let back = || Node::Object {
        members: vec![Node::Reference(0)],
        required: 0,
    };
    assert_eq!(limit(8, Node::Text), None);
    assert_eq!(limit(8, back()), None);
    assert_eq!(limit(40, Node::Text).as_deref(), Some("#![recursion_limit = \"2048\"]"));
    assert_eq!(limit(40, back()).as_deref(), Some("#![recursion_limit = \"2048\"]"));
}

/// Each schema refers to the next one twice, so that a value of the first has a number of parts that doubles with each.
#[test]
fn twice_as_many_levels_give_twice_as_much() {
    let twice = |node: &dyn Fn(usize) -> Node| {
        let bytes_of = |levels: usize| -> usize {
            let mut schemas: Vec<Node> = (1..=levels).map(node).collect();
            schemas.push(Node::Text);
            files_of(&schemas).values().map(String::len).sum()
        };
        let (once, twice) = (bytes_of(20), bytes_of(40));
        assert!(twice < once * 5 / 2, "{once} and {twice} bytes: {:?}", node(1));
    };
    let both = |next: usize| vec![Node::Reference(next), Node::Reference(next)];
    twice(&|next| Node::Object {
        members: both(next),
        required: 2,
    });
    twice(&|next| Node::Object {
        members: both(next),
        required: 0,
    });
    twice(&|next| {
        let lists = both(next).into_iter().map(|one| Node::List(one.into()));
        Node::Object {
            members: lists.collect(),
            required: 2,
        }
    });
    twice(&|next| {
        let of = vec![next, next + 1];
        Node::Object {
            members: vec![
                Node::Alternatives {
                    word: "oneOf",
                    of: of.clone(),
                },
                Node::Alternatives { word: "anyOf", of },
            ],
            required: 2,
        }
    });
}
