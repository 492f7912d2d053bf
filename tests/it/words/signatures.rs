//! Signatures to read at once: few parameters, and names in place of tuples.

use std::fs;

use syn::visit::Visit;

/// Most parameters of a function, `self` included.
const PARAMETERS: usize = 6;

/// Signatures of a file that are hard to read, each with the reason.
#[derive(Default)]
struct Signatures(Vec<String>);

impl Signatures {
    fn judge(&mut self, signature: &syn::Signature) {
        let name = &signature.ident;
        let count = signature.inputs.len();
        if count > PARAMETERS {
            self.0.push(format!("`{name}` has {count} parameters"));
        }
        let types = signature.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(typed) => Some(&*typed.ty),
            syn::FnArg::Receiver(_) => None,
        });
        if types.clone().any(|ty| elements(ty) > 0) {
            self.0.push(format!("`{name}` has a tuple as a parameter"));
        }
        let mut most = Elements(0);
        types.for_each(|ty| most.visit_type(ty));
        most.visit_return_type(&signature.output);
        if most.0 > 2 {
            self.0.push(format!("`{name}` has a tuple of {}", most.0));
        }
    }
}

/// Returns the number of elements of a tuple, also behind a reference; 0: it is not a tuple.
fn elements(ty: &syn::Type) -> usize {
    match ty {
        syn::Type::Reference(reference) => elements(&reference.elem),
        syn::Type::Tuple(tuple) => tuple.elems.len(),
        _ => 0,
    }
}

/// The most elements of the tuples in a type.
struct Elements(usize);

impl<'a> Visit<'a> for Elements {
    fn visit_type_tuple(&mut self, tuple: &'a syn::TypeTuple) {
        self.0 = self.0.max(tuple.elems.len());
        syn::visit::visit_type_tuple(self, tuple);
    }
}

impl<'a> Visit<'a> for Signatures {
    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        if item.ident != "tests" {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_signature(&mut self, signature: &'a syn::Signature) {
        self.judge(signature);
        syn::visit::visit_signature(self, signature);
    }
}

/// Signatures that stay, each with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "json/src/value/date.rs: `parts` has a tuple of 3",
        "year, month and day, in the order in which a date is written",
    ),
    (
        "runtime/src/description.rs: `repeats` has a tuple of 3",
        "rows of a constant table in generated code, which compile faster than structs",
    ),
    ("runtime/src/request.rs: `form_as` has a tuple of 4", "the same"),
    ("runtime/src/request.rs: `pairs` has a tuple of 4", "the same"),
    ("runtime/src/request.rs: `query_whole` has a tuple of 4", "the same"),
];

#[test]
fn a_signature_has_few_parameters_and_no_tuple_among_them() {
    let folders = super::size::ROOMS.iter().filter(|room| room.ends_with("/src"));
    let files = folders.flat_map(|folder| sdkwright_tests::rust_files(folder));
    let mut hard = Vec::new();
    for file in files {
        let name = sdkwright_tests::name_of(&file);
        if name.split('/').any(|part| part.starts_with("tests")) {
            continue;
        }
        let mut found = Signatures::default();
        found.visit_file(&syn::parse_file(&fs::read_to_string(&file).expect("readable")).expect("Rust"));
        hard.extend(found.0.into_iter().map(|fault| format!("{name}: {fault}")));
    }
    for (exception, _) in EXCEPTIONS {
        let at = hard.iter().position(|fault| fault == exception);
        hard.remove(at.unwrap_or_else(|| panic!("remove the exception: {exception}")));
    }
    assert!(hard.is_empty(), "{} signatures:\n{}", hard.len(), hard.join("\n"));
}
