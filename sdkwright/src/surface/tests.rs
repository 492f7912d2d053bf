use super::{ItemKind, Surface, compare};

const LIB: &str = "pub mod client; pub mod models; pub mod operations; pub use models::*; pub use other::Error;";
const MODELS: &str = "mod order; #[cfg(feature = \"pets\")] mod pet; pub use order::{Order, State}; \
                      #[cfg(feature = \"pets\")] pub use pet::Pet;";
const ORDER: &str = "use crate::models::Pet; use other::Decimal;
    #[derive(Clone)] pub struct Order { pub amount: Decimal, pub pet: Option<Pet>, extra: u8 }
    impl Order { pub fn new(amount: Decimal, _pet: impl Into<Pet>) -> Self { loop {} } fn hidden(&self) {} }
    #[non_exhaustive] pub enum State { Open, Other(String) }";
const PET: &str = "pub struct Pet { pub name: String } glue::is_text!(Pet); glue::model!(Pet); glue::boxed!(Pet); glue::object!(Pet { name: \"name\", });";
const CLIENT: &str = "pub struct Call<O> { o: O }
    impl Call<crate::operations::pets::ListPets> { #[cfg(feature = \"x\")] pub fn limit(self, limit: i32) -> Self { self } }";
const OPERATIONS: &str = "#[cfg(feature = \"pets\")] pub mod pets;";
const PETS: &str = "use crate::models::Order; pub struct ListPets;
    impl other::Operation for ListPets { type Output = Vec<Order>; const A: u8 = 1; }";
const CARGO: &str = "[features]\ndefault = [\n    \"pets\",\n]\npets = []\ngzip = [\"a/b\"]\n\n[dependencies]\n";

fn surface(change: &[(&str, &str, &str)]) -> Surface {
    let files = [
        ("src/lib.rs", LIB),
        ("src/models.rs", MODELS),
        ("src/models/order.rs", ORDER),
        ("src/models/pet.rs", PET),
        ("src/client.rs", CLIENT),
        ("src/operations.rs", OPERATIONS),
        ("src/operations/pets.rs", PETS),
        ("Cargo.toml", CARGO),
    ];
    let texts: Vec<(&str, String)> = files
        .into_iter()
        .map(|(path, text)| {
            let edits = change.iter().filter(|(file, ..)| *file == path);
            let text = edits.fold(text.to_owned(), |text, (_, old, new)| {
                assert!(text.contains(old), "{path} has no {old}");
                text.replacen(old, new, 1)
            });
            (path, text)
        })
        .collect();
    Surface::parse(texts.iter().map(|(path, text)| (*path, text.as_str()))).unwrap()
}

fn told(change: &[(&str, &str, &str)]) -> Vec<String> {
    let changes = compare(&surface(&[]), &surface(change));
    let told = changes
        .iter()
        .map(|one| format!("{}{}", if one.breaks { "breaks: " } else { "" }, one.text));
    told.collect()
}

#[test]
fn items_have_the_path_of_their_users_and_types_their_full_paths() {
    let surface = surface(&[]);
    let signature = |path: &str| surface.item(path).map(|item| item.signature.as_str());
    assert_eq!(signature("models::Order::amount"), Some("other::Decimal"));
    assert_eq!(signature("models::Order::pet"), Some("Option<models::Pet>"));
    assert_eq!(
        signature("models::Order::new"),
        Some("fn(other::Decimal, impl Into<models::Pet>) -> Self")
    );
    assert_eq!(signature("models::State::Other"), Some("(String)"));
    assert_eq!(
        signature("impl Operation for operations::pets::ListPets::Output"),
        Some("= Vec<models::Order>")
    );
    assert_eq!(
        signature("client::Call<operations::pets::ListPets>::limit"),
        Some("fn(self, i32) -> Self")
    );
    assert_eq!(signature("impl boxed! for models::Pet"), None);
    assert_eq!(signature("impl Json for models::Pet"), Some(""));
    assert_eq!(signature("Order"), Some("models::Order"));
    assert_eq!(signature("Error"), Some("other::Error"));
    assert_eq!(signature("feature pets"), Some("default"));
    for path in ["models::Order::extra", "models::Order::hidden", "models::order"] {
        assert_eq!(signature(path), None, "{path}");
    }
    let all: Vec<&str> = surface.items().map(|(path, _)| path).collect();
    for name in ["Debug", "Deserialize<'de>", "Serialize"] {
        assert!(
            all.contains(&format!("impl {name} for models::Pet").as_str()),
            "{all:?}"
        );
    }
    assert!(
        all.contains(&"impl Clone for models::Order") && all.contains(&"impl is_text! for models::Pet"),
        "{all:?}"
    );
}

#[test]
fn features_come_from_the_module_and_the_item() {
    let surface = surface(&[]);
    let features = |path: &str| {
        surface
            .item(path)
            .map(|item| item.features.iter().cloned().collect::<Vec<_>>())
    };
    assert_eq!(features("models::Pet"), Some(vec!["pets".to_owned()]));
    assert_eq!(
        features("client::Call<operations::pets::ListPets>::limit"),
        Some(vec!["x".to_owned()])
    );
    assert_eq!(features("models::Order"), Some(vec![]));
    assert_eq!(surface.item("Pet").map(|item| item.kind), Some(ItemKind::Use));
}

#[test]
fn the_same_items_written_otherwise_are_the_same() {
    assert_eq!(told(&[]), Vec::<String>::new());
    let change = [
        (
            "src/models/order.rs",
            "use other::Decimal;",
            "use other::Decimal as Number;",
        ),
        ("src/models/order.rs", "pub amount: Decimal", "pub amount : Number"),
        (
            "src/models/order.rs",
            "new(amount: Decimal",
            "new(mut sum: other :: Decimal",
        ),
        ("src/models/order.rs", "Option<Pet>", "Option<crate::models::Pet,>"),
    ];
    assert_eq!(told(&change), Vec::<String>::new());
}

#[test]
fn what_is_gone_or_has_another_type_breaks() {
    let order = "src/models/order.rs";
    assert_eq!(
        told(&[(order, "Option<Pet>", "Pet")]),
        ["breaks: models::Order::pet: Option<Pet> -> Pet"]
    );
    assert_eq!(told(&[(order, "Open, ", "")]), ["breaks: models::State::Open is gone"]);
    assert_eq!(
        told(&[(order, "pub fn new", "pub fn make")]),
        [
            "models::Order::make: fn(Decimal, impl Into<Pet>) -> Self is new",
            "breaks: models::Order::new: fn(Decimal, impl Into<Pet>) -> Self is gone"
        ]
    );
    assert_eq!(
        told(&[(order, "#[derive(Clone)] ", "")]),
        ["breaks: impl Clone for models::Order is gone"]
    );
    assert_eq!(
        told(&[("src/operations/pets.rs", "Vec<Order>", "Order")]),
        ["breaks: impl Operation for operations::pets::ListPets::Output: = Vec<Order> -> = Order"]
    );
    assert_eq!(
        told(&[("Cargo.toml", "    \"pets\",\n", "")]),
        ["breaks: feature pets is no longer on by default"]
    );
}

#[test]
fn a_removed_type_is_told_once_without_its_parts() {
    let gone = [
        (
            "src/models.rs",
            "pub use order::{Order, State};",
            "pub use order::Order;",
        ),
        (
            "src/models/order.rs",
            "#[non_exhaustive] pub enum State { Open, Other(String) }",
            "",
        ),
    ];
    assert_eq!(told(&gone), ["breaks: models::State is gone"]);
}

#[test]
fn one_more_breaks_only_what_can_be_listed_in_full() {
    let order = "src/models/order.rs";
    assert_eq!(told(&[(order, "Open,", "Open, Paid,")]), ["models::State::Paid is new"]);
    assert_eq!(
        told(&[(order, "extra: u8", "extra: u8, pub note: u8")]),
        ["models::Order::note: u8 is new"]
    );
    let pet = "src/models/pet.rs";
    assert_eq!(
        told(&[(pet, "name: String", "name: String, pub age: u8")]),
        ["breaks: models::Pet::age: u8 is new"]
    );
}

#[test]
fn a_feature_that_an_item_needs_now_breaks_and_one_that_it_no_longer_needs_does_not() {
    let gate = "#[cfg(feature = \"pets\")] ";
    let free = ("src/models.rs", gate, "");
    assert_eq!(told(&[free]), Vec::<String>::new());
    let bound = ("src/models.rs", "mod order;", "#[cfg(feature = \"orders\")] mod order;");
    let told = told(&[bound]);
    assert!(
        told.contains(&"breaks: models::Order needs the feature `orders`".to_owned()),
        "{told:?}"
    );
}

#[test]
fn an_alias_and_the_type_that_it_stands_for_are_the_same() {
    let alias = "pub type Animal = crate::models::Pet;";
    let with = |pet: &str| ORDER.replace("Option<Pet>", pet) + alias;
    let named = with("Option<Animal>");
    let of = |order: &str| surface(&[("src/models/order.rs", ORDER, order)]);
    let public = [("src/models.rs", "{Order, State}", "{Order, State, Animal}")];
    assert_ne!(named, with("Option<Pet>"));
    let surfaces = [&named, &with("Option<Pet>")].map(|order| {
        let mut edits = public.to_vec();
        edits.push(("src/models/order.rs", ORDER, order));
        surface(&edits)
    });
    assert_eq!(
        surfaces[0].item("models::Order::pet").unwrap().signature,
        "Option<models::Animal>"
    );
    assert_eq!(compare(&surfaces[0], &surfaces[1]), []);
    assert_eq!(compare(&surfaces[1], &surfaces[0]), []);
    // A new target is a change of the alias, and of what names it where the other side names the old target.
    let other = of(ORDER);
    assert!(
        compare(&other, &surfaces[0])
            .iter()
            .all(|one| one.path.contains("Animal"))
    );
}
