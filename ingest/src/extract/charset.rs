//! Bytes to characters: byte order mark, declared charset, UTF-8, EBCDIC, then statistics.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::ebcdic;
use crate::error::ExtractError;

/// Share of control characters above which bytes are not text.
const MAX_CONTROL_SHARE: f64 = 0.02;

/// Decoded text and what to tell about it.
#[derive(Debug)]
pub(crate) struct Decoded {
    /// The characters.
    pub(crate) text: String,
    /// Set when some bytes were no characters of the charset.
    pub(crate) warning: Option<String>,
}

/// Decodes `bytes`; `declared` is the charset a format names (an HTML `<meta>`, a media type), used when it fits.
///
/// # Errors
/// [`ExtractError::Empty`] or [`ExtractError::Binary`].
pub(crate) fn decode(bytes: &[u8], declared: Option<&'static Encoding>) -> Result<Decoded, ExtractError> {
    if bytes.is_empty() {
        return Err(ExtractError::Empty);
    }
    if let Some((encoding, bom)) = Encoding::for_bom(bytes) {
        return checked(encoding, &bytes[bom..]);
    }
    if let Some(at) = bytes.iter().position(|&b| b == 0) {
        return Err(ExtractError::Binary { reason: format!("NUL byte at offset {at}") });
    }
    if let Some(encoding) = declared.filter(|e| *e != UTF_8 && *e != UTF_16LE && *e != UTF_16BE) {
        return checked(encoding, bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        reject_controls(text)?;
        return Ok(Decoded { text: text.to_owned(), warning: None });
    }
    if ebcdic::looks_like_ebcdic(bytes) {
        let warning = Some("decoded as EBCDIC (code page 500)".to_owned());
        return Ok(Decoded { text: ebcdic::decode(bytes), warning });
    }
    if mostly_utf8(bytes) {
        return checked(UTF_8, bytes);
    }
    checked(guess(bytes), bytes)
}

/// The statistical guess of chardetng.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

/// UTF-8 with a few damaged characters is still UTF-8: at least 20 multi-byte characters are right for each that is wrong.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 20 * bad
}

fn checked(encoding: &'static Encoding, bytes: &[u8]) -> Result<Decoded, ExtractError> {
    let (text, malformed) = encoding.decode_without_bom_handling(bytes);
    reject_controls(&text)?;
    let warning = malformed.then(|| format!("some bytes are no {} characters", encoding.name()));
    Ok(Decoded { text: text.into_owned(), warning })
}

fn reject_controls(text: &str) -> Result<(), ExtractError> {
    let (mut all, mut odd) = (0usize, 0usize);
    for c in text.chars() {
        all += 1;
        odd += usize::from(
            (c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{85}' | '\u{1b}'))
                || c == '\u{fffd}',
        );
    }
    if odd as f64 > MAX_CONTROL_SHARE * all as f64 {
        return Err(ExtractError::Binary {
            reason: format!("{odd} of {all} characters are control characters"),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        decode(bytes, None).unwrap().text
    }

    #[test]
    fn byte_order_marks_win() {
        assert_eq!(text(b"\xef\xbb\xbfa\xc4\x83"), "aă");
        assert_eq!(text(b"\xff\xfea\0b\0"), "ab");
        assert_eq!(text(b"\xfe\xff\0a\0b"), "ab");
    }

    #[test]
    fn central_european_single_byte_text_is_recognised() {
        let polish = "Zażółć gęślą jaźń. Książka leży na stole, a źródło wiedzy płynie wśród łąk.";
        let (bytes, _, _) = encoding_rs::WINDOWS_1250.encode(polish);
        assert_eq!(text(&bytes), polish);
    }

    #[test]
    fn damaged_utf8_stays_utf8_with_a_warning() {
        let mut bytes = "ăîșțâ".repeat(20).into_bytes();
        bytes.extend_from_slice(b"\xff");
        let decoded = decode(&bytes, None).unwrap();
        assert!(decoded.text.starts_with("ăîșțâ") && decoded.warning.is_some());
    }

    #[test]
    fn binary_is_refused() {
        assert_eq!(decode(b"", None).unwrap_err().code(), "empty");
        assert_eq!(decode(b"abc\0def", None).unwrap_err().code(), "binary");
        assert_eq!(decode(&[1, 2, 3, 4, 5, 6, 7, 8], None).unwrap_err().code(), "binary");
    }
}
