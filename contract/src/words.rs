//! Text of a contract to words, words to identifiers.
//!
//! In: any text. Out: lower-case words, and their Pascal, snake and kebab forms, which contain only ASCII letters and
//! digits and Unicode letters that are stable under NFC (so that two different texts are two different identifiers for
//! `rustc`). Never compares two names: that is the task of `scope`.

use heck::ToSnakeCase as _;

/// The words of a name before a case is chosen, joined by `_`, which no word contains. Stored as one text, because
/// there are many.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Words(String);

/// Form in which words are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// `ShopCustomer`
    Pascal,
    /// `partner_customer`
    Snake,
    /// `partner-customer`
    Kebab,
}

impl Words {
    /// Splits at case changes and at everything that is not a letter or digit. A sign before the first letter or digit
    /// is a word (`+1`, `-created`), and so are those of a comparison at either end (`>10`, `Date<=`); text without any letter
    /// or digit is spelled out, empty text is `empty`.
    pub fn new(text: &str) -> Self {
        let mut words = Self::default();
        let (before, behind) = comparison(text);
        before.chars().for_each(|sign| words.push(symbol(sign)));
        if let Some(sign) = text.chars().next().filter(|sign| matches!(sign, '+' | '-'))
            && text.chars().nth(1).is_some_and(char::is_alphanumeric)
        {
            words.push(symbol(sign));
        }
        words.split(text);
        behind.chars().for_each(|sign| words.push(symbol(sign)));
        if words.0.is_empty() { Self::spelled(text) } else { words }
    }

