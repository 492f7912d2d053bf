//! The obstacle course of names, and that a name stays what it is.

use std::collections::HashSet;

use super::{Names, NamingFindings, Overrides, find};
use sdkwright_contract::{
    diag::{Code, Levels, Report},
    ir::{
        Additional, Api, BodyForm, Documentation, EnumShape, EnumValue, Member, Method, NameHint, ObjectShape,
        Operation, OperationId, Origin, Parameter, ParameterLocation, ParameterStyle, PartContent, PathPiece, Presence,
        RequestBody, Scalar, ScalarFormat, Server, Shape, Tag, Type, TypeId, UnionShape, UnsealedApi, Variant,
    },
};

fn ty(name: NameHint, shape: Shape, pointer: &str) -> Type {
    Type {
        name,
        shape,
        text: Documentation::default(),
        sensitive: false,
        examples: Vec::new(),
        directions: sdkwright_contract::ir::Directions::default(),
        origin: Origin {
            pointer: pointer.to_owned(),
            ..Origin::default()
        },
    }
}

fn component(name: &str, shape: Shape) -> Type {
    ty(
        NameHint::Given(name.to_owned()),
        shape,
        &format!("/components/schemas/{name}"),
    )
}

fn text() -> Type {
    ty(
        NameHint::Anonymous,
        Shape::Scalar(ScalarFormat::Text, sdkwright_contract::ir::Constraints::default()),
        "",
    )
}

fn object(names: &[&str]) -> Shape {
    let member = |name: &&str| Member {
        documented: false,
        name: (*name).to_owned(),
        ty: TypeId(0),
        presence: Presence::Optional,
        constant: None,
        read_only: false,
        write_only: false,
        sensitive: false,
        bound: None,
        is_key: false,
        payload_hash: None,
        default: None,
        boxed: false,
        text: Documentation::default(),
        origin: Origin::default(),
    };
    Shape::Object(ObjectShape {
        members: names.iter().map(member).collect(),
        additional: Additional::Open,
        size: [None; 2],
        conditions: Vec::new(),
    })
}

fn enumeration(values: &[&str], prefix: Option<&str>) -> Shape {
    let value = |text: &&str| EnumValue {
        value: Scalar::String((*text).to_owned()),
        name: None,
        text: Documentation::default(),
    };
    Shape::Enum(EnumShape {
        values: values.iter().map(value).collect(),
        allows_others: false,
        limits: sdkwright_contract::ir::Constraints::default(),
        variant_prefix: prefix.map(str::to_owned),
        lifecycle: None,
        problems: None,
    })
}

fn pieces(path: &str) -> Vec<PathPiece> {
    let texts = path.split(['{', '}']).enumerate().filter(|(_, text)| !text.is_empty());
    let piece = |(at, text): (usize, &str)| match at % 2 {
        0 => PathPiece::Literal(text.to_owned()),
        _ => PathPiece::Parameter(text.to_owned()),
    };
    texts.map(piece).collect()
}

fn operation(id: &str, path: &str, tag: Option<&str>, parameters: &[(&str, ParameterLocation)]) -> Operation {
    Operation {
        id: id.to_owned(),
        id_given: true,
        called: id.to_owned(),
        action: None,
        key: String::new(),
        method: Method::Get,
        path: path.to_owned(),
        pieces: pieces(path),
        group: None,
        name: None,
        aliases: Vec::new(),
        parameters: parameters
            .iter()
            .map(|(name, location)| Parameter {
                name: (*name).to_owned(),
                location: *location,
                required: false,
                ty: TypeId(0),
                style: ParameterStyle::Form,
                explode: true,
                allow_reserved: false,
                fields: Vec::new(),
                sensitive: false,
                text: Documentation::default(),
                example: None,
                default: None,
                origin: Origin::default(),
            })
            .collect(),
        body: None,
        responses: Vec::new(),
        rules: Vec::new(),
        problems: Vec::new(),
        path_is_unconfirmed: false,
        intent: None,
        declared_key: None,
        effect: None,
        subject: Vec::new(),
        existing: Vec::new(),
        repeats: Vec::new(),
        bound: Vec::new(),
        pagination: None,
        security: Vec::new(),
        text: Documentation::default(),
        tags: tag.map(str::to_owned).into_iter().collect(),
        servers: Vec::new(),
        origin: Origin {
            pointer: format!("/paths/{}/get", path.replace('/', "~1")),
            ..Origin::default()
        },
    }
}

