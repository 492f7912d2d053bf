//! Parameters of all styles and forms: what the runtime's client writes, the server reads, and it refuses other texts at their place.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::http::Request as HttpRequest;
use oceafin_partner::transport::{Body, Incoming, SendFuture, SleepFuture, Transport};
use sdkwright_json::JsonValue;
use sdkwright_runtime::Builder;
use sdkwright_runtime::glue::{self, Core, Location, Param, Request};
use sdkwright_server::glue::{Api, Description, Rules, Style};
use sdkwright_server::{
    Context, Contract, Handled, OperationRoute, Options, Parameter, Reply, RequestInput, Routes, Server, WireForm,
    WireForms,
};
use tower_service::Service;

static RULES: Rules = Rules::new(
    &[("read", r#"{"query":{"p":{"$ref":"Closed"}}}"#)],
    &[(
        "Closed",
        r#"{"properties":{"size":{"maximum":9}},"additionalProperties":false}"#,
    )],
);

static CONTRACT: Contract = Contract {
    api: &Api {
        rules: Some(&RULES),
        ..Api::new("Shop", "shop/1")
    },
    errors: None,
    never_sent: &[],
    requires_request_id: false,
};

static READ: Description = Description::new("read", "GET", "/read");
/// The same without rules.
static SHOW: Description = Description::new("show", "GET", "/show");
static PATH: Description = Description::new("path", "GET", "/path/{p}");

/// Returns the value of the parameter.
fn read(parameter: Arc<Mutex<Parameter>>, _: Context, input: RequestInput) -> Handled {
    Box::pin(async move {
        let parameter = *parameter.lock().unwrap();
        let value: JsonValue = input.required(&parameter)?;
        Reply::json(200, "application/json", &value).map(Into::into)
    })
}

/// A server of one parameter.
#[derive(Clone)]
struct Shop(Router);

impl Shop {
    fn new(parameter: Parameter) -> Self {
        let mut routes = Routes::new();
        routes.add([&READ, &SHOW, &PATH].map(|description| OperationRoute::new(description, read)));
        Self(Server::new(&CONTRACT, Mutex::new(parameter), routes, Options::new()).into_router())
    }

    /// Sends a value as the client writes it.
    async fn echo(&self, place: Location, style: Style, explode: bool, value: &JsonValue) -> Result<JsonValue, String> {
        let client = Builder::new(CONTRACT.api).without_journal().transport(self.clone());
        let core: Core = client.base_url("http://127.0.0.1").build().unwrap();
        let description = if place == Location::Path { &PATH } else { &SHOW };
        let request = Request::new(core.api(), description);
        // A client writes JSON as a text in the usual style.
        let (value, style) = if style == Style::Json {
            (Param::json(value), Style::Form)
        } else {
            (Param::from_model(value), style)
        };
        let request = match place {
            Location::Path => request.path_as("p", &value, style, explode, false),
            Location::Query => request.query_as("p", &value, style, explode, false).query("limit", "7"),
            Location::Header => request.header_as("p", &value, explode),
            Location::Cookie if style == Style::Simple => request.cookie_unescaped("p", &value, explode),
            Location::Cookie => request.cookie("first", "a b").cookie_as("p", &value, explode),
        };
        let response = glue::pending::<JsonValue>(core, request).await;
        response.map_err(|error| error.to_string())
    }

    /// Sends a target, and returns the status and the body.
    async fn get(&self, target: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let mut request = HttpRequest::get(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self
            .0
            .clone()
            .call(request.body(Body::from_bytes("")).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(axum::body::Body::new(body), usize::MAX).await.unwrap();
        (parts.status.as_u16(), String::from_utf8(body.to_vec()).unwrap())
    }
}

impl Transport for Shop {
    fn send(&self, request: HttpRequest<Body>) -> SendFuture<'_> {
        let mut router = self.0.clone();
        Box::pin(async move {
            let response = router.call(request).await.unwrap_or_else(|never| match never {});
            Ok(response.map(Incoming::new))
        })
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}

const fn parameter(place: Location) -> Parameter {
    match place {
        Location::Path => Parameter::path("p"),
        Location::Query => Parameter::query("p"),
        Location::Header => Parameter::header("p"),
        Location::Cookie => Parameter::cookie("p"),
    }
}

const DEEP: WireForms = &[WireForm::Object(
    &[("colour", WireForm::TEXT), ("size", WireForm::LITERAL)],
    &[],
)];
const NESTED: WireForms = &[WireForm::Object(
    &[
        ("rows", &[WireForm::List(DEEP)]),
        ("tags", &[WireForm::List(WireForm::TEXT)]),
        ("deep", DEEP),
        ("any", WireForm::ANY),
    ],
    WireForm::TEXT,
)];
const FLAT: WireForms = &[WireForm::Object(
    &[
        ("sort", &[WireForm::List(WireForm::TEXT)]),
        ("page", WireForm::LITERAL),
        ("deep", &[WireForm::Json]),
    ],
    &[],
)];
const TEXTS: WireForms = &[WireForm::List(WireForm::TEXT)];
const ITEMS: WireForms = &[WireForm::List(&[WireForm::Json])];
const CREATED: WireForms = &[WireForm::Literal, WireForm::Object(&[("gte", WireForm::LITERAL)], &[])];
const LEVEL: WireForms = &[WireForm::Text, WireForm::List(WireForm::LITERAL)];
const MAYBE: WireForms = &[WireForm::Null, WireForm::Literal];

/// Places and styles, each exploded and not.
const STYLES: &[(Location, Style)] = &[
    (Location::Path, Style::Simple),
    (Location::Path, Style::Label),
    (Location::Path, Style::Matrix),
    (Location::Query, Style::Form),
    (Location::Query, Style::SpaceDelimited),
    (Location::Query, Style::PipeDelimited),
    (Location::Query, Style::TabDelimited),
    (Location::Query, Style::DeepObject),
    (Location::Header, Style::Simple),
    (Location::Cookie, Style::Form),
    (Location::Cookie, Style::Simple),
];

/// Values that each style can have.
const VALUES: &[(WireForms, &str)] = &[
    (WireForm::TEXT, r#""12""#),
    (WireForm::LITERAL, "-1.50"),
    (WireForm::LITERAL, "true"),
    (TEXTS, r#"["a","12","-"]"#),
    (&[WireForm::List(WireForm::LITERAL)], "[1,2,3]"),
    (DEEP, r#"{"colour":"7","size":7}"#),
    (DEEP, r#"{"size":0}"#),
    (CREATED, "5"),
    (CREATED, r#"{"gte":5}"#),
    (LEVEL, r#""all""#),
    (LEVEL, "[1,2]"),
    (MAYBE, "3"),
    (WireForm::ANY, r#""text""#),
    (WireForm::ANY, "false"),
];

/// Values of some styles.
const OTHERS: &[(Location, Style, bool, WireForms, &str)] = &[
    (
        Location::Query,
        Style::Form,
        true,
        TEXTS,
        r#"["a+b","%41,c","ü &=?#|.;[]",""]"#,
    ),
    (Location::Query, Style::Form, true, DEEP, r#"{"colour":"a+b ü&=,"}"#),
    (
        Location::Query,
        Style::Form,
        true,
        FLAT,
        r#"{"sort":["a","b"],"page":2,"deep":{"size":[1,{}]}}"#,
    ),
    (
        Location::Query,
        Style::Form,
        false,
        FLAT,
        r#"{"page":2,"deep":{"a":",","b":[1]}}"#,
    ),
    (Location::Query, Style::Form, true, ITEMS, r#"[{"a":1},[2]]"#),
    (Location::Query, Style::DeepObject, true, TEXTS, r#"["a","a","[0]"]"#),
    (
        Location::Query,
        Style::DeepObject,
        true,
        NESTED,
        r#"{"rows":[{"size":1},{"colour":"x"}],"tags":["1","2"],"deep":{"size":3},"__proto__":"1","a b":"c"}"#,
    ),
    (
        Location::Query,
        Style::DeepObject,
        true,
        WireForm::ANY,
        r#"{"a":{"b":[1,"x",true]},"c":[{"d":"e"}]}"#,
    ),
    (Location::Query, Style::DeepObject, true, DEEP, "{}"),
    (Location::Path, Style::Json, false, WireForm::TEXT, r#"{"a":["/",7]}"#),
    (Location::Header, Style::Json, false, WireForm::TEXT, r#"["a, b"]"#),
    (Location::Cookie, Style::Json, false, WireForm::TEXT, r#""a;b""#),
    (Location::Query, Style::Form, true, MAYBE, "null"),
    (Location::Header, Style::Simple, false, MAYBE, "null"),
    (Location::Cookie, Style::Form, false, MAYBE, "null"),
    (Location::Path, Style::Matrix, false, MAYBE, "null"),
    (
        Location::Query,
        Style::Json,
        false,
        WireForm::TEXT,
        r#"{"a":[1.0,null,"ü&"]}"#,
    ),
    (Location::Header, Style::Simple, false, TEXTS, "[]"),
    (Location::Header, Style::Simple, true, DEEP, r#"{"colour":"a b=c%20"}"#),
    (Location::Cookie, Style::Form, true, TEXTS, r#"["a;b, c","ü"]"#),
    (Location::Path, Style::Matrix, false, WireForm::TEXT, r#""""#),
    (
        Location::Path,
        Style::Matrix,
        true,
        FLAT,
        r#"{"sort":["","/;"],"page":2}"#,
    ),
    (Location::Path, Style::Label, false, TEXTS, r#"["a.b","/,"]"#),
];

#[tokio::test]
async fn the_server_reads_what_the_client_writes() {
    let all = STYLES.iter().flat_map(|(place, style)| {
        let values = VALUES.iter().flat_map(|row| [(true, row), (false, row)]);
        values.map(|(explode, (forms, value))| (*place, *style, explode, *forms, *value))
    });
    let mut found = Vec::new();
    for (place, style, explode, forms, value) in all.chain(OTHERS.iter().copied()) {
        let value: JsonValue = value.parse().unwrap();
        let shop = Shop::new(parameter(place).forms(forms).style(style, explode).without(&["limit"]));
        let read = shop.echo(place, style, explode, &value).await;
        if read.as_ref() != Ok(&value) {
            found.push(format!("{place:?} {style:?} {explode} {value}: {read:?}"));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test]
async fn an_object_with_open_members_takes_what_no_other_parameter_names() {
    let open = &[WireForm::Object(&[("size", WireForm::LITERAL)], WireForm::TEXT)];
    let shop = Shop::new(Parameter::query("p").forms(open).without(&["limit", "deep"]));
    let read = shop.get("/show?limit=1&size=2&deep%5Ba%5D=3&b+c=%2B&&d", &[]).await;
    assert_eq!(read, (200, r#"{"size":2,"b c":"+","d":""}"#.to_owned()));
    let shop = Shop::new(Parameter::query("p").style(Style::Json, true));
    assert_eq!(
        shop.get("/show?%7B%22a%22:1%7D", &[]).await,
        (200, r#"{"a":1}"#.to_owned())
    );
}

#[tokio::test]
async fn raw_texts_are_split_before_they_are_decoded() {
    let query = Parameter::query("p").forms(TEXTS);
    for (parameter, target, headers, value) in [
        (query, "/show?p=a+b&p=c%2Bd&%70=e", vec![], r#"["a b","c+d","e"]"#),
        (
            query.style(Style::Form, false),
            "/show?p=a%2Cb,c",
            vec![],
            r#"["a,b","c"]"#,
        ),
        (
            query.style(Style::SpaceDelimited, false),
            "/show?p=a+b%20c",
            vec![],
            r#"["a","b","c"]"#,
        ),
        (
            query.style(Style::PipeDelimited, false),
            "/show?p=a%7Cb%7cc|d",
            vec![],
            r#"["a","b","c","d"]"#,
        ),
        (
            Parameter::path("p").forms(TEXTS),
            "/path/a+b,c%20",
            vec![],
            r#"["a+b","c "]"#,
        ),
        (
            Parameter::header("p").forms(TEXTS),
            "/show",
            vec![("p", "a%20b , c"), ("p", " d")],
            r#"["a%20b","c","d"]"#,
        ),
    ] {
        let read = Shop::new(parameter).get(target, &headers).await;
        assert_eq!(read, (200, value.to_owned()), "{target}");
    }
}

#[tokio::test]
async fn the_server_reads_indexes_of_other_clients() {
    let shop = Shop::new(Parameter::query("p").forms(NESTED).style(Style::DeepObject, true));
    for (query, value) in [
        ("p[tags][2]=c&p[tags][10]=d&p[tags][0]=a", r#"{"tags":["a","c","d"]}"#),
        ("p[tags]=a", r#"{"tags":["a"]}"#),
        ("p[tags]=a&p[tags]=b", r#"{"tags":["a","b"]}"#),
        (
            "p[rows][3][size]=1&p[rows][1][size]=2",
            r#"{"rows":[{"size":2},{"size":1}]}"#,
        ),
        ("p[rows][][size]=1", r#"{"rows":[{"size":1}]}"#),
        ("p[any][2024]=x", r#"{"any":{"2024":"x"}}"#),
        ("p[any][0]=x&p[any][1]=y", r#"{"any":["x","y"]}"#),
        ("p[constructor]=&pp[x]=1&p2=3", r#"{"constructor":""}"#),
        ("", "{}"),
    ] {
        assert_eq!(
            shop.get(&format!("/show?{query}"), &[]).await,
            (200, value.to_owned()),
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_text_of_another_form_is_refused_at_its_place() {
    let query = Parameter::query("p");
    let deep = query.style(Style::DeepObject, true);
    let nested = deep.forms(NESTED);
    let many = format!("p{}=1", "[a]".repeat(33));
    let (literal, other) = (
        "expected a number or a boolean",
        "does not have the form of the contract",
    );
    for (parameter, query, place, message) in [
        (nested, "p[rows][0][size]=x", "/query/p/rows/0/size", literal),
        (
            nested,
            "p[deep][size]=1&p[deep][size]=2",
            "/query/p/deep/size",
            "occurs more than once",
        ),
        (nested, "p[deep]=1", "/query/p/deep", other),
        (nested, "p[rows][x][size]=1", "/query/p/rows", other),
        (nested, "p[a~/b][c]=1", "/query/p/a~0~1b", other),
        (nested, "p[a]=1&p=2", "/query/p", other),
        (nested, "p[a=1", "/query/p", "has brackets that do not match"),
        (nested, "p[a]b=1", "/query/p", "has brackets that do not match"),
        (nested, "p[a]=%ff", "/query/p/a", "is not UTF-8"),
        (nested, "p[%ff]=1", "/query/p", "a name is not UTF-8"),
        (nested, "p=1", "/query/p", other),
        (
            deep.forms(WireForm::ANY),
            &many,
            "",
            "has more than 32 pairs of brackets",
        ),
        (
            query.forms(DEEP),
            "size=1&size=2",
            "/query/p/size",
            "occurs more than once",
        ),
        (
            query.forms(DEEP).style(Style::Form, false),
            "p=size,1,colour",
            "/query/p",
            "a member has no value",
        ),
        (
            query.forms(DEEP).style(Style::Form, false),
            "p=size,1,size,2",
            "/query/p/size",
            "occurs more than once",
        ),
        (
            query.forms(&[WireForm::List(WireForm::LITERAL)]),
            "p=1&p=x",
            "/query/p/1",
            literal,
        ),
        (query.forms(CREATED), "p=&gte=1", "/query/p", literal),
        (query.forms(CREATED), "p=5&gte=1", "/query/p", "occurs more than once"),
        (query.forms(WireForm::LITERAL), "p=%0A12", "/query/p", literal),
        (nested, "p[tags][18446744073709551616]=a", "/query/p/tags", other),
        (query.forms(ITEMS), "p=[1", "/query/p/0", other),
        (query.style(Style::Json, false), "p=%7B", "/query/p", "is not JSON"),
        (
            query.style(Style::Json, false),
            "p=1&p=1",
            "/query/p",
            "occurs more than once",
        ),
        (query.forms(TEXTS), "q=1", "/query/p", "is required"),
        (query.forms(DEEP), "size=10", "/query/p/size", "must be at most 9"),
        (deep.forms(DEEP), "p[other]=1", "/query/p/other", "must be left out"),
    ] {
        let target = format!("/read?{query}");
        let (status, body) = Shop::new(parameter).get(&target, &[]).await;
        let is_placed = body.contains(&format!("{place}: {message}"));
        assert!(status == 400 && is_placed, "{query} {status} {body}");
    }
}

#[tokio::test]
async fn a_text_of_another_form_is_refused_in_each_place() {
    for (parameter, target, headers, detail) in [
        (
            Parameter::path("p").style(Style::Label, true),
            "/path/a",
            None,
            "/path/p: does not start with `.`",
        ),
        (
            Parameter::path("p").style(Style::Matrix, true),
            "/path/;q=a",
            None,
            "/path/p: is required",
        ),
        (
            Parameter::path("p").forms(DEEP),
            "/path/size",
            None,
            "/path/p: a member has no value",
        ),
        (
            Parameter::header("p").forms(DEEP),
            "/read",
            Some(("p", "size=x")),
            "/header/p/size: expected",
        ),
        (
            Parameter::cookie("p").forms(WireForm::LITERAL),
            "/read",
            Some(("cookie", "q=1; p=x")),
            "/cookie/p: expected",
        ),
        (
            Parameter::cookie("p"),
            "/read",
            Some(("cookie", "p=1; p=1")),
            "/cookie/p: occurs more than once",
        ),
    ] {
        let (status, body) = Shop::new(parameter).get(target, headers.as_slice()).await;
        assert!(status == 400 && body.contains(detail), "{target} {status} {body}");
    }
}

#[tokio::test]
async fn thousands_of_pairs_are_read_once() {
    let open = &[WireForm::Object(&[], WireForm::TEXT)];
    let query = Parameter::query("p");
    let pairs = |pair: &dyn Fn(usize) -> String| (0..7_000).map(pair).collect::<Vec<_>>().join("&");
    for (parameter, query, values) in [
        (query.forms(TEXTS), pairs(&|_| "p=1".to_owned()), 7_000),
        (query.forms(open), pairs(&|index| format!("{index}=1")), 7_000),
        (
            query.forms(TEXTS).style(Style::Form, false),
            format!("p={}", "1,".repeat(9_999)),
            10_000,
        ),
        (
            query.forms(TEXTS).style(Style::DeepObject, true),
            "p[]=1&".repeat(9_999),
            9_999,
        ),
        (
            query.forms(TEXTS).style(Style::DeepObject, true),
            pairs(&|index| format!("p[{index}]")),
            7_000,
        ),
        (
            query.forms(open).style(Style::DeepObject, true),
            pairs(&|index| format!("p[a{index}]")),
            7_000,
        ),
    ] {
        let (status, body) = Shop::new(parameter).get(&format!("/show?{query}"), &[]).await;
        assert_eq!((status, body.split(',').count()), (200, values), "{parameter:?}");
    }
}
