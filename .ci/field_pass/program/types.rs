//! Reads each line of the input (number of a type, tab, JSON) and writes it again, through the codec and through serde.

use std::io::{BufRead, Write};
use std::marker::PhantomData;

use sdkwright_runtime::glue::{Json, from_slice, to_vec};
use serde_core::{Serialize, de::DeserializeOwned};

type Rewrite = fn(&str) -> String;

fn check<T: Json + std::fmt::Debug>(text: &str, rewrite: Rewrite) -> Result<[String; 3], String> {
    let value: T = from_slice(text.as_bytes()).map_err(|error| error.to_string())?;
    let written = to_vec(&value).map_err(|error| error.to_string())?;
    Ok([String::from_utf8_lossy(&written).into_owned(), format!("{value:?}"), rewrite(text)])
}

/// A type that may have a bridge to serde: a method on the type itself is found before one on a reference to it.
struct Type<T>(PhantomData<T>);

trait Bridged {
    fn rewrite(&self, text: &str) -> String;
}

trait Unbridged {
    fn rewrite(&self, text: &str) -> String;
}

impl<T: Serialize + DeserializeOwned> Bridged for Type<T> {
    fn rewrite(&self, text: &str) -> String {
        let written = serde_json::from_str::<T>(text).and_then(|value| serde_json::to_string(&value));
        written.unwrap_or_else(|error| format!("! {error}"))
    }
}

impl<T> Unbridged for &Type<T> {
    fn rewrite(&self, _: &str) -> String {
        "-".to_owned()
    }
}

type Check = fn(&str, Rewrite) -> Result<[String; 3], String>;
const CHECKS: &[(Check, Rewrite)] = &[
    // CHECKS
];

pub fn check_lines() {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let Some((number, text)) = line.split_once('\t') else { continue };
        let Some(check) = number.parse().ok().and_then(|number: usize| CHECKS.get(number)) else { continue };
        let result = match check.0(text, check.1) {
            Ok(texts) => texts.map(|text| text.replace(['\t', '\n'], " ")).join("\t"),
            Err(error) => format!("! {}", error.replace(['\t', '\n'], " ")),
        };
        let _ = writeln!(out, "{result}");
    }
}