fn unsealed(mut types: Vec<Type>, operations: Vec<Operation>) -> UnsealedApi {
    types.insert(0, text());
    UnsealedApi {
        types,
        operations,
        ..UnsealedApi::default()
    }
}

fn assign(unsealed: UnsealedApi) -> (Names, NamingFindings) {
    find(&Api::without_passes(unsealed), &Overrides::default(), 2)
}

fn parts(names: &Names, id: u32, count: usize) -> Vec<String> {
    (0..count)
        .map(|index| names.member(TypeId(id), index).to_owned())
        .collect()
}

/// A keyword is refused by `syn`, so this is what `rustc` would say.
fn is_identifier(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_ok()
}

const HOSTILE: &[&str] = &[
    "type",
    "Type",
    "TYPE",
    "self",
    "Self",
    "super",
    "crate",
    "async",
    "await",
    "gen",
    "try",
    "dyn",
    "match",
    "_",
    "__",
    "",
    " ",
    "-",
    "--",
    "1",
    "-1",
    "+1",
    "1.5",
    "2024-01-01",
    "3dSecure",
    "a",
    "A",
    "a-b",
    "a_b",
    "aB",
    "A B",
    "a.b",
    "extra",
    "extra_",
    "unknown",
    "Unknown",
    "Option",
    "None",
    "Some",
    "Ok",
    "Err",
    "Vec",
    "String",
    "Box",
    "\u{e9}t\u{e9}",
    "e\u{301}te\u{301}",
    "名前",
    "имя",
    "ﬁ",
    "ß",
    "İ",
    "\u{200b}",
    "\u{202e}rtl",
    "😀",
    "😀😀",
    "$ref",
    "@id",
    "#",
    "x/y",
    "x\\y",
    "x\"y",
    "{}",
    "*/",
    "//",
    "r#type",
    "'a",
    "naïve",
    "ÀÉ",
    "\u{1100}\u{1161}",
    "\u{AC00}",
    "Ω",
    "\u{2126}",
    "ª",
    "²",
    "٣",
    "कि",
    "a\u{0}b",
    "\n",
    "fn",
    "union",
    "static",
    "'static",
];

#[test]
fn every_hostile_member_becomes_a_field_of_its_own() {
    let (names, _) = assign(unsealed(vec![component("Thing", object(HOSTILE))], Vec::new()));
    let fields = parts(&names, 1, HOSTILE.len());
    for (spelling, field) in HOSTILE.iter().zip(&fields) {
        assert!(is_identifier(field), "{spelling:?} became {field:?}");
        assert!(!field.contains(char::is_uppercase), "{spelling:?} became {field:?}");
        assert_ne!(field, "extra");
    }
    assert_eq!(fields.iter().collect::<HashSet<_>>().len(), HOSTILE.len());
}

#[test]
fn every_hostile_value_becomes_a_variant_of_its_own() {
    let (names, _) = assign(unsealed(
        vec![component("Thing", enumeration(HOSTILE, None))],
        Vec::new(),
    ));
    let variants = parts(&names, 1, HOSTILE.len());
    for (spelling, variant) in HOSTILE.iter().zip(&variants) {
        assert!(is_identifier(variant), "{spelling:?} became {variant:?}");
        assert!(
            !variant.starts_with(char::is_lowercase),
            "{spelling:?} became {variant:?}"
        );
        assert_ne!(variant, "Unknown", "{spelling:?}");
    }
    assert_eq!(variants.iter().collect::<HashSet<_>>().len(), HOSTILE.len());
}

#[test]
fn every_hostile_component_becomes_a_type_and_a_file_of_its_own() {
    let types = HOSTILE.iter().map(|name| component(name, object(&[]))).collect();
    let (names, _) = assign(unsealed(types, Vec::new()));
    let (mut idents, mut files) = (HashSet::new(), HashSet::new());
    for (index, spelling) in (1u32..).zip(HOSTILE) {
        let ident = names.ty(TypeId(index)).unwrap();
        let file = names.file(TypeId(index)).unwrap();
        assert!(is_identifier(ident), "{spelling:?} became {ident:?}");
        assert!(is_identifier(file), "{spelling:?} lies in {file:?}");
        assert!(
            !super::reserved::PRELUDE.contains(&ident),
            "{spelling:?} became {ident:?}"
        );
        assert!(!file.contains(['/', '\\', '.', ' ']), "{spelling:?} lies in {file:?}");
        assert!(
            idents.insert(ident.to_owned()) && files.insert(file.to_owned()),
            "{spelling:?}: {ident} {file}"
        );
    }
}

