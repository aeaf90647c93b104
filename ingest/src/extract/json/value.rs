//! JSON values as the file has them: keys in order, numbers digit by digit.

use std::borrow::Cow;

use crate::error::{ExtractError, SizeLimit};
use crate::extract::grid::MAX_CELLS;

/// Most levels of arrays and objects.
const MAX_DEPTH: u64 = 128;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'t> {
    /// `null`.
    Null,
    /// `true`, `false` or a number, as written.
    Bare(&'t str),
    /// A string.
    String(Cow<'t, str>),
    /// An array.
    Array(Vec<Value<'t>>),
    /// An object, double keys included.
    Object(Vec<(Cow<'t, str>, Value<'t>)>),
}

/// Why a text is no JSON value.
#[derive(Debug)]
pub(super) enum Invalid {
    /// In words, with the place.
    Syntax(String),
    /// A limit was passed.
    Limit(ExtractError),
}

impl<'t> Value<'t> {
    /// Reads one value, nothing but white space around it.
    pub(super) fn parse(text: &'t str) -> Result<Self, Invalid> {
        let mut parser = Parser { text, at: 0, values: 0 };
        let value = parser.value(0)?;
        parser.space();
        if parser.at < text.len() { Err(parser.error("more text behind the value")) } else { Ok(value) }
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Value<'t>> {
        match self {
            Value::Object(entries) => entries.iter().find(|(k, _)| k == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a value that is not an array or object.
    pub(super) fn scalar(&self) -> Option<&str> {
        match self {
            Value::Null => Some("null"),
            Value::Bare(text) => Some(text),
            Value::String(text) => Some(text),
            Value::Array(_) | Value::Object(_) => None,
        }
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    values: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        self.at += self.rest().bytes().take_while(|b| matches!(b, b' ' | b'\n' | b'\r' | b'\t')).count();
    }

    fn error(&self, what: &str) -> Invalid {
        let line = self.text.get(..self.at).unwrap_or_default().bytes().filter(|b| *b == b'\n').count() + 1;
        Invalid::Syntax(format!("{what} in line {line}"))
    }

    /// Steps over `byte` and white space around it, when it is next.
    fn eat(&mut self, byte: u8) -> bool {
        self.space();
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
            self.space();
        }
        found
    }

    fn value(&mut self, depth: u64) -> Result<Value<'t>, Invalid> {
        self.values += 1;
        if self.values > MAX_CELLS {
            let (actual, limit) = (self.values as u64, MAX_CELLS as u64);
            return Err(Invalid::Limit(ExtractError::TooLarge { what: SizeLimit::Cells, actual, limit }));
        }
        if depth > MAX_DEPTH {
            let (what, actual, limit) = (SizeLimit::Depth, depth, MAX_DEPTH);
            return Err(Invalid::Limit(ExtractError::TooLarge { what, actual, limit }));
        }
        self.space();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Value::String),
            Some(_) => self.bare(),
            None => Err(self.error("the end of the file where a value should be")),
        }
    }

    fn array(&mut self, depth: u64) -> Result<Value<'t>, Invalid> {
        let mut values = Vec::new();
        self.eat(b'[');
        if self.eat(b']') {
            return Ok(Value::Array(values));
        }
        loop {
            values.push(self.value(depth + 1)?);
            if self.eat(b']') {
                return Ok(Value::Array(values));
            }
            if !self.eat(b',') {
                return Err(self.error("no comma between two values"));
            }
        }
    }

    fn object(&mut self, depth: u64) -> Result<Value<'t>, Invalid> {
        let mut entries = Vec::new();
        self.eat(b'{');
        if self.eat(b'}') {
            return Ok(Value::Object(entries));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.error("no key"));
            }
            let key = self.string()?;
            if !self.eat(b':') {
                return Err(self.error("no colon behind a key"));
            }
            entries.push((key, self.value(depth + 1)?));
            if self.eat(b'}') {
                return Ok(Value::Object(entries));
            }
            if !self.eat(b',') {
                return Err(self.error("no comma between two values"));
            }
        }
    }

    /// A word or a number; `NaN` and `Infinity` are no JSON, but programs write them.
    fn bare(&mut self) -> Result<Value<'t>, Invalid> {
        let rest = self.rest();
        let end =
            rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.')).count();
        let word = rest.get(..end).unwrap_or_default();
        let known = matches!(word, "true" | "false" | "NaN" | "Infinity" | "-Infinity");
        if word != "null" && !known && !is_number(word) {
            return Err(self.error("no value"));
        }
        self.at += end;
        Ok(if word == "null" { Value::Null } else { Value::Bare(word) })
    }

    fn string(&mut self) -> Result<Cow<'t, str>, Invalid> {
        self.at += 1;
        let mut out: Option<String> = None;
        loop {
            let rest = self.rest();
            let Some(end) = rest.find(['"', '\\']) else { return Err(self.error("a string without an end")) };
            let plain = rest.get(..end).unwrap_or_default();
            let escape = rest.as_bytes().get(end) == Some(&b'\\');
            self.at += end + 1;
            match (&mut out, escape) {
                (None, false) => return Ok(Cow::Borrowed(plain)),
                (Some(out), _) => out.push_str(plain),
                (None, true) => out = Some(plain.to_owned()),
            }
            if !escape {
                return Ok(Cow::Owned(out.unwrap_or_default()));
            }
            let character = self.escape()?;
            if let Some(out) = &mut out {
                out.push(character);
            }
        }
    }

    fn escape(&mut self) -> Result<char, Invalid> {
        let kind = self.peek();
        self.at += 1;
        Ok(match kind {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'u') => {
                let unit = self.unit()?;
                // The second half of a pair follows as an escape of its own; a lone half is no character.
                let low = (0xd800..0xdc00).contains(&unit) && self.rest().starts_with("\\u");
                let before = self.at;
                let second = if low {
                    self.at += 2;
                    self.unit()?
                } else {
                    0
                };
                if (0xdc00..0xe000).contains(&second) {
                    char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00))
                        .unwrap_or('\u{fffd}')
                } else {
                    self.at = before;
                    char::from_u32(unit).unwrap_or('\u{fffd}')
                }
            }
            _ => {
                self.at -= 1;
                return Err(self.error("an unknown escape"));
            }
        })
    }

    fn unit(&mut self) -> Result<u32, Invalid> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let Some(unit) = unit else { return Err(self.error("an unknown escape")) };
        self.at += 4;
        Ok(unit)
    }
}

