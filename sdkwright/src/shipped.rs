//! The overlays that the command contains, for the contracts of well-known APIs: their names come in, their texts go out.

/// An overlay that the command contains.
pub(crate) struct Shipped {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

macro_rules! overlays {
    ($($name:literal)*) => {
        &[$(Shipped { name: $name, text: include_str!(concat!("../overlays/", $name, ".yaml")) },)*]
    };
}

/// All of them, by name.
pub(crate) const OVERLAYS: &[Shipped] =
    overlays!["acp" "adyen" "adyen-standard" "modern-treasury" "revolut" "square" "stripe" "svix"];

impl Shipped {
    /// Returns the first line of the overlay: the API, and what the overlay describes.
    pub(crate) fn about(&self) -> &'static str {
        let line = self.text.lines().next().unwrap_or_default();
        line.trim_start_matches(['#', ' ']).trim_end_matches('.')
    }
}

#[cfg(test)]
mod tests {
    use super::OVERLAYS;
    use std::collections::BTreeSet;

    #[test]
    fn each_file_of_the_folder_is_an_overlay_of_the_command() {
        let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/overlays")).unwrap();
        let files: BTreeSet<String> = folder
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let names: Vec<String> = OVERLAYS.iter().map(|one| format!("{}.yaml", one.name)).collect();
        assert_eq!(files.into_iter().collect::<Vec<_>>(), names);
        for one in OVERLAYS {
            assert!(one.about().contains(": signed"), "{}", one.name);
            assert!(
                one.text.contains("taken on 20"),
                "{} has no date of its facts",
                one.name
            );
        }
    }
}