#[test]
fn random_unicode_never_makes_an_invalid_or_repeated_name() {
    let mut seed = 1u64;
    let mut next = move || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(seed >> 40).unwrap()
    };
    let spellings: Vec<String> = (0..3000)
        .map(|_| {
            let length = next() % 6;
            (0..length)
                .filter_map(|_| {
                    char::from_u32(if next() % 2 == 0 {
                        next() % 0x180
                    } else {
                        next() % 0x11_0000
                    })
                })
                .collect()
        })
        .collect::<HashSet<String>>()
        .into_iter()
        .collect();
    let refs: Vec<&str> = spellings.iter().map(String::as_str).collect();
    let (names, _) = assign(unsealed(
        vec![
            component("Thing", object(&refs)),
            component("Values", enumeration(&refs, None)),
        ],
        Vec::new(),
    ));
    for id in [1, 2] {
        let all = parts(&names, id, refs.len());
        for (spelling, name) in refs.iter().zip(&all) {
            assert!(is_identifier(name), "{spelling:?} became {name:?}");
        }
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), refs.len());
    }
}

#[test]
fn thousands_of_components_that_differ_in_punctuation_alone_are_told_apart() {
    let spellings: Vec<String> = (0..4096u32)
        .map(|n| (0..12).map(|bit| if n >> bit & 1 == 1 { "a_" } else { "a." }).collect())
        .collect();
    let types: Vec<Type> = spellings.iter().map(|name| component(name, object(&[]))).collect();
    let (names, findings) = assign(unsealed(types, Vec::new()));
    let all: HashSet<&str> = (1..=4096).filter_map(|id| names.ty(TypeId(id))).collect();
    assert_eq!(all.len(), 4096);
    assert_eq!(findings.collisions.len(), 1);
    assert_eq!(findings.collisions[0].moved.len(), 4095);
}

#[test]
fn a_prefix_is_stripped_only_where_the_contract_says_so() {
    let values = ["PARTNER_AUTH_FAILED", "PARTNER_QUOTE_EXPIRED", "OTHER", "PARTNER_"];
    let with = component("Code", enumeration(&values, Some("PARTNER_")));
    let without = component("Plain", enumeration(&values, None));
    let (names, _) = assign(unsealed(vec![with, without], Vec::new()));
    assert_eq!(parts(&names, 1, 4), ["AuthFailed", "QuoteExpired", "Other", "Partner"]);
    assert_eq!(
        parts(&names, 2, 4),
        ["PartnerAuthFailed", "PartnerQuoteExpired", "Other", "Partner"]
    );
}

#[test]
fn an_inline_type_stands_in_the_file_of_its_component() {
    let inline = ty(
        NameHint::Derived(vec!["Order".to_owned(), "items".to_owned(), "item".to_owned()]),
        object(&[]),
        "/components/schemas/Order/properties/items/items",
    );
    let other = ty(
        NameHint::Derived(vec!["Order".to_owned(), "request".to_owned()]),
        object(&[]),
        "/paths/~1x/post/requestBody",
    );
    let (names, _) = assign(unsealed(
        vec![component("Order", object(&["items"])), inline, other],
        Vec::new(),
    ));
    assert_eq!(names.ty(TypeId(2)), Some("OrderItemsItem"));
    assert_eq!(names.file(TypeId(2)), Some("order"));
    assert_eq!(
        names.file(TypeId(3)),
        Some("order_types"),
        "an operation of the same name has a file of its own"
    );
}