/// Whether a word is a number of JSON: no leading zeros, digits on both sides of the point.
fn is_number(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let word = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match word.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (word, None),
    };
    let (integer, fraction) = match mantissa.split_once('.') {
        Some((integer, fraction)) => (integer, Some(fraction)),
        None => (mantissa, None),
    };
    digits(integer)
        && (integer == "0" || !integer.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_as_they_are_written() {
        let text = r#" {"b": [1.50, 1e5, 12345678901234567890, true, null], "a": "x\n\u00e9\ud83d\ude00\ud800/", "b": ""} "#;
        let Value::Object(entries) = Value::parse(text).unwrap() else { panic!() };
        let numbers = ["1.50", "1e5", "12345678901234567890", "true"].map(Value::Bare).to_vec();
        assert_eq!(entries[0].1, Value::Array([numbers, vec![Value::Null]].concat()));
        assert_eq!(entries[1], ("a".into(), Value::String("x\né😀\u{fffd}/".into())));
        assert_eq!(entries[2].0, "b");
    }

    #[test]
    fn limits_and_errors_are_named() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        assert!(matches!(Value::parse(&deep), Err(Invalid::Limit(error)) if error.code() == "too_large"));
        for (text, message) in [
            ("{\"a\":\n1,}", "no key in line 2"),
            ("[1 2]", "no comma between two values in line 1"),
            ("\"a", "a string without an end in line 1"),
            ("{} x", "more text behind the value in line 1"),
            ("[01]", "no value in line 1"),
            ("", "the end of the file where a value should be in line 1"),
        ] {
            assert!(matches!(Value::parse(text), Err(Invalid::Syntax(m)) if m == message), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_others_accept_is_accepted(text in "[\\[\\]{}:,\"\\\\a-fnu0-9.eE+\\- \n]{0,30}") {
            if serde_json::from_str::<serde_json::Value>(&text).is_ok() {
                assert!(Value::parse(&text).is_ok(), "{text}");
            } else if let Ok(value) = Value::parse(&text) {
                // Lone halves of pairs, raw line ends in strings and endless numbers are the only liberties.
                assert!(text.contains("\\ud") || text.contains('\n') || text.contains(['e', 'E']), "{text} {value:?}");
            }
        }
    }
}
