//! Translates a `pattern` (ECMA-262) to the syntax of the engine with which the runtime checks requests.
//!
//! In: the text of a pattern. Out: an equivalent pattern, or the reason that there is none. Common syntax stays as it
//! is. Not translated: features that a linear-time engine lacks (lookaround, backreferences), invalid ECMA-262, and
//! Unicode properties. Such a pattern is never checked, so that no permitted value is refused.

use std::iter::Peekable;
use std::str::Chars;

use Untranslated::{Invalid, Unsupported};
use regex_lite::Regex;
use regex_syntax::ast::{ErrorKind, parse::Parser};

/// White space and line ends of ECMA-262 beyond the engine's `\s`.
const SPACES: &str = "\\u{a0}\\u{1680}\\u{2000}-\\u{200a}\\u{2028}\\u{2029}\\u{202f}\\u{205f}\\u{3000}\\u{feff}";

/// The reason that a pattern is not translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untranslated {
    /// Not a regular expression of ECMA-262: no engine accepts it.
    Invalid(&'static str),
    /// The engine of the runtime lacks it.
    Unsupported(&'static str),
}

/// Returns the pattern for the runtime, or the reason that it has none.
pub fn translate(pattern: &str) -> Result<String, Untranslated> {
    if pattern.starts_with("/^") {
        return Err(Unsupported(
            "it has slashes around it, which would be part of the pattern",
        ));
    }
    let mut reader = PatternReader {
        rest: pattern.chars().peekable(),
        out: String::with_capacity(pattern.len()),
    };
    reader.all()?;
    if Regex::new(&reader.out).is_ok() {
        return Ok(reader.out);
    }
    match Parser::new().parse(&reader.out).map_err(|error| error.kind().clone()) {
        Ok(_) | Err(ErrorKind::NestLimitExceeded(_) | ErrorKind::CaptureLimitExceeded) => {
            Err(Unsupported("it is too large"))
        }
        Err(ErrorKind::ClassRangeInvalid) => Err(Invalid("the end of a character range is before its start")),
        Err(ErrorKind::ClassUnclosed) => Err(Invalid("a character class is not closed")),
        Err(ErrorKind::GroupUnclosed) => Err(Invalid("a group is not closed")),
        Err(ErrorKind::GroupUnopened) => Err(Invalid("a `)` closes a group that is not open")),
        Err(ErrorKind::RepetitionMissing) => Err(Invalid("a quantifier follows nothing")),
        Err(ErrorKind::RepetitionCountInvalid) => Err(Invalid(
            "the smallest count of a quantifier is greater than its largest count",
        )),
        Err(_) => Err(Unsupported(
            "the client's regular expression engine does not support it",
        )),
    }
}

struct PatternReader<'p> {
    rest: Peekable<Chars<'p>>,
    out: String,
}

/// Previous token in a class.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PreviousToken {
    Nothing,
    Character,
    Set,
}