#[test]
fn a_component_keeps_its_name_against_an_inline_type() {
    let inline = ty(
        NameHint::Derived(vec!["Order".to_owned(), "status".to_owned()]),
        object(&[]),
        "/components/schemas/Order/properties/status",
    );
    let (names, findings) = assign(unsealed(
        vec![
            component("Order", object(&[])),
            inline,
            component("OrderStatus", object(&[])),
        ],
        Vec::new(),
    ));
    assert_eq!(names.ty(TypeId(3)), Some("OrderStatus"));
    assert_eq!(names.ty(TypeId(2)), Some("OrderStatusObject"));
    assert_eq!(findings.collisions.len(), 1);
}

#[test]
fn what_is_inside_of_a_type_that_gives_way_goes_with_it() {
    let inline = |words: &[&str], pointer: &str| {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        ty(NameHint::Derived(words), object(&[]), pointer)
    };
    let (names, findings) = assign(unsealed(
        vec![
            component("Order", object(&[])),
            inline(&["Order", "status"], "/components/schemas/Order/properties/status"),
            inline(
                &["Order", "status", "code"],
                "/components/schemas/Order/properties/status/properties/code",
            ),
            component("OrderStatus", object(&[])),
            inline(
                &["OrderStatus", "code"],
                "/components/schemas/OrderStatus/properties/code",
            ),
        ],
        Vec::new(),
    ));
    assert_eq!(names.ty(TypeId(3)), Some("OrderStatusObjectCode"));
    assert_eq!(names.ty(TypeId(5)), Some("OrderStatusCode"));
    assert_eq!(findings.collisions.len(), 1);
}

#[test]
fn methods_are_named_after_the_id_without_the_words_of_the_group() {
    let operations = vec![
        operation("listCustomers", "/customers", Some("Customers"), &[]),
        operation("getCustomerById", "/customers/{id}", Some("customers"), &[]),
        operation("customers", "/c", Some("Customers"), &[]),
        operation("ping", "/v1/health/ping", None, &[]),
    ];
    let (names, findings) = assign(unsealed(Vec::new(), operations));
    let method = |id: u32| names.operation(OperationId(id)).method(0).to_owned();
    assert_eq!(
        [method(0), method(1), method(2), method(3)],
        ["list", "get", "customers", "ping"]
    );
    assert_eq!(
        names
            .groups()
            .iter()
            .map(|group| group.snake.as_str())
            .collect::<Vec<_>>(),
        ["customers", "health"]
    );
    assert_eq!(names.groups()[0].feature, "customers");
    // The handle `Customers` and the operation `customers` have the same name: the operation keeps it, without a report.
    assert_eq!(names.operation(OperationId(2)).marker, "Customers");
    assert_eq!(names.groups()[0].pascal, "CustomersGroup");
    assert_eq!(findings.collisions.len(), 0);
}

#[test]
fn a_parameter_of_two_places_keeps_its_name_in_the_path() {
    let wanted = [
        ("key", ParameterLocation::Query),
        ("key", ParameterLocation::Path),
        ("timeout", ParameterLocation::Query),
        ("X-Key", ParameterLocation::Header),
    ];
    let (names, _) = assign(unsealed(Vec::new(), vec![operation("a", "/a/{key}", None, &wanted)]));
    let of = |index| names.parameter(OperationId(0), index).to_owned();
    assert_eq!([of(0), of(1), of(2), of(3)], ["key_query", "key", "timeout_", "x_key"]);
}

#[test]
fn operations_with_one_id_are_told_apart_by_method_and_path() {
    let (names, _) = assign(unsealed(
        Vec::new(),
        vec![
            operation("get", "/a", Some("t"), &[]),
            operation("get", "/b", Some("t"), &[]),
        ],
    ));
    let (first, second) = (names.operation(OperationId(0)), names.operation(OperationId(1)));
    assert_eq!((first.marker.as_str(), second.marker.as_str()), ("Get", "GetOperation"));
    assert_eq!((first.method(0), second.method(0)), ("get", "get_b"));
}

#[test]
fn a_group_is_the_first_tag_that_says_something_else_the_first_noun_of_the_path() {
    let mut empty = operation("ping", "/v1/api/health", Some(""), &[]);
    empty.tags.push("Cards".to_owned());
    let operations = vec![
        empty,
        operation("read", "/2024-01-01/beta/x", None, &[]),
        operation("list", "/v2beta1/loans", None, &[]),
        operation("none", "/v1", None, &[]),
    ];
    let (names, _) = assign(unsealed(Vec::new(), operations));
    let groups: Vec<&str> = names.groups().iter().map(|group| group.snake.as_str()).collect();
    assert_eq!(groups, ["cards", "beta", "loans", "root"]);
}

