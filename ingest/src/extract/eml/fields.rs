//! The header fields of a message or of one of its parts.

use mail_parser::{Address, ContentType, Header, HeaderValue, MessageParser};

use crate::extract::charset;

/// Bytes of header fields that are read; behind them a header is an attack, not a letter.
const MAX_HEADER_BYTES: usize = 512 * 1024;

/// Most fields of a name that are read.
const MAX_REPEATED: usize = 20;
/// The fields that are read.
const KNOWN: [&str; 11] = [
    "Subject",
    "From",
    "To",
    "Cc",
    "Date",
    "Message-ID",
    "Content-Type",
    "Content-Disposition",
    "Content-Transfer-Encoding",
    "Content-ID",
    "Content-Description",
];

/// Header fields, encoded words and continued parameters decoded.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields {
    headers: Vec<Header<'static>>,
    /// The fields as they stand, which the offsets of `headers` point into.
    block: Vec<u8>,
}

impl Fields {
    /// Reads the fields of `head`. Letters that are written raw in another charset than UTF-8 are guessed.
    pub(super) fn read(head: &[u8]) -> Self {
        let head = head.get(..MAX_HEADER_BYTES).unwrap_or(head);
        let mut block = match std::str::from_utf8(head) {
            Ok(_) => head.to_vec(),
            Err(_) => match charset::decode(head, None) {
                Ok(decoded) => decoded.text.into_bytes(),
                Err(_) => head.to_vec(),
            },
        };
        block.extend_from_slice(b"\r\n\r\n");
        let headers = MessageParser::default()
            .parse_headers(&block)
            .and_then(|message| message.parts.into_iter().next())
            .map(|part| part.headers);
        let mut known: Vec<Header<'static>> = Vec::new();
        for header in headers.unwrap_or_default() {
            let name = header.name.as_str();
            let repeated = known.iter().filter(|one| one.name.as_str().eq_ignore_ascii_case(name)).count();
            if KNOWN.iter().any(|known| name.eq_ignore_ascii_case(known)) && repeated < MAX_REPEATED {
                known.push(header.into_owned());
            }
        }
        Self { headers: known, block }
    }

    /// Whether none is there that a message has.
    pub(super) fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    fn header(&self, name: &str) -> Option<&Header<'static>> {
        self.headers.iter().find(|header| header.name.as_str().eq_ignore_ascii_case(name))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.header(name)?.value.as_text()
    }

    /// The value of a field as it stands, without line ends.
    pub(super) fn raw(&self, name: &str) -> String {
        let value = self
            .header(name)
            .and_then(|header| self.block.get(header.offset_start as usize..header.offset_end as usize));
        value.map(|value| String::from_utf8_lossy(value).trim().to_owned()).unwrap_or_default()
    }

    /// The subject.
    pub(super) fn subject(&self) -> String {
        self.text("Subject").unwrap_or_default().to_owned()
    }

    /// The identifier of the message, without its angle brackets.
    pub(super) fn message_id(&self) -> String {
        self.text("Message-ID").unwrap_or_default().to_owned()
    }

    /// The date in the form of RFC 3339; empty when the field is missing or says no date.
    pub(super) fn date(&self) -> String {
        match self.header("Date").map(|header| &header.value) {
            Some(HeaderValue::DateTime(date)) if date.is_valid() => date.to_rfc3339(),
            _ => String::new(),
        }
    }

    /// Names and addresses of a field of recipients.
    pub(super) fn addresses(&self, name: &str) -> String {
        let mut all = Vec::new();
        for header in self.headers.iter().filter(|h| h.name.as_str().eq_ignore_ascii_case(name)) {
            if let Some(address) = header.value.as_address() {
                push_addresses(&mut all, address);
            }
        }
        if all.is_empty() { self.raw(name) } else { all.join(", ") }
    }

    fn parameters(&self, name: &str) -> Option<&ContentType<'static>> {
        self.header(name)?.value.as_content_type()
    }

    /// The media type in lower case, `text/plain` style; `default` when the field is missing or is no media type.
    pub(super) fn media_type(&self, default: &str) -> String {
        match self.parameters("Content-Type") {
            Some(content_type) => match content_type.subtype() {
                Some(subtype) => format!("{}/{subtype}", content_type.ctype()).to_ascii_lowercase(),
                None => default.to_owned(),
            },
            None => default.to_owned(),
        }
    }

    /// A parameter of the media type.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters("Content-Type")?.attribute(name)
    }

    /// The name of the file that a part holds.
    pub(super) fn file_name(&self) -> Option<&str> {
        let named = self.parameters("Content-Disposition").and_then(|d| d.attribute("filename"));
        named.or_else(|| self.parameter("name")).map(str::trim).filter(|name| !name.is_empty())
    }

    /// Whether a part says that it is an attachment.
    pub(super) fn is_attachment(&self) -> bool {
        self.parameters("Content-Disposition").is_some_and(|d| d.ctype().eq_ignore_ascii_case("attachment"))
    }

    /// Whether a part is told by its identifier from another one: a picture of an HTML body.
    pub(super) fn has_content_id(&self) -> bool {
        self.header("Content-ID").is_some()
    }

    /// How the bytes of a part are written, in lower case.
    pub(super) fn transfer_encoding(&self) -> String {
        self.raw("Content-Transfer-Encoding").trim().to_ascii_lowercase()
    }

    /// The description of a part.
    pub(super) fn description(&self) -> Option<&str> {
        self.text("Content-Description").map(str::trim).filter(|text| !text.is_empty())
    }
}