impl PatternReader<'_> {
    fn all(&mut self) -> Result<(), Untranslated> {
        while let Some(next) = self.rest.next() {
            match next {
                '\\' => self.escape(false).map(drop)?,
                '[' => self.class()?,
                '(' => self.group()?,
                '{' => self.brace(),
                '}' => self.out.push_str("\\}"),
                ']' => self.out.push_str("\\]"),
                other => self.out.push(other),
            }
        }
        Ok(())
    }

    /// Translates the text after a backslash; true if it is a set of characters.
    fn escape(&mut self, in_class: bool) -> Result<bool, Untranslated> {
        let next = self.rest.next().ok_or(Invalid("it ends with a backslash"))?;
        match next {
            'd' | 'D' | 'w' | 'W' => {
                self.out.extend(['\\', next]);
                return Ok(true);
            }
            's' if in_class => self.push(&["\\s", SPACES]),
            's' => self.push(&["[\\s", SPACES, "]"]),
            'S' if !in_class => self.push(&["[^\\s", SPACES, "]"]),
            'b' if in_class => self.out.push_str("\\x08"),
            'b' | 'B' if !in_class => self.out.extend(['\\', next]),
            'n' | 'r' | 't' | 'v' | 'f' => {
                self.out.extend(['\\', next]);
                return Ok(false);
            }
            '0' if !self.rest.peek().is_some_and(char::is_ascii_digit) => {
                self.out.push_str("\\x00");
                return Ok(false);
            }
            'x' => return self.code(2).map(|()| false),
            'u' => return self.code(4).map(|()| false),
            'p' | 'P' => return Err(Unsupported("it has a Unicode property")),
            '0'..='9' | 'k' => return Err(Unsupported("it has a back reference")),
            'c' | 'S' | 'B' => return Err(Unsupported("it has an escape that is not supported")),
            other if other.is_ascii_alphabetic() => {
                return Err(Unsupported("it has an escape that is not part of ECMA-262"));
            }
            other => {
                self.literal(other);
                return Ok(false);
            }
        }
        Ok(matches!(next, 's' | 'S'))
    }

    /// Translates a character by its code, with this number of digits or in braces.
    fn code(&mut self, digits: usize) -> Result<(), Untranslated> {
        let wrong = Unsupported("it has the code of a character that does not exist");
        let braced = digits == 4 && self.rest.next_if_eq(&'{').is_some();
        let mut text = String::new();
        while let Some(digit) = self
            .rest
            .next_if(|c| c.is_ascii_hexdigit() && (braced || text.len() < digits))
        {
            text.push(digit);
        }
        if (braced && self.rest.next_if_eq(&'}').is_none()) || (!braced && text.len() < digits) {
            return Err(wrong);
        }
        let code = u32::from_str_radix(&text, 16).map_err(|_| wrong)?;
        // Half of a surrogate pair is not a character here.
        char::from_u32(code).ok_or(wrong)?;
        let code = format!("{code:x}");
        self.push(&["\\u{", &code, "}"]);
        Ok(())
    }

    fn push(&mut self, texts: &[&str]) {
        self.out.extend(texts.iter().copied());
    }

    /// Writes a literal character.
    fn literal(&mut self, c: char) {
        if c.is_ascii_punctuation() && !matches!(c, '<' | '>' | '_') {
            self.out.push('\\');
        }
        self.out.push(c);
    }

    fn group(&mut self) -> Result<(), Untranslated> {
        self.out.push('(');
        if self.rest.next_if_eq(&'?').is_none() {
            return Ok(());
        }
        match self.rest.next() {
            Some(':') => {}
            Some('<') if !matches!(self.rest.peek(), Some('=' | '!')) => {
                // The name of a group has no meaning here.
                while self.rest.next().ok_or(Invalid("a group is not closed"))? != '>' {}
            }
            Some('=' | '!') => return Err(Unsupported("it has lookahead")),
            Some('<') => return Err(Unsupported("it has lookbehind")),
            _ => return Err(Unsupported("it has a group that is not part of ECMA-262")),
        }
        self.out.push_str("?:");
        Ok(())
    }

    /// Translates a quantifier, or a literal brace.
    fn brace(&mut self) {
        let ahead: String = self.rest.clone().take_while(|c| *c != '}').collect();
        let closed = self.rest.clone().nth(ahead.chars().count()) == Some('}');
        let (least, most) = ahead.split_once(',').unwrap_or((&ahead, ""));
        let number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        if closed && !least.is_empty() && number(least) && number(most) && !self.out.is_empty() {
            self.out.push('{');
            self.out.push_str(&ahead);
            self.out.push('}');
            self.rest.nth(ahead.len());
        } else {
            self.out.push_str("\\{");
        }
    }

    fn class(&mut self) -> Result<(), Untranslated> {
        self.out.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        if self.rest.peek() == Some(&']') {
            return Err(Unsupported("it has an empty class"));
        }
        let mut before = PreviousToken::Nothing;
        loop {
            let next = self.rest.next().ok_or(Invalid("a character class is not closed"))?;
            before = match next {
                ']' => break,
                '\\' if self.escape(true)? => PreviousToken::Set,
                '\\' => PreviousToken::Character,
                '-' if before == PreviousToken::Character && self.is_range() => {
                    self.out.push('-');
                    match self.rest.next() {
                        Some('\\') => drop(self.escape(true)?),
                        Some(end) => self.literal(end),
                        None => return Err(Invalid("a character class is not closed")),
                    }
                    // The end of a range cannot start another one.
                    PreviousToken::Nothing
                }
                other => {
                    self.literal(other);
                    PreviousToken::Character
                }
            };
        }
        self.out.push(']');
        Ok(())
    }

    /// Returns true if a range ends after this hyphen.
    fn is_range(&self) -> bool {
        let mut ahead = self.rest.clone();
        match ahead.next() {
            None | Some(']') => false,
            Some('\\') => !matches!(ahead.next(), Some('d' | 'D' | 'w' | 'W' | 's' | 'S')),
            Some(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::translate;
    use regex_lite::Regex;

    fn finds(pattern: &str, text: &str) -> bool {
        let translated = translate(pattern).unwrap_or_else(|why| panic!("{pattern}: {why:?}"));
        Regex::new(&translated).unwrap().is_match(text)
    }

    #[test]
    fn a_translated_pattern_finds_what_the_pattern_finds() {
        for (pattern, yes, no) in [
            ("^[A-Z]{3}$", &["EUR"][..], &["EU", "EURO", "eur", "EUR\n"][..]),
            ("^\\d+(\\.\\d{1,2})?$", &["1", "1.10"], &["1.", "1.100", "\u{661}"]),
            ("^[\\w.-]+@[\\w-]+$", &["a.b-c@d-e"], &["a b@c", "\u{e9}@c"]),
            ("^[a-z\\d-]+$", &["a-1"], &["A", "_"]),
            ("^[^/\\s]+$", &["ab"], &["a/b", "a b", "a\u{a0}b"]),
            ("^\\s$", &["\u{feff}", "\u{2003}", " "], &["a"]),
            ("^\\S$", &["a"], &["\u{3000}"]),
            ("^a\\/b\\-c\\@d$", &["a/b-c@d"], &["a\\/b-c@d"]),
            ("^[[(]x[\\])]$", &["[x]", "(x)"], &["x"]),
            ("^[a&&b~~c]+$", &["a&b~c"], &["d"]),
            ("^x{2}y{1,}z{,3}$", &["xxyz{,3}"], &["xxyzz"]),
            ("^{a}]$", &["{a}]"], &["a"]),
            ("^\\u0041\\x42\\u{43}$", &["ABC"], &["abc"]),
            ("^(?<year>\\d{4})$", &["2026"], &["26"]),
            ("^[a-]+[-a]+[+--]+$", &["a--a+,-"], &["a--a."]),
            ("^[\\b]\\0?$", &["\u{8}"], &["b"]),
            ("b", &["abc"], &["ac"]),
            ("^.{1,5}$", &["\u{1f600}"], &["", "123456", "a\nb"]),
        ] {
            for text in yes {
                assert!(finds(pattern, text), "{pattern} finds {text:?}");
            }
            for text in no {
                assert!(!finds(pattern, text), "{pattern} does not find {text:?}");
            }
        }
    }

    #[test]
    fn what_cannot_be_said_to_the_engine_is_not_translated() {
        for pattern in [
            "^(?!x)a$",
            "(?=a)",
            "(?<=a)b",
            "(?<!a)b",
            "(a)\\1",
            "\\k<a>",
            "\\p{L}+",
            "\\PL",
            "\\ud83d\\ude00",
            "(?i)a",
            "(?P<n>a)",
            "\\Aa\\Z",
            "[]a]",
            "[^]",
            "[\\S]",
            "/^a$/",
            "/^a$/i",
            "a{99999}{9999}",
            "(a",
            "a\\",
            "[a",
            "\\x4",
            "\\u{110000}",
            "*a",
            "[z-a]",
        ] {
            assert!(translate(pattern).is_err(), "{pattern}");
        }
    }
}