#[test]
fn a_tag_that_explains_its_name_describes_the_group() {
    let name = "files : Upload files";
    let mut api = unsealed(Vec::new(), vec![operation("list", "/files", Some(name), &[])]);
    api.tags.push(Tag {
        name: name.to_owned(),
        parent: None,
        text: Documentation::default(),
    });
    let (names, _) = assign(api);
    let groups: Vec<_> = names.groups().iter().map(|group| (&*group.snake, group.tag)).collect();
    assert_eq!(groups, [("files", Some(0))]);
}

#[test]
fn the_forms_of_a_body_after_the_first_say_what_they_carry() {
    let form = |media_type: &str, content: PartContent| BodyForm {
        text: None,
        media_type: media_type.to_owned(),
        name: None,
        content,
        fields: Vec::new(),
        examples: Vec::new(),
        origin: Origin::default(),
    };
    let json = |media_type: &str| form(media_type, PartContent::Json(TypeId(0)));
    let text = |media_type: &str| form(media_type, PartContent::Text);
    let mut add = operation("addThing", "/things", Some("Things"), &[]);
    let forms = vec![
        json("application/json"),
        json("application/vnd.a+json"),
        json("text/json"),
        text("text/plain"),
        text("text/csv"),
        text("application/xml"),
    ];
    add.body = Some(RequestBody {
        required: true,
        forms,
        text: Documentation::default(),
    });
    let (names, findings) = assign(unsealed(Vec::new(), vec![add]));
    assert_eq!(
        names.operation(OperationId(0)).methods,
        [
            "add",
            "add_with_vnd_a",
            "add_with_json",
            "add_with_text_plain",
            "add_with_text",
            "add_with_xml"
        ]
    );
    assert_eq!(findings.collisions.len(), 1);
}

#[test]
fn what_the_contract_names_keeps_its_name_against_what_is_derived() {
    let derived = operation("stopThings", "/a", Some("t"), &[]);
    let mut stated = operation("all", "/b", Some("t"), &[]);
    stated.name = Some("stopThings".to_owned());
    let mut without_id = operation("all", "/a/all", Some("u"), &[]);
    without_id.id_given = false;
    let (names, _) = assign(unsealed(Vec::new(), vec![derived, stated, without_id]));
    let of = |id| names.operation(OperationId(id));
    assert_eq!((of(0).method(0), of(1).method(0)), ("get_a", "stop_things"));
    assert_eq!((of(1).marker.as_str(), of(2).marker.as_str()), ("All", "AllOperation"));
}

#[test]
fn the_spelling_of_a_parameter_does_not_decide_between_places() {
    let wanted = [
        ("thing_id", ParameterLocation::Query),
        ("thingId", ParameterLocation::Path),
    ];
    let (names, _) = assign(unsealed(
        Vec::new(),
        vec![operation("a", "/a/{thingId}", None, &wanted)],
    ));
    let of = |index| names.parameter(OperationId(0), index).to_owned();
    assert_eq!([of(0), of(1)], ["thing_id_query", "thing_id"]);
}

#[test]
fn parameters_that_differ_in_their_signs_are_named_by_their_signs() {
    let wanted = [
        "StartTime",
        "StartTime<",
        "StartTime>",
        "page.size",
        "page:size",
        "page-size",
    ]
    .map(|name| (name, ParameterLocation::Query));
    let (names, _) = assign(unsealed(Vec::new(), vec![operation("a", "/a", None, &wanted)]));
    let all: Vec<&str> = (0..6).map(|index| names.parameter(OperationId(0), index)).collect();
    let expected = [
        "start_time",
        "start_time_less",
        "start_time_greater",
        "page_dot_size",
        "page_colon_size",
        "page_size",
    ];
    assert_eq!(all, expected);
}