fn push_addresses(all: &mut Vec<String>, address: &Address<'_>) {
    for one in address.iter() {
        let (name, address) =
            (one.name().map(str::trim).unwrap_or_default(), one.address().unwrap_or_default());
        all.push(match (name, address) {
            ("", "") => continue,
            (name, "") => name.to_owned(),
            ("", address) => address.to_owned(),
            (name, address) => format!("{name} <{address}>"),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_names_and_dates() {
        let fields = Fields::read(
            b"Subject: =?iso-8859-2?Q?=BE=F3=B3w_?=\r\n =?utf-8?B?amHFusWE?=\r\nFrom: \"Pop, Ana\" <ana@x.example>, b@x.example\r\nDate: Fri, 1 Mar 2024 10:00:00 +0200\r\nMessage-ID: <1@x.example>",
        );
        assert_eq!(fields.subject(), "žółw jaźń");
        assert_eq!(fields.addresses("from"), "Pop, Ana <ana@x.example>, b@x.example");
        assert_eq!(fields.date(), "2024-03-01T10:00:00+02:00");
        assert_eq!(fields.message_id(), "1@x.example");
        assert_eq!(fields.raw("date"), "Fri, 1 Mar 2024 10:00:00 +0200");
    }

    #[test]
    fn file_names_of_every_writing() {
        for (field, name) in [
            ("attachment; filename*0*=utf-8''r%C4%83; filename*1*=spuns.pdf", "răspuns.pdf"),
            ("attachment; filename*=iso-8859-2''%BF.txt", "ż.txt"),
            ("attachment; filename=\"=?utf-8?Q?f=C4=83r=C4=83.docx?=\"", "fără.docx"),
            ("attachment; filename=\"a b.txt\"", "a b.txt"),
        ] {
            let fields = Fields::read(format!("Content-Disposition: {field}\r\n").as_bytes());
            assert_eq!(fields.file_name(), Some(name), "{field}");
            assert!(fields.is_attachment());
        }
    }

    #[test]
    fn raw_letters_of_an_old_charset_are_guessed() {
        let line = "Subject: Zażółć gęślą jaźń. Książka leży na stole, a źródło wiedzy płynie";
        let (bytes, _, _) = encoding_rs::WINDOWS_1250.encode(line);
        assert_eq!(Fields::read(&bytes).subject(), &line["Subject: ".len()..]);
    }
}
