//! Rich text as a stream of braces, control words and bytes.

/// The smallest pieces of the format.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `{`
    Open,
    /// `}`
    Close,
    /// `\word` with its number.
    Word(&'a str, Option<i32>),
    /// `\~` and other control symbols.
    Symbol(u8),
    /// `\'hh`
    Hex(u8),
    /// Bytes that stand for themselves.
    Text(&'a [u8]),
}

/// Reads tokens; anything is a token, so damage never ends the stream early.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    /// The tokens of `bytes`.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The bytes that were not read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The first `n` bytes, or fewer at the end.
    fn take(&mut self, n: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(n.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, most: usize, is: impl Fn(u8) -> bool) -> &'a [u8] {
        let n = self.rest.iter().take(most).take_while(|&&b| is(b)).count();
        self.take(n)
    }

    /// What follows a backslash.
    fn control(&mut self) -> Option<Token<'a>> {
        match *self.rest.first()? {
            b'\'' => {
                self.take(1);
                let digits = self.take_while(2, |b| b.is_ascii_hexdigit());
                let value = std::str::from_utf8(digits).ok().and_then(|d| u8::from_str_radix(d, 16).ok());
                Some(value.map_or(Token::Text(b""), Token::Hex))
            }
            b if b.is_ascii_alphabetic() => {
                let word = self.take_while(32, |b| b.is_ascii_alphabetic());
                let negative =
                    self.rest.first() == Some(&b'-') && self.rest.get(1).is_some_and(u8::is_ascii_digit);
                if negative {
                    self.take(1);
                }
                let digits = self.take_while(9, |b| b.is_ascii_digit());
                let number = std::str::from_utf8(digits).ok().and_then(|d| d.parse::<i32>().ok());
                if self.rest.first() == Some(&b' ') {
                    self.take(1);
                }
                let number = number.map(|n| if negative { -n } else { n });
                if word == b"bin" {
                    // Raw bytes follow, braces and all.
                    self.take(number.and_then(|n| usize::try_from(n).ok()).unwrap_or(0));
                    return Some(Token::Text(b""));
                }
                Some(Token::Word(std::str::from_utf8(word).unwrap_or_default(), number))
            }
            _ => self.take(1).first().map(|&b| Token::Symbol(b)),
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.take_while(usize::MAX, |b| matches!(b, b'\r' | b'\n' | 0));
        Some(match *self.rest.first()? {
            b'{' => {
                self.take(1);
                Token::Open
            }
            b'}' => {
                self.take(1);
                Token::Close
            }
            b'\\' => {
                self.take(1);
                return self.control();
            }
            _ => Token::Text(
                self.take_while(usize::MAX, |b| !matches!(b, b'{' | b'}' | b'\\' | b'\r' | b'\n' | 0)),
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_token() {
        let tokens: Vec<Token<'_>> =
            Tokens::new(b"{\\rtf1\\f-2 a b\r\nc\\'e9\\~\\'zz\\bin3 {{{\\par}\\").collect();
        use Token::{Close, Hex, Open, Symbol, Text, Word};
        assert_eq!(
            tokens,
            [
                Open,
                Word("rtf", Some(1)),
                Word("f", Some(-2)),
                Text(b"a b"),
                Text(b"c"),
                Hex(0xe9),
                Symbol(b'~'),
                Text(b""),
                Text(b"zz"),
                Text(b""),
                Word("par", None),
                Close
            ]
        );
    }
}