#[test]
fn a_server_is_called_as_its_description_begins_or_by_its_address() {
    let server = |url: &str, description: &str, at: &str| Server {
        name: None,
        url: url.to_owned(),
        description: Some(description.to_owned()),
        variables: Vec::new(),
        origin: Origin {
            pointer: format!("{at}/servers/{}", url.len()),
            ..Origin::default()
        },
    };
    let of_all = vec![
        server("https://a.example", "Sandbox. For tests.", ""),
        server("https://bb.example", "Sandbox", ""),
        server("https://ccc.example", "--", ""),
        server("https://dddd.example", "A server that has many words", ""),
    ];
    let named = |unsealed: UnsealedApi| {
        let (names, _) = assign(unsealed);
        (0..4).map(|index| names.server(index).to_owned()).collect::<Vec<_>>()
    };
    let stated = UnsealedApi {
        servers: of_all,
        ..unsealed(Vec::new(), Vec::new())
    };
    assert_eq!(
        named(stated),
        ["sandbox", "sandbox_bb_example", "ccc_example", "dddd_example"]
    );
    let mut single = operation("a", "/a", None, &[]);
    single.servers = vec![server("https://e.example", "Files", "/paths/~1a/get")];
    assert_eq!(named(unsealed(Vec::new(), vec![single]))[0], "e_example");
}

#[test]
fn adding_something_renames_nothing() {
    let base = || {
        let types = vec![
            component("Order", object(&["id", "order-id", "type"])),
            component("Status", enumeration(&["NEW", "in-progress", "+1"], None)),
            ty(
                NameHint::Derived(vec!["Order".to_owned(), "lines".to_owned()]),
                object(&["sku"]),
                "/components/schemas/Order/properties/lines",
            ),
        ];
        unsealed(
            types,
            vec![operation(
                "listOrders",
                "/orders",
                Some("orders"),
                &[("limit", ParameterLocation::Query)],
            )],
        )
    };
    let (before, _) = assign(base());
    let mut more = base();
    more.types.push(component("Line", object(&["sku", "Sku2"])));
    more.types.push(component("Customer", object(&[])));
    more.operations.push(operation(
        "getOrder",
        "/orders/{id}",
        Some("orders"),
        &[("limit", ParameterLocation::Header)],
    ));
    more.operations
        .push(operation("listCustomers", "/customers", Some("customers"), &[]));
    if let Shape::Object(order) = &mut more.types[1].shape
        && let Shape::Object(extra) = object(&["orderTotal", "zzz"])
    {
        order.members.extend(extra.members);
    }
    if let Shape::Enum(status) = &mut more.types[2].shape
        && let Shape::Enum(extra) = enumeration(&["DONE", "-1"], None)
    {
        status.values.extend(extra.values);
    }
    let (after, findings) = assign(more);
    assert_eq!(findings.collisions, []);
    for id in 1..=3 {
        assert_eq!(before.ty(TypeId(id)), after.ty(TypeId(id)));
        assert_eq!(before.file(TypeId(id)), after.file(TypeId(id)));
        for index in 0..before.types[id as usize].parts.len() {
            assert_eq!(before.member(TypeId(id), index), after.member(TypeId(id), index));
        }
    }
    assert_eq!(before.operation(OperationId(0)), after.operation(OperationId(0)));
    assert_eq!(before.groups()[0], after.groups()[0]);
}

#[test]
fn the_order_of_a_contract_does_not_decide_a_name() {
    let spellings = ["foo", "Foo", "FOO", "f-oo", "f_oo", "bar"];
    let forward: Vec<Type> = spellings.iter().map(|name| component(name, object(&[]))).collect();
    let mut backward = forward.clone();
    backward.reverse();
    let (forward, _) = assign(unsealed(forward, Vec::new()));
    let (backward, _) = assign(unsealed(backward, Vec::new()));
    for index in 0..6u32 {
        assert_eq!(forward.ty(TypeId(1 + index)), backward.ty(TypeId(6 - index)));
    }
}

