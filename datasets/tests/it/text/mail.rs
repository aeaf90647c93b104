//! The body of an e-mail with one plain part in quoted-printable (RFC 2045, section 6.7).

/// The body as a person reads it.
pub(super) fn body(message: &[u8]) -> String {
    let message = std::str::from_utf8(message).expect("quoted-printable is ASCII");
    let (head, body) = message.split_once("\n\n").or(message.split_once("\r\n\r\n")).expect("a body");
    assert!(head.contains("Content-Transfer-Encoding: quoted-printable"), "{head}");
    let label = head.split_once("charset=\"").expect("a charset").1.split('"').next();
    let label = label.expect("the charset's name");
    let charset = encoding_rs::Encoding::for_label(label.as_bytes()).expect("a known charset");
    let bytes = unquoted(body);
    let (text, malformed) = charset.decode_without_bom_handling(&bytes);
    assert!(!malformed, "the body is not {label}");
    text.into_owned()
}

/// The bytes that `=XX` and soft line ends stand for.
fn unquoted(body: &str) -> Vec<u8> {
    let joined = body.replace("=\r\n", "").replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_str();
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend_from_slice(before.as_bytes());
        let (code, after) = after.split_at(2);
        bytes.push(u8::from_str_radix(code, 16).expect("two hexadecimal digits"));
        rest = after;
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

#[test]
fn codes_and_soft_line_ends_are_read() {
    assert_eq!(unquoted("a=3Db=\r\nc=C4=83\r\n"), "a=bcă\r\n".as_bytes());
}
