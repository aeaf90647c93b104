//! From the bytes of a part as they are sent to the bytes and the text that were written. Damage costs a few characters, not the
//! part.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use mail_parser::decoders::charsets::map::charset_decoder;

use crate::error::ExtractError;
use crate::extract::charset::{self, Decoded};

/// Undoes the transfer encoding of that name.
pub(super) fn transfer<'m>(content: &'m [u8], encoding: &str) -> Cow<'m, [u8]> {
    match encoding {
        "base64" => Cow::Owned(base64(content)),
        "quoted-printable" => Cow::Owned(quoted_printable(content)),
        _ => Cow::Borrowed(content),
    }
}

/// Decodes base64, passing over everything that is not of its alphabet. Padding ends a run, not the data: some senders glue two
/// encoded pieces together.
fn base64(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0u32);
    for &byte in content {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                (bits, count) = (0, 0);
                continue;
            }
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xff) as u8);
            bits &= (1 << count) - 1;
        }
    }
    out
}

/// Decodes quoted-printable; an equals sign that begins no pair of digits stands for itself.
fn quoted_printable(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len());
    let digit = |byte: Option<&u8>| byte.and_then(|&b| char::from(b).to_digit(16));
    let mut rest = content;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'=' {
            out.push(byte);
            continue;
        }
        if let (Some(high), Some(low)) = (digit(after.first()), digit(after.get(1))) {
            out.push((high << 4 | low) as u8);
            rest = after.get(2..).unwrap_or_default();
            continue;
        }
        let blank = after.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count();
        match after.get(blank) {
            Some(b'\n') => rest = after.get(blank + 1..).unwrap_or_default(),
            None => rest = &[],
            Some(_) => out.push(byte),
        }
    }
    out
}

/// Bytes to characters by the charset that the part names, else by what they look like.
///
/// # Errors
/// As [`charset::decode`].
pub(super) fn text(bytes: &[u8], label: Option<&str>) -> Result<Decoded, ExtractError> {
    let label = label.map(str::trim).filter(|label| !says_nothing(label));
    let encoding = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    if let Some(wide) = encoding.filter(|e| *e == UTF_16LE || *e == UTF_16BE) {
        let (text, _, malformed) = wide.decode(bytes);
        let warning = malformed.then(|| "some bytes are no UTF-16 characters".to_owned());
        return Ok(Decoded { text: text.into_owned(), warning });
    }
    // UTF-7 and other charsets that browsers do not read but letters have.
    if encoding.is_none()
        && let Some(decoder) = label.and_then(|label| charset_decoder(label.as_bytes()))
    {
        return Ok(Decoded { text: decoder(bytes), warning: None });
    }
    charset::decode(bytes, encoding)
}

/// Senders write `us-ascii` over anything.
fn says_nothing(label: &str) -> bool {
    ["us-ascii", "ascii", "ansi_x3.4-1968"].iter().any(|name| label.eq_ignore_ascii_case(name))
}

/// The encoding of an HTML part, when it names one that its bytes may be in.
pub(super) fn declared(label: Option<&str>) -> Option<&'static Encoding> {
    let label = label.map(str::trim).filter(|label| !says_nothing(label))?;
    Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_survives_damage() {
        assert_eq!(base64(b"SGVs\r\nbG8="), b"Hello");
        assert_eq!(base64(b"SGVsbG8"), b"Hello");
        assert_eq!(base64(b"SGVs!!bG8=SGk="), b"HelloHi");
    }

    #[test]
    fn quoted_printable_survives_damage() {
        assert_eq!(quoted_printable(b"a=3Db=\r\nc = d =ZZ=  \nend="), b"a=bc = d =ZZend");
    }

    #[test]
    fn charsets_by_name_and_by_look() {
        let polish = "Zażółć gęślą jaźń. Książka leży na stole, a źródło wiedzy płynie wśród łąk.";
        let (bytes, _, _) = encoding_rs::WINDOWS_1250.encode(polish);
        for label in [Some("windows-1250"), Some("us-ascii"), Some("x-unknown"), None] {
            assert_eq!(text(&bytes, label).unwrap().text, polish, "{label:?}");
        }
        assert_eq!(text("ă".as_bytes(), Some("utf-8")).unwrap().text, "ă");
        assert_eq!(text(b"+AQM-", Some("utf-7")).unwrap().text, "ă");
        assert_eq!(text(b"\x03\x01", Some("utf-16le")).unwrap().text, "ă");
    }
}