#[test]
fn a_collision_is_an_error_in_strict_mode_that_prints_the_override() {
    let api = || {
        Api::without_passes(unsealed(
            vec![component("foo_bar", object(&[])), component("FooBar", object(&[]))],
            Vec::new(),
        ))
    };
    let mut report = Report::new(Levels::strict());
    super::assign(&api(), &Overrides::default(), 1, &mut report);
    assert!(report.has_errors());
    let told = report.diagnostics()[0].clone();
    assert_eq!(told.code, Code::NameCollision);
    assert_eq!(
        told.help,
        [
            "set their names in contracts.yaml, or in the file of `--config`:\nnames:\n  \"/components/schemas/foo_bar\": FooUnderscoreBar"
        ],
        "what is printed can be pasted"
    );
    let mut report = Report::new(Levels::lenient());
    super::assign(&api(), &Overrides::default(), 1, &mut report);
    assert!(!report.has_errors());
    let pinned = Overrides::new([("/components/schemas/foo_bar".to_owned(), "LegacyFoo".to_owned())]);
    let mut report = Report::new(Levels::strict());
    let names = super::assign(&api(), &pinned, 1, &mut report);
    assert!(!report.has_errors());
    assert_eq!(
        (names.ty(TypeId(1)), names.ty(TypeId(2))),
        (Some("LegacyFoo"), Some("FooBar"))
    );
}

#[test]
fn an_override_that_is_no_name_or_names_nothing_is_reported() {
    let api = Api::without_passes(unsealed(vec![component("Foo", object(&["a"]))], Vec::new()));
    let overrides = Overrides::new([
        ("/components/schemas/Foo".to_owned(), "not a name".to_owned()),
        ("/components/schemas/Foo/properties/a".to_owned(), "type".to_owned()),
        ("/components/schemas/Bar".to_owned(), "Bar".to_owned()),
    ]);
    let (names, findings) = find(&api, &overrides, 2);
    assert_eq!(findings.unusable.len(), 2);
    assert_eq!(findings.idle, ["/components/schemas/Bar"]);
    assert_eq!((names.ty(TypeId(1)), names.member(TypeId(1), 0)), (Some("Foo"), "a"));
}

#[test]
fn variants_of_a_union_are_called_after_their_types() {
    let union = |ids: &[u32]| {
        let variants = ids.iter().map(|id| Variant::new(TypeId(*id))).collect();
        Shape::Union(UnionShape {
            variants,
            ..UnionShape::default()
        })
    };
    let number = ty(
        NameHint::Anonymous,
        Shape::Scalar(ScalarFormat::I64, sdkwright_contract::ir::Constraints::default()),
        "",
    );
    let list = ty(
        NameHint::Anonymous,
        Shape::Array(sdkwright_contract::ir::ArrayShape {
            items: TypeId(0),
            limits: sdkwright_contract::ir::Constraints::default(),
        }),
        "",
    );
    let types = vec![
        component("Card", object(&[])),
        number,
        list,
        component("Source", union(&[1, 0, 2, 3])),
    ];
    let (names, findings) = assign(unsealed(types, Vec::new()));
    assert_eq!(parts(&names, 4, 4), ["Card", "Text", "Integer", "TextList"]);
    assert_eq!(findings.collisions, []);
}

#[test]
fn very_long_names_are_cut_and_stay_different() {
    let long = |end: &str| format!("{}{end}", "word_".repeat(200));
    let (first, second) = (long("a"), long("b"));
    let (names, _) = assign(unsealed(
        vec![component(&first, object(&[])), component(&second, object(&[]))],
        Vec::new(),
    ));
    let files: Vec<&str> = (1..=2).filter_map(|id| names.file(TypeId(id))).collect();
    assert!(files.iter().all(|file| file.len() <= 80), "{files:?}");
    assert_ne!(files[0], files[1]);
    assert_ne!(names.ty(TypeId(1)), names.ty(TypeId(2)));
}

#[test]
fn what_stands_beside_the_members_gets_a_name_that_none_of_them_has() {
    let typed = |names: &[&str]| {
        let Shape::Object(mut shape) = object(names) else {
            panic!()
        };
        shape.additional = Additional::Typed(TypeId(0));
        let (names, findings) = assign(unsealed(
            vec![component("Thing", Shape::Object(shape.clone()))],
            Vec::new(),
        ));
        let members: Vec<String> = parts(&names, 1, shape.members.len());
        (
            members,
            names.additional(TypeId(1), &shape).to_owned(),
            findings.collisions.len(),
        )
    };
    assert_eq!(typed(&["name"]).1, "additional");
    let (members, beside, collisions) = typed(&["additional", "extra"]);
    assert_eq!(members[0], "additional");
    assert_eq!((beside.as_str(), collisions), ("additional_members", 1));
}
