//! No contract, however broken, makes `lower`, the passes or naming panic, and whatever is named has valid names.

#![allow(clippy::unwrap_used)] // a test may fail in its own words

use sdkwright_codegen::{contract, diag, ir, lower, naming, passes, source};

const SEED: &str = include_str!("../src/lower/tests/whole.yaml");

/// Schemas of every kind, to be mixed into each other.
const SCHEMAS: &str = r"openapi: 3.1.0
info: { title: T, version: '1' }
paths:
  /a/{id}:
    post:
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer } }
        - { name: f, in: query, style: deepObject, schema: { $ref: '#/components/schemas/Node' } }
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } }, multipart/form-data: { schema: { type: object, properties: { f: { type: string, format: binary }, g: { type: array, items: { $ref: '#/components/schemas/Union' } } } } } } }
      responses: { '200': { description: d, content: { application/json: { schema: { $ref: '#/components/schemas/Union' } } } }, default: { description: d } }
components:
  schemas:
    Pet: { type: object, required: [kind], properties: { kind: { type: string } }, discriminator: { propertyName: kind, mapping: { cat: '#/components/schemas/Cat' } } }
    Cat: { allOf: [{ $ref: '#/components/schemas/Pet' }, { type: object, properties: { lives: { type: integer } } }] }
    Dog: { allOf: [{ $ref: '#/components/schemas/Pet' }, { type: object, required: [bark], properties: { bark: { const: true } } }] }
    Node: { type: object, required: [next], properties: { next: { oneOf: [{ $ref: '#/components/schemas/Node' }, { type: 'null' }] }, all: { type: array, items: { $ref: '#/components/schemas/Node' } } } }
    Union: { oneOf: [{ type: string }, { type: array, items: { $ref: '#/components/schemas/Union' } }, { $ref: '#/components/schemas/Node' }, { type: object, additionalProperties: { type: number } }] }
    Tuple: { type: array, prefixItems: [{ $ref: '#/components/schemas/Tuple' }, { enum: [1, a, null, true] }] }
    Name: { $ref: '#/components/schemas/Name2' }
    Name2: { anyOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }], discriminator: { propertyName: kind } }
    Both: { type: object, properties: { a: { type: string } }, anyOf: [{ required: [a] }, { properties: { b: { $ref: '#/components/schemas/Both' } } }], patternProperties: { '^x': { type: string } } }
";

/// A small generator of numbers that is the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most.max(1)
    }
}

/// Puts a word of the text in the place of another, a few times.
fn mutate(text: &str, dice: &mut Dice) -> String {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '#' | '/');
    let mut words: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| is_word(c) != is_word(first)).unwrap_or(rest.len());
        words.push(&rest[..end]);
        rest = &rest[end..];
    }
    let places: Vec<usize> = (0..words.len()).filter(|at| words[*at].starts_with(is_word)).collect();
    for _ in 0..=dice.below(4) {
        let (to, from) = (places[dice.below(places.len())], places[dice.below(places.len())]);
        words[to] = words[from];
    }
    words.concat()
}

fn run(text: &str, levels: diag::Levels) -> Option<(ir::Api, naming::Names)> {
    let mut report = diag::Report::new(levels);
    let tree = source::load("mutant.yaml", text.as_bytes(), &mut report)?;
    let document = contract::parse(tree, &|_: &str| Err(contract::Unread::default()), &mut report)?;
    let draft = lower::lower(&document, &mut report);
    let api = passes::seal(draft, &mut report)?;
    let names = naming::assign(&api, &naming::Overrides::default(), &mut report);
    Some((api, names))
}

#[test]
fn no_mutant_makes_the_middle_of_the_generator_panic() {
    let mut dice = Dice(7);
    let mut sealed = 0;
    for round in 0..1500 {
        let text = mutate(if round % 2 == 0 { SEED } else { SCHEMAS }, &mut dice);
        let levels = if round % 10 == 0 {
            diag::Levels::strict()
        } else {
            diag::Levels::lenient()
        };
        let Some((api, names)) = run(&text, levels) else {
            continue;
        };
        sealed += 1;
        for (id, _) in api.types() {
            assert!(
                names
                    .ty(id)
                    .is_none_or(|name| syn::parse_str::<syn::Ident>(name).is_ok()),
                "{text}"
            );
        }
    }
    assert!(
        sealed > 150,
        "only {sealed} mutants were sealed: the others say nothing about naming and passes"
    );
}

#[test]
fn schemas_that_multiply_end_soon() {
    use std::fmt::Write as _;
    let head = "openapi: 3.1.0\ninfo: { title: T, version: '1' }\npaths: {}\ncomponents:\n  schemas:\n";
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let mut text = head.to_owned();
        for index in 0..40 {
            let next = (index + 1) % 40;
            let part = format!("{{ $ref: '#/components/schemas/S{next}' }}");
            let _ = writeln!(
                text,
                "    S{index}: {{ type: object, properties: {{ p{index}: {{ type: string }} }}, {keyword}: [{part}, {part}, {{ {keyword}: [{part}, {part}] }}] }}"
            );
        }
        assert!(run(&text, diag::Levels::lenient()).is_some(), "{keyword}");
    }
    let mut text = head.to_owned();
    for index in 0..3000 {
        let _ = writeln!(
            text,
            "    S{index}: {{ type: object, required: [n], properties: {{ n: {{ $ref: '#/components/schemas/S{}' }} }} }}",
            (index + 1) % 3000
        );
    }
    assert!(
        run(&text, diag::Levels::lenient()).is_some(),
        "a circle of required members is opened"
    );
    let deep = format!(
        "{head}    D: {}{{ type: string }}{}\n",
        "{ type: array, items: ".repeat(110),
        " }".repeat(110)
    );
    assert!(
        run(&deep, diag::Levels::lenient()).is_some(),
        "what is nested too deeply falls back"
    );
}
