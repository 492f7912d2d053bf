//! Free-form JSON: maps, pointers, and what `Debug` and errors show of it.

use sdkwright_json as json;
use sdkwright_json::value::Base64;
use sdkwright_json::{Extra, JsonValue, Map};

#[test]
fn free_form_values_show_their_kinds_alone() {
    let value: JsonValue = r#"{"secret":"hunter2","list":[1,2.5,true,null]}"#.parse().unwrap();
    assert_eq!(format!("{value:?}"), "object(2)");
    assert_eq!(format!("{:?}", value.pointer("/list").unwrap()), "array(4)");
    assert_eq!(format!("{:?}", value.get("secret").unwrap()), "string");
    assert_eq!(format!("{:?}", Base64::new("abc")), "Base64(4 characters)");
}

#[test]
fn a_name_with_control_characters_cannot_forge_a_line_of_a_log() {
    let value: Map<JsonValue> = json::from_slice(b"{\"a\\nINFO forged\":1}").unwrap();
    assert!(!format!("{:?}", Extra::from(value.clone())).contains('\n'));
    assert!(!format!("{value:?}").contains('\n'));
    let error = json::from_slice::<Map<String>>(b"{\"a\\nINFO forged\":1}").unwrap_err();
    assert!(!error.to_string().contains('\n'), "{error}");
}

#[test]
fn the_value_at_a_pointer_is_found_as_rfc_6901_says() {
    let value: JsonValue = r#"{"a/b":{"~":[10,{"":1}]},"0":"zero","01":"one"}"#.parse().unwrap();
    let at = |pointer: &str| value.pointer(pointer).map(ToString::to_string);
    assert_eq!(at("").unwrap(), value.to_string());
    assert_eq!(at("/a~1b/~0/0").as_deref(), Some("10"));
    assert_eq!(at("/a~1b/~0/1/").as_deref(), Some("1"));
    assert_eq!(at("/01").as_deref(), Some("\"one\""));
    for absent in [
        "a",
        "/a~1b/~0/00",
        "/a~1b/~0/+0",
        "/a~1b/~0/2",
        "/a~1b/~0/-",
        "/x",
        "/0/0",
    ] {
        assert_eq!(at(absent), None, "{absent}");
    }
}

#[test]
fn a_map_keeps_its_order_and_finds_its_keys_few_or_many() {
    for count in [3, 16, 17, 500] {
        let mut map = Map::new();
        for n in 0..count {
            map.insert(format!("k{}", n * 7919 % 1000), n);
        }
        assert_eq!(map.len(), count);
        assert_eq!(
            map.values().copied().collect::<Vec<_>>(),
            (0..count).collect::<Vec<_>>()
        );
        assert_eq!(map.insert("k0", 99), Some(0));
        assert_eq!(map.get("k0"), Some(&99));
        assert_eq!(map.keys().next(), Some("k0"), "a replaced value keeps its place");
        assert_eq!(map.remove("k0"), Some(99));
        assert_eq!(map.remove("k0"), None);
        assert_eq!(map.insert("k0", 1), None);
        assert_eq!(map.keys().last(), Some("k0"));
        assert!((0..count).all(|n| map.contains_key(&format!("k{}", n * 7919 % 1000))));
        let mut backwards = Map::new();
        for (key, value) in map.clone().into_iter().rev() {
            backwards.insert(key, value);
        }
        assert!(backwards == map, "order does not matter for equality");
        let collected: Map<usize> = backwards.into_iter().collect();
        assert!(
            collected.keys().is_sorted(),
            "collected from anything, a map is written the same"
        );
    }
}