    /// Splits like [`Words::new`], but every sign between the words is a word too; a pair of brackets is one.
    pub fn spelled(text: &str) -> Self {
        let mut words = Self::default();
        let mut plain = String::new();
        let mut open = 0_u32;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if is_kept(c) {
                plain.push(c);
                continue;
            }
            let is_inside = plain.ends_with(char::is_alphabetic);
            words.split(&std::mem::take(&mut plain));
            match symbol(c) {
                "bracket" if chars.next_if_eq(&']').is_some() => words.push("brackets"),
                "bracket" => {
                    open += 1;
                    words.push("bracket");
                }
                "unbracket" if open > 0 => open -= 1,
                // Behind a letter it joins words, and takes nothing away.
                "minus" if is_inside => words.push("dash"),
                "" => words.push(&format!("u{:x}", u32::from(c))),
                name => words.push(name),
            }
        }
        words.split(&plain);
        if words.0.is_empty() {
            words.push("empty");
        }
        words
    }

    /// Joins the words of several texts.
    pub fn join<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = Self::default();
        for text in texts {
            all = all.and(Self::new(text));
        }
        all
    }

    /// Returns these words, which contain no sign.
    pub fn of_each(words: &[&str]) -> Self {
        Self(words.join("_"))
    }

    /// Appends other words.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        if self.0.is_empty() {
            return more;
        }
        self.push(&more.0);
        self
    }

    /// Appends one word unchanged.
    #[must_use]
    pub fn and_word(mut self, word: &str) -> Self {
        self.push(word);
        self
    }

    /// Appends a word, or several joined by `_`.
    fn push(&mut self, more: &str) {
        if !self.0.is_empty() && !more.is_empty() {
            self.0.push('_');
        }
        self.0.push_str(more);
    }

    /// Appends the words of a text without signs; another case of a letter may be invalid in identifiers.
    fn split(&mut self, text: &str) {
        // Fast path for most texts, which have no two capitals in a row and no capital before an `s`. A capital begins a word after a small
        // letter (`getPet`), and after a capital with a number if a small letter follows (`S3Key`, but `S3B`).
        let bytes = text.as_bytes();
        let are_capitals = |pair: &[u8]| matches!(pair, [b'A'..=b'Z', b'A'..=b'Z' | b's']);
        if text.is_ascii() && !bytes.windows(2).any(are_capitals) {
            self.0.reserve(text.len() + text.len() / 4);
            let (mut is_apart, mut is_small) = (!self.0.is_empty(), None);
            for (at, byte) in bytes.iter().enumerate() {
                if !byte.is_ascii_alphanumeric() {
                    (is_apart, is_small) = (!self.0.is_empty(), None);
                    continue;
                }
                let is_next_small = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
                let begins = byte.is_ascii_uppercase() && is_small.is_some_and(|is_small| is_small || is_next_small);
                if is_apart || begins {
                    self.0.push('_');
                }
                is_apart = false;
                is_small = byte
                    .is_ascii_alphabetic()
                    .then(|| byte.is_ascii_lowercase())
                    .or(is_small);
                self.0.push(char::from(byte.to_ascii_lowercase()));
            }
            return;
        }
        let mut words = prepared(text).to_snake_case();
        words.retain(|c| c == '_' || is_kept(c));
        self.push(&words);
    }

    /// Returns the words one by one.
    pub fn each(&self) -> impl Iterator<Item = &str> {
        self.0.split('_').filter(|word| !word.is_empty())
    }

    /// Returns the length in Pascal case, in bytes, apart from digits that would touch.
    pub fn bytes(&self) -> usize {
        self.each().map(str::len).sum()
    }

    /// Removes `prefix` at the start; `None` if the words do not begin with it or nothing would be left.
    pub fn after(&self, prefix: &Self) -> Option<Self> {
        let left = self.0.strip_prefix(&prefix.0)?;
        let left = if prefix.0.is_empty() {
            left
        } else {
            left.strip_prefix('_')?
        };
        (!left.is_empty()).then(|| Self(left.to_owned()))
    }

    /// Returns the identifier text in that case; two digits never touch across a word boundary.
    pub fn render(&self, case: Case) -> String {
        let mut text = String::with_capacity(self.0.len());
        let mut before = "";
        for word in self.each() {
            let is_one = before == UN || ONE_WORD.contains(&(before, word));
            before = word;
            let touching =
                text.ends_with(|c: char| c.is_ascii_digit()) && word.starts_with(|c: char| c.is_ascii_digit());
            match case {
                Case::Snake | Case::Kebab if is_one => {}
                Case::Snake if !text.is_empty() => text.push('_'),
                Case::Kebab if !text.is_empty() => text.push('-'),
                Case::Pascal if touching => text.push('_'),
                _ => {}
            }
            if case == Case::Pascal {
                let mut chars = word.chars();
                if let Some(first) = chars.next() {
                    text.extend(first.to_uppercase().filter(|c| is_kept(*c)));
                    text.push_str(chars.as_str());
                }
            } else {
                text.push_str(word);
            }
        }
        text
    }
}

/// Prepares a text for `heck`. Characters that are invalid in identifiers separate words. The `s` of a plural belongs to its
/// capitals (`URLs`), and so does one small letter before them (`mTLS`). A version after them is apart (`APIv2`).
fn prepared(text: &str) -> String {
    let letters: Vec<char> = text.chars().map(|c| if is_kept(c) { c } else { ' ' }).collect();
    let is_upper = |at: usize| letters.get(at).is_some_and(|c| c.is_uppercase());
    let mut prepared = String::with_capacity(text.len());
    for (at, c) in letters.iter().copied().enumerate() {
        let after_capitals = at > 1 && is_upper(at - 1) && is_upper(at - 2);
        let begins = at == 0 || !letters[at - 1].is_alphanumeric();
        let is_lower = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        let is_plural = c == 's' && at > 0 && is_upper(at - 1) && !is_lower;
        let is_version = c == 'v' && after_capitals && letters.get(at + 1).is_some_and(char::is_ascii_digit);
        if is_version {
            prepared.push(' ');
        }
        if is_plural {
            prepared.push('S');
        } else if begins && c.is_lowercase() && is_upper(at + 1) && is_upper(at + 2) {
            prepared.extend(c.to_uppercase());
        } else {
            prepared.push(c);
        }
        if is_plural && is_upper(at + 1) {
            prepared.push(' ');
        }
    }
    prepared
}

/// A prefix and no word: `unPin` is `unpin`.
const UN: &str = "un";

