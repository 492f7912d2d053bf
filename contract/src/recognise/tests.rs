//! Lists that names and types describe, and operations that only resemble one.

use super::{Confidence, RecognisedList};
use crate::diag::{Levels, Report};
use crate::{Contract, Inputs, SourceFile};

/// Returns the lists of a contract with one operation: its parameters, the headers and the members of its response.
fn lists(method: &str, parameters: &[&str], headers: &str, response: &str, more: &str) -> Vec<RecognisedList> {
    let parameters: Vec<String> = parameters.iter().map(|one| format!("{{ in: query, {one} }}")).collect();
    let text = format!(
        "openapi: 3.0.3
info: {{ title: T, version: '1' }}
paths:
  /books/list:
    {method}:
      operationId: listBooks
      parameters: [{}]
{more}
      responses:
        '200':
          description: Books.
          headers: {{ {headers} }}
          content: {{ application/json: {{ schema: {response} }} }}
components:
  schemas:
    Book: {{ type: object, properties: {{ id: {{ type: string }} }} }}
    Books: {{ type: array, items: {{ $ref: '#/components/schemas/Book' }} }}
",
        parameters.join(", ")
    );
    let inputs = Inputs::new(SourceFile {
        name: "contract.yaml",
        bytes: text.as_bytes(),
    });
    let mut report = Report::new(Levels::lenient());
    let contract = Contract::from_inputs(&inputs, &|_| {}, &mut report).unwrap();
    let api = contract.meaning(&|_| {}, &mut report).unwrap();
    let lists = contract.lists(&api);
    let recognised = lists.iter().filter(|list| list.confidence == Confidence::High).count();
    let paged = api.operations.iter().filter(|one| one.pagination.is_some()).count();
    assert_eq!(paged, recognised, "{text}");
    lists
}

fn page(members: &str) -> String {
    format!("{{ type: object, properties: {{ data: {{ $ref: '#/components/schemas/Books' }}, {members} }} }}")
}

fn of_get(parameters: &[&str], members: &str) -> Vec<RecognisedList> {
    lists("get", parameters, "", &page(members), "")
}

const TEXT: &str = "schema: { type: string }";
const WHOLE: &str = "schema: { type: integer }";

fn named(name: &str, schema: &str) -> String {
    format!("name: {name}, {schema}")
}

/// Returns the confidence and the source of the only list.
fn only(lists: &[RecognisedList]) -> Option<(Confidence, String)> {
    let [list] = lists else { return None };
    assert!(list.evidence.len() > 1, "{list:?}");
    Some((list.confidence, format!("{:?}", list.paging.next)))
}

