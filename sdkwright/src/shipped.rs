//! The overlays that the command contains, for the contracts of well-known APIs: a name comes in, the text of its file goes out.

use sdkwright_contract::diag;

/// An overlay that the command contains.
pub(crate) struct Shipped {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

macro_rules! overlays {
    ($($name:literal)*) => {
        &[$(Shipped { name: $name, text: include_str!(concat!(env!("REPOSITORY"), "/overlays/", $name, ".yaml")) },)*]
    };
}

/// All of them, by name.
pub(crate) const OVERLAYS: &[Shipped] = overlays!["acp" "adyen" "adyen-standard" "berlin-group" "binance" "fireblocks" "fireblocks-webhooks"
        "mastercard-match" "modern-treasury" "open-banking-uk" "paypal" "plaid" "revolut" "square" "stripe" "svix"];

impl Shipped {
    /// Returns the first line of the overlay: the API, and what the overlay describes.
    pub(crate) fn about(&self) -> &'static str {
        let line = self.text.lines().next().unwrap_or_default();
        line.trim_start_matches(['#', ' ']).trim_end_matches('.')
    }
}

/// Returns the names that begin like this one, or the nearest name.
pub(crate) fn near(name: &str) -> Vec<&'static str> {
    let name = name.to_lowercase();
    let names = || OVERLAYS.iter().map(|one| one.name);
    let alike: Vec<&str> = names()
        .filter(|other| other.starts_with(&name) || name.starts_with(other))
        .collect();
    if alike.is_empty() {
        diag::nearest(&name, names()).into_iter().collect()
    } else {
        alike
    }
}

#[cfg(test)]
mod tests {
    use super::{OVERLAYS, near};
    use std::collections::BTreeSet;

    #[test]
    fn each_file_of_the_folder_is_an_overlay_of_the_command() {
        let folder = std::fs::read_dir(concat!(env!("REPOSITORY"), "/overlays")).unwrap();
        let files: BTreeSet<String> = folder
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let names = OVERLAYS.iter().map(|one| format!("{}.yaml", one.name));
        assert_eq!(files, names.collect());
        for one in OVERLAYS {
            assert!(one.about().contains(": "), "{}", one.name);
            assert!(
                one.text.contains("taken on 20"),
                "{} has no date of its facts",
                one.name
            );
        }
    }

    #[test]
    fn a_wrong_name_has_near_ones() {
        assert_eq!(near("adyen-banking"), ["adyen"]);
        assert_eq!(near("ad"), ["adyen", "adyen-standard",]);
        assert_eq!(near("Modern"), ["modern-treasury"]);
        assert_eq!(near("stirpe"), ["stripe"]);
        assert_eq!(near("coinbase"), [""; 0]);
    }
}