/// Technical terms with a capital inside: `OAuth2`, but `oauth2`.
#[rustfmt::skip]
const ONE_WORD: &[(&str, &str)] = &[
    ("e", "tag"), ("e", "tags"), ("git", "hub"), ("git", "lab"), ("graph", "ql"), ("io", "t"), ("ip", "v4"), ("ip", "v6"), ("mac", "os"),
    ("my", "sql"), ("o", "auth"), ("o", "auth1"), ("o", "auth2"), ("o", "data"), ("po", "ps"), ("postgre", "sql"), ("te", "xml"),
    ("v", "cpu"), ("v", "cpus"),
];

/// Returns true for singular and plural of one noun, or the same word.
pub fn same_noun(a: &str, b: &str) -> bool {
    a == b
        || a.strip_suffix('s') == Some(b)
        || b.strip_suffix('s') == Some(a)
        || a.strip_suffix("ies")
            .is_some_and(|stem| b.strip_suffix('y') == Some(stem))
        || b.strip_suffix("ies")
            .is_some_and(|stem| a.strip_suffix('y') == Some(stem))
        || a.strip_suffix("es") == Some(b)
        || b.strip_suffix("es") == Some(a)
}

/// Returns true if the character is valid in an identifier and stays unchanged under NFC next to any other.
fn is_kept(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || (c.is_alphabetic()
            && unicode_ident::is_xid_start(c)
            && !is_stuck(c)
            && !RECOMPOSED.iter().any(|(a, z)| (*a..=*z).contains(&c)))
}

/// Returns true for a letter that cannot change its case: `rustc` would warn about it in types or in values.
fn is_stuck(c: char) -> bool {
    (c.is_lowercase() && c.to_uppercase().eq([c])) || (c.is_uppercase() && c.to_lowercase().eq([c]))
}

/// Letters that NFC replaces or joins with a neighbour; whole blocks where that is shorter.
const RECOMPOSED: &[(char, char)] = &[
    ('\u{0345}', '\u{0345}'),
    ('\u{0374}', '\u{0374}'),
    ('\u{0958}', '\u{095F}'),
    ('\u{09DC}', '\u{09DF}'),
    ('\u{0A33}', '\u{0A36}'),
    ('\u{0A59}', '\u{0A5E}'),
    ('\u{0B5C}', '\u{0B5D}'),
    ('\u{0F43}', '\u{0F69}'),
    ('\u{1100}', '\u{11FF}'),
    ('\u{1F70}', '\u{1FFF}'),
    ('\u{2126}', '\u{212B}'),
    ('\u{A960}', '\u{A97F}'),
    ('\u{D7B0}', '\u{D7FF}'),
    ('\u{F900}', '\u{FAFF}'),
    ('\u{FB1D}', '\u{FB4F}'),
    ('\u{FF00}', '\u{FFEF}'),
    ('\u{11000}', '\u{11FFF}'),
    ('\u{2F800}', '\u{2FA1F}'),
];

/// Returns the signs of a comparison before and behind a name. Signs of both directions are brackets (`List<Pet>`).
fn comparison(text: &str) -> (&str, &str) {
    let signs = ['<', '>', '='];
    let rest = text.trim_start_matches(signs);
    let name = rest.trim_end_matches(signs);
    if name.is_empty() || text.contains('<') == text.contains('>') {
        return ("", "");
    }
    let (before, behind) = (text.len() - rest.len(), rest.len() - name.len());
    (&text[..before], &text[text.len() - behind..])
}