#[test]
fn names_that_agree_are_a_list_without_an_extension() {
    let cursor = named("cursor", TEXT);
    let limit = named("limit", WHOLE);
    let first = named("page", "schema: { type: integer, default: 1 }");
    for (parameters, members, next) in [
        (
            vec![&*cursor],
            "next_cursor: { type: string }",
            r#"Value(["next_cursor"])"#,
        ),
        (
            vec![&*cursor],
            "paging: { type: object, properties: { next: { type: string } } }",
            r#"Value(["paging", "next"])"#,
        ),
        (
            vec![&*cursor],
            "cursor: { type: string, description: For the next page. }",
            r#"Value(["cursor"])"#,
        ),
        (
            vec!["name: starting_after, schema: { type: string }"],
            "has_more: { type: boolean }",
            r#"Last(["id"])"#,
        ),
        (
            vec!["name: after, schema: { type: string }"],
            "has_more: { type: boolean }, last_id: { type: string }",
            r#"Value(["last_id"])"#,
        ),
        (
            vec![&*first, &*limit],
            "meta: { type: object, properties: { total_pages: { type: integer } } }",
            r#"Page { first: 1, pages: Some(["meta", "total_pages"]) }"#,
        ),
        (
            vec![&*cursor, &*limit],
            "meta: { type: object, properties: { pagination: { type: object, properties: { next: { type: string, format: uri } } } } }",
            r#"Url(["meta", "pagination", "next"])"#,
        ),
        (
            vec![&*limit],
            "_links: { type: object, properties: { next: { type: object, properties: { href: { type: string } } } } }",
            r#"Url(["_links", "next", "href"])"#,
        ),
        (
            vec![
                "name: offset, description: Items to skip., schema: { type: integer }",
                &*limit,
            ],
            "total: { type: integer }",
            "Offset { first: 0, total: None }",
        ),
    ] {
        let found = only(&of_get(&parameters, members));
        assert_eq!(
            found,
            Some((Confidence::High, next.to_owned())),
            "{parameters:?} {members}"
        );
    }
    let books = "{ $ref: '#/components/schemas/Books' }";
    let header = "X-After-Cursor: { schema: { type: string } }";
    let found = lists(
        "get",
        &["name: after_cursor, schema: { type: string }"],
        header,
        books,
        "",
    );
    assert_eq!(
        only(&found),
        Some((Confidence::High, r#"Header("X-After-Cursor")"#.to_owned()))
    );
    assert!(found[0].paging.items.is_empty());
    let found = lists("get", &[&limit], "Link: { schema: { type: string } }", books, "");
    assert_eq!(only(&found), Some((Confidence::High, r#"Link("next")"#.to_owned())));
    let body = "      requestBody: { content: { application/json: { schema: { type: object, properties: { cursor: { type: string } } } } } }";
    let found = lists("post", &[], "", &page("next_cursor: { type: string }"), body);
    assert_eq!(only(&found).map(|(confidence, _)| confidence), Some(Confidence::High));
    assert_eq!(found[0].paging.cursor.as_ref().unwrap().text(), "/cursor");
}

#[test]
fn what_is_not_said_is_only_proposed() {
    let limit = named("limit", WHOLE);
    for (parameters, members) in [
        // The first page may be 0 or 1.
        (
            vec!["name: page, schema: { type: integer }", &*limit],
            "total_pages: { type: integer }",
        ),
        // The cursor of the response may be that of the request.
        (
            vec!["name: cursor, schema: { type: string }"],
            "cursor: { type: string }",
        ),
        // The offset may count pages.
        (
            vec!["name: offset, schema: { type: integer }", &*limit],
            "total: { type: integer }",
        ),
        // The contract does not say which value of an item it is.
        (
            vec!["name: after, schema: { type: string }"],
            "has_more: { type: boolean }",
        ),
        // Another parameter may choose between both.
        (
            vec![
                "name: marker, schema: { type: string }",
                "name: offset, schema: { type: integer }",
            ],
            "next_marker: { type: string }",
        ),
    ] {
        let found = only(&of_get(&parameters, members));
        assert_eq!(
            found.map(|(confidence, _)| confidence),
            Some(Confidence::Medium),
            "{parameters:?} {members}"
        );
    }
}

#[test]
fn a_condition_in_a_text_makes_a_list_a_proposal() {
    let limit = named("limit", WHOLE);
    let cursor = named("cursor", TEXT);
    let marker = "name: marker, description: \"Requires `usemarker` to be set to `true`.\", schema: { type: string }";
    let flag = named("usemarker", "schema: { type: boolean }");
    let offset = "name: offset, description: Items to skip., schema: { type: integer }";
    let paging = "next_page: { type: object, description: Only present when a limit query parameter is provided., properties: { cursor: { type: string } } }";
    let total = "total_count: { type: integer, description: The list may be less than this. }";
    let endless = "next_cursor: { type: string, description: Sent even when there are no more events. }";
    for (parameters, members, confidence) in [
        (vec![&*cursor], paging, Confidence::Medium),
        (vec![&*cursor], endless, Confidence::Medium),
        (vec![&*limit, offset], total, Confidence::Medium),
        (
            vec![marker, &*flag],
            "next_marker: { type: string }",
            Confidence::Medium,
        ),
        (vec![marker], "next_marker: { type: string }", Confidence::High),
        (
            vec![&*cursor],
            "next_cursor: { type: string }, total_count: { type: integer, description: A page may be less than the limit. }",
            Confidence::High,
        ),
    ] {
        let found = of_get(&parameters, members);
        assert_eq!(only(&found).map(|(found, _)| found), Some(confidence), "{members}");
        let has_words = found[0]
            .evidence
            .iter()
            .any(|(fact, _)| fact.starts_with("a condition: "));
        assert_eq!(has_words, confidence == Confidence::Medium, "{members}");
    }
}

#[test]
fn what_only_resembles_a_list_is_none() {
    let cursor = named("cursor", TEXT);
    for (parameters, members) in [
        (vec![], "next_cursor: { type: string }"),
        (vec![&*cursor], "total: { type: integer }"),
        (
            vec!["name: cursor, required: true, schema: { type: string }"],
            "next_cursor: { type: string }",
        ),
        (vec![&*cursor], "next_cursor: { type: integer }"),
        (vec!["name: token, schema: { type: string }"], "token: { type: string }"),
        (vec!["name: page, schema: { type: string }"], "page: { type: string }"),
        // Numbers that count nothing.
        (
            vec![
                "name: offset, description: Identifier of the first update., schema: { type: integer }",
                "name: limit, schema: { type: integer }",
            ],
            "ok: { type: boolean }",
        ),
        // A link to the next step of a payment.
        (
            vec!["name: expand, schema: { type: string }"],
            "_links: { type: object, properties: { next_url: { type: string } } }",
        ),
        // Two lists.
        (
            vec![&*cursor],
            "next_cursor: { type: string }, items: { $ref: '#/components/schemas/Books' }",
        ),
    ] {
        assert!(of_get(&parameters, members).is_empty(), "{parameters:?} {members}");
    }
    let key = "{ in: header, name: Idempotency-Key, schema: { type: string } }";
    let paged = page("next_cursor: { type: string }");
    for (method, more) in [
        ("put", ""),
        ("get", "      x-pagination: false"),
        ("post", "      x-effect: can-move-money"),
    ] {
        assert!(
            lists(method, &[&cursor], "", &paged, more).is_empty(),
            "{method} {more}"
        );
    }
    assert!(
        lists(
            "post",
            &[&format!("{cursor} }}, {{ {}", &key[2..key.len() - 2])],
            "",
            &paged,
            ""
        )
        .is_empty()
    );
}

#[test]
fn a_list_may_be_named_and_placed_in_other_ways() {
    let limit = named("limit", WHOLE);
    let next = "next_cursor: { type: string }";
    let cursor = named("cursor", TEXT);
    for (response, items) in [
        // An aside that is the only array.
        (
            format!("messages: {{ $ref: '#/components/schemas/Books' }}, {next}"),
            "messages",
        ),
        (
            format!(
                "_embedded: {{ type: object, properties: {{ books: {{ $ref: '#/components/schemas/Books' }} }} }}, {next}"
            ),
            "_embedded/books",
        ),
        (
            format!(
                "result: {{ type: object, properties: {{ items: {{ $ref: '#/components/schemas/Books' }}, {next} }} }}"
            ),
            "result/items",
        ),
        // The array with the name of the path, next to another one.
        (
            format!(
                "list: {{ $ref: '#/components/schemas/Books' }}, tags: {{ $ref: '#/components/schemas/Books' }}, {next}"
            ),
            "list",
        ),
    ] {
        let response = format!("{{ type: object, properties: {{ {response} }} }}");
        let found = lists("get", &[&cursor], "", &response, "");
        assert_eq!(
            only(&found).map(|(confidence, _)| confidence),
            Some(Confidence::High),
            "{response}"
        );
        assert_eq!(found[0].paging.items.join("/"), items);
    }
    let token = "{ type: object, properties: { data: { type: array, items: { type: object, properties: { token: { type: string } } } } } }";
    for (parameter, response, next) in [
        (
            "name: starting_after, description: The token of an item., schema: { type: string }",
            token.to_owned(),
            "token",
        ),
        (
            "name: pageAfter, description: The items after the id., schema: { type: string }",
            page("a: { type: string }"),
            "id",
        ),
        (
            "name: after, description: Identifier of the last book., schema: { type: string }",
            page("has_more: { type: boolean }"),
            "id",
        ),
    ] {
        let found = only(&lists("get", &[parameter, &limit], "", &response, ""));
        assert_eq!(
            found,
            Some((Confidence::High, format!("Last([\"{next}\"])"))),
            "{parameter}"
        );
    }
    for (parameters, next) in [
        (
            [
                "name: page, description: The number of the page (1-based)., schema: { type: integer }",
                &*limit,
            ],
            "Page { first: 1, pages: None }",
        ),
        (
            [
                "name: page, schema: { type: integer }",
                "name: per_page, schema: { type: integer }",
            ],
            "Page { first: 1, pages: None }",
        ),
        (
            [
                "name: offset, schema: { type: number, default: 0 }",
                "name: limit, schema: { type: number }",
            ],
            "Offset { first: 0, total: None }",
        ),
    ] {
        let found = only(&of_get(&parameters, "a: { type: string }"));
        assert_eq!(found, Some((Confidence::High, next.to_owned())), "{parameters:?}");
    }
}

#[test]
fn a_response_of_several_media_types_is_a_list_by_its_json() {
    let other = "{ type: object, properties: { data: { $ref: '#/components/schemas/Books' }, next_cursor: { type: string } } } }, text/html: { schema: { type: string }";
    let found = lists("get", &[&named("cursor", TEXT)], "", other, "");
    assert_eq!(only(&found).map(|(confidence, _)| confidence), Some(Confidence::High));
}

#[test]
fn the_extension_of_another_generator_describes_a_list() {
    let from = named("from", TEXT);
    let nested = "a: { type: object, properties: { b: { type: string } } }";
    for (word, next) in [
        (
            "x-speakeasy-pagination: { type: cursor, inputs: [{ name: from, in: parameters, type: cursor }], outputs: { results: $.data, nextCursor: $.a.b } }",
            r#"Value(["a", "b"])"#,
        ),
        (
            "x-speakeasy-pagination: { type: cursor, inputs: [{ name: from, in: parameters, type: cursor }], outputs: { results: $.data, nextCursor: '$.data[-1].id' } }",
            r#"Last(["id"])"#,
        ),
        (
            "x-speakeasy-pagination: { type: url, outputs: { nextUrl: $.a.b } }",
            r#"Url(["a", "b"])"#,
        ),
        (
            "x-speakeasy-pagination: { type: offsetLimit, inputs: [{ name: from, in: parameters, type: page }], outputs: { results: $.data } }",
            "Page { first: 1, pages: None }",
        ),
        (
            "x-fern-pagination: { cursor: $request.from, next_cursor: $response.a.b, results: $response.data }",
            r#"Value(["a", "b"])"#,
        ),
        (
            "x-fern-pagination: { offset: $request.from, step: $request.from, results: $response.data }",
            "Offset { first: 0, total: None }",
        ),
    ] {
        let found = lists("get", &[&from], "", &page(nested), &format!("      {word}"));
        let found = found
            .first()
            .map(|list| (list.confidence, format!("{:?}", list.paging.next)));
        assert_eq!(found, Some((Confidence::High, next.to_owned())), "{word}");
    }
    let absent =
        "      x-fern-pagination: { cursor: $request.from, next_cursor: $response.a.c, results: $response.data }";
    assert!(lists("get", &[&from], "", &page(nested), absent).is_empty());
}

#[test]
fn a_header_that_repeats_the_page_is_no_cursor() {
    let books = "{ $ref: '#/components/schemas/Books' }";
    let page = "name: page, description: 1-based., schema: { type: integer }";
    let found = lists(
        "get",
        &[page, &named("limit", WHOLE)],
        "X-Page: { schema: { type: integer } }",
        books,
        "",
    );
    assert_eq!(
        only(&found),
        Some((Confidence::High, "Page { first: 1, pages: None }".to_owned()))
    );
}

#[test]
fn a_post_that_reads_is_found_by_its_words() {
    for (path, id, is_read) in [
        ("/books/search", "", true),
        ("/books:batchQuery", "queryBooks", true),
        ("/books", "search_books", true),
        ("/search", "createSearch", false),
        ("/books", "createBook", false),
        ("/books/{id}/verify", "verifyBook", false),
    ] {
        assert_eq!(super::reads(path, id), is_read, "{path} {id}");
    }
}