/// Returns the name of a sign; empty for an unknown one.
fn symbol(c: char) -> &'static str {
    match c {
        '+' => "plus",
        '-' => "minus",
        '*' => "star",
        '/' => "slash",
        '\\' => "backslash",
        '<' => "less",
        '>' => "greater",
        '=' => "equal",
        '!' => "not",
        '&' => "and",
        '|' => "or",
        '%' => "percent",
        '$' => "dollar",
        '#' => "hash",
        '@' => "at",
        '.' => "dot",
        ',' => "comma",
        ':' => "colon",
        ';' => "semicolon",
        '?' => "question",
        '~' => "tilde",
        '^' => "caret",
        '(' => "open",
        ')' => "close",
        '[' => "bracket",
        ']' => "unbracket",
        '{' => "brace",
        '}' => "unbrace",
        '_' => "underscore",
        ' ' => "space",
        '"' => "quote",
        '\'' => "apostrophe",
        '`' => "backtick",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use heck::ToSnakeCase as _;

    use super::{Case, Words, prepared};

    fn pascal(text: &str) -> String {
        Words::new(text).render(Case::Pascal)
    }

    #[test]
    fn words_are_split_at_case_changes_and_signs() {
        assert_eq!(pascal("createShopCustomer"), "CreateShopCustomer");
        assert_eq!(pascal("partner-KYC_status"), "PartnerKycStatus");
        assert_eq!(Words::new("HTTPServerError").render(Case::Snake), "http_server_error");
        assert_eq!(Words::new("Pull Requests").render(Case::Kebab), "pull-requests");
    }

    #[test]
    fn the_signs_of_a_comparison_are_words_and_those_of_brackets_are_not() {
        for (text, words) in [
            ("StartTime<", "start_time_less"),
            ("StartTime>=", "start_time_greater_equal"),
            (">10", "greater_10"),
            ("<=a", "less_equal_a"),
            ("a=", "a"),
            ("a->b", "a_b"),
            ("List<Pet>", "list_pet"),
            ("<b>bold</b>", "b_bold_b"),
            ("<", "less"),
        ] {
            assert_eq!(Words::new(text).render(Case::Snake), words, "{text}");
        }
    }

    #[test]
    fn texts_without_two_capitals_in_a_row_are_split_as_all_others() {
        let mut texts = vec![String::new()];
        for _ in 0..6 {
            let longer = texts
                .iter()
                .flat_map(|text| "asvBV3_".chars().map(move |c| format!("{text}{c}")));
            texts = longer.collect();
        }
        for text in &texts {
            let mut words = Words::default();
            words.split(text);
            assert_eq!(words.0, prepared(text).to_snake_case(), "{text}");
        }
    }

    #[test]
    fn a_word_with_a_capital_inside_stays_one_word() {
        assert_eq!(
            Words::new("OAuth2PasswordBearer").render(Case::Snake),
            "oauth2_password_bearer"
        );
        assert_eq!(Words::new("sourceIPv4").render(Case::Kebab), "source-ipv4");
        assert_eq!(pascal("OAuth2PasswordBearer"), "OAuth2PasswordBearer");
    }

    #[test]
    fn the_plural_of_an_acronym_is_one_word() {
        let snake = |text: &str| Words::new(text).render(Case::Snake);
        for (text, words) in [
            ("APIs", "apis"),
            ("getURLsByIDs", "get_urls_by_ids"),
            ("requireSignedURLs", "require_signed_urls"),
            ("UUIDs", "uuids"),
            ("cloudflareIPs", "cloudflare_ips"),
            ("VPCs2", "vpcs2"),
            ("isGRPCEnabled", "is_grpc_enabled"),
            ("mTLS", "mtls"),
            ("eIDASToken", "eidas_token"),
            ("uRL", "url"),
            ("APIv2", "api_v2"),
            ("HTTPv2Only", "http_v2_only"),
            ("publicIPv6Address", "public_ipv6_address"),
            ("macOS", "macos"),
            ("PoPs", "pops"),
            ("iOSVersion", "ios_version"),
            ("eTag", "etag"),
            ("sha256Hash", "sha256_hash"),
            ("deviceOSVersion", "device_os_version"),
            ("USState", "us_state"),
            ("HTTPServer", "http_server"),
            ("IsActive", "is_active"),
            ("createM2MToken", "create_m2m_token"),
            ("A1B", "a1b"),
            ("a1B", "a1_b"),
            ("1Bc", "1bc"),
            ("partnerKYCs", "partner_kycs"),
            ("AsOf", "as_of"),
        ] {
            assert_eq!(snake(text), words, "{text}");
        }
        assert_eq!(pascal("PublicIPs"), "PublicIps");
    }

    #[test]
    fn a_leading_sign_is_part_of_the_name() {
        assert_eq!(pascal("+1"), "Plus1");
        assert_eq!(pascal("-1"), "Minus1");
        assert_eq!(pascal("-created_at"), "MinusCreatedAt");
    }

    #[test]
    fn text_without_letters_is_spelled_out() {
        assert_eq!(pascal(">="), "GreaterEqual");
        assert_eq!(pascal(""), "Empty");
        assert_eq!(pascal("\u{1F600}"), "U1f600");
    }

    #[test]
    fn a_pair_of_brackets_is_one_word() {
        for (text, words) in [
            ("isbn[]", "isbn_brackets"),
            ("filter[x]", "filter_bracket_x"),
            ("page[a][b][]", "page_bracket_a_bracket_b_brackets"),
            ("x]", "x_unbracket"),
            ("[", "bracket"),
        ] {
            assert_eq!(Words::spelled(text).render(Case::Snake), words, "{text}");
        }
    }

    #[test]
    fn every_sign_has_a_name() {
        let names = "+ plus - minus * star / slash \\ backslash < less > greater = equal ! not & and | or % percent $ dollar # hash \
            @ at . dot , comma : colon ; semicolon ? question ~ tilde ^ caret ( open ) close [ bracket ] unbracket { brace \
            } unbrace _ underscore \" quote ' apostrophe ` backtick";
        let names: Vec<&str> = names.split(' ').collect();
        for pair in names.chunks(2) {
            assert_eq!(Words::new(pair[0]).render(Case::Snake), pair[1], "{}", pair[0]);
        }
        assert_eq!(Words::new(" ").render(Case::Snake), "space");
        assert_eq!(Words::new("-").render(Case::Snake), "minus");
        assert_eq!(Words::spelled("a\u{1F600}b").render(Case::Snake), "a_u1f600_b");
    }

    #[test]
    fn words_that_are_joined_are_those_of_the_whole_text() {
        for parts in [["a", "b"], ["", "a b"], ["a b", ""], ["a-", "-b "]] {
            let joined = parts.into_iter().map(|part| {
                if part.is_empty() {
                    Words::default()
                } else {
                    Words::new(part)
                }
            });
            let joined = joined.reduce(Words::and);
            let whole = if parts[1].starts_with('-') { "a minus b" } else { "a b" };
            assert_eq!(joined, Some(Words::new(whole)), "{parts:?}");
        }
        assert_eq!(Words::new(" a- "), Words::new("a"));
    }

    #[test]
    fn a_prefix_is_taken_off_at_the_end_of_a_word() {
        let after = |text: &str, prefix: Words| Words::new(text).after(&prefix);
        assert_eq!(after("a b", Words::new("a")), Some(Words::new("b")));
        assert_eq!(after("a b", Words::default()), Some(Words::new("a b")));
        assert_eq!(after("ab", Words::new("a")), None);
        assert_eq!(after("a", Words::new("a")), None);
    }

    #[test]
    fn digits_of_two_words_do_not_run_together() {
        assert_eq!(pascal("1.5"), "1_5");
        assert_eq!(pascal("2024-01-15"), "2024_01_15");
    }

    #[test]
    fn letters_that_compose_are_dropped_before_rustc_can_compose_them() {
        assert_eq!(pascal("cafe\u{301}"), "Cafe");
        assert_eq!(pascal("caf\u{e9}"), "Caf\u{e9}");
        assert_eq!(pascal("\u{2126}mega"), "Mega");
        assert_eq!(Words::new("\u{130}stanbul").render(Case::Snake), "istanbul");
        // A capital letter with a mark, a sign that may begin an identifier, and a capital without a lower case.
        assert_eq!(pascal("\u{1f0}et"), "Jet");
        assert_eq!(pascal("\u{2118}a"), "A");
        assert_eq!(pascal("\u{2118}"), "U2118");
        assert_eq!(pascal("\u{3d2}a"), "A");
        // A character that may continue an identifier, but not begin one.
        assert_eq!(pascal("a\u{93e}b"), "AB");
    }
}
