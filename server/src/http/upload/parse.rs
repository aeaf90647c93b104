//! The kinds of body an upload may have, taken apart. No storage in here.

use std::io::BufReader;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request};
use axum::http::{HeaderMap, header};
use footnote_ingest::pipeline::Source;
use footnote_ingest::records::{DEFAULT_MAX_LINE_BYTES, Records};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Item, UploadParams, Uploads};
use crate::http::error::{ApiError, Code};
use crate::http::extract::{media_type, parse_json, unsupported};
use crate::wire::UploadResult;

/// Header that may carry the uri instead of the query.
const DOCUMENT_URI: &str = "x-document-uri";

/// Most files of one multipart body.
const MAX_FILES: usize = 1000;

/// What the body is, by its Content-Type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BodyKind {
    /// `{uri, title, text, metadata}`.
    Json,
    /// One record a line.
    Records,
    /// A form with files.
    Multipart,
    /// The document itself; its media type, when the sender told one.
    Raw(Option<String>),
}

impl BodyKind {
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, ApiError> {
        let Some(media) = media_type(headers) else {
            return if headers.contains_key(header::CONTENT_TYPE) {
                Err(unsupported(Some("not text"), "send the document's media type"))
            } else {
                Ok(Self::Raw(None))
            };
        };
        Ok(match media.as_str() {
            "application/json" => Self::Json,
            "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/x-jsonlines" => Self::Records,
            "multipart/form-data" => Self::Multipart,
            // What says nothing is no hint.
            "application/octet-stream" => Self::Raw(None),
            "application/x-www-form-urlencoded" => {
                return Err(unsupported(
                    Some(&media),
                    "send the document's own media type, for example -H 'Content-Type: text/markdown'",
                ));
            }
            other
                if other.split_once('/').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty())
                    && other != "multipart/mixed" =>
            {
                // With its parameters: the charset may be among them.
                let whole = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
                Self::Raw(whole.map(|m| m.chars().take(200).collect()))
            }
            other => {
                return Err(unsupported(
                    Some(other),
                    "send the document's media type, such as text/markdown",
                ));
            }
        })
    }
}

/// Takes a body apart.
pub(super) async fn parse(
    kind: BodyKind,
    headers: &HeaderMap,
    params: UploadParams,
    bytes: Bytes,
) -> Result<Uploads, ApiError> {
    match kind {
        BodyKind::Json => json(&params, &bytes).map(one),
        BodyKind::Raw(mime) => raw(headers, params, mime, &bytes).map(one),
        BodyKind::Records => Ok(Uploads { items: records(&params, bytes).await?, many: true }),
        BodyKind::Multipart => Ok(Uploads { items: multipart(headers, params, bytes).await?, many: true }),
    }
}

fn one(source: Source) -> Uploads {
    Uploads { items: vec![Item::Document(source)], many: false }
}

/// A document as JSON.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = UploadDocument, example = json!({"uri": "note", "text": "Visitors sign in at the blue desk."}))]
#[serde(deny_unknown_fields)]
pub(super) struct JsonDocument {
    /// Identity inside the client.
    uri: String,
    /// Title that wins over the document's own.
    title: Option<String>,
    /// The document.
    text: String,
    /// Format of `text`; plain text unless said.
    mime: Option<String>,
    /// The caller's keys, at most 64 KiB of JSON.
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
}

fn json(params: &UploadParams, bytes: &[u8]) -> Result<Source, ApiError> {
    if params.uri.is_some() || params.title.is_some() {
        return Err(ApiError::new(
            Code::InvalidRequest,
            "uri and title of a JSON document are fields of its body",
        ));
    }
    let document: JsonDocument = parse_json(bytes)?;
    let mime = document.mime.unwrap_or_else(|| "text/plain; charset=utf-8".to_owned());
    let mut source = Source::new(document.uri, document.text.into_bytes());
    source.title = document.title;
    source.mime = Some(mime);
    source.metadata = document.metadata;
    Ok(source)
}

fn raw(
    headers: &HeaderMap,
    params: UploadParams,
    mime: Option<String>,
    bytes: &[u8],
) -> Result<Source, ApiError> {
    let from_header = headers.get(DOCUMENT_URI).and_then(|v| std::str::from_utf8(v.as_bytes()).ok());
    let Some(uri) = params.uri.or_else(|| from_header.map(str::to_owned)) else {
        return Err(ApiError::new(
            Code::InvalidRequest,
            "the document has no uri; give one as ?uri=... or in the header X-Document-URI",
        ));
    };
    let mut source = Source::new(uri, bytes.to_vec());
    source.title = params.title;
    source.mime = mime;
    Ok(source)
}

/// Records are told apart on a blocking thread: a body can hold very many.
async fn records(params: &UploadParams, bytes: Bytes) -> Result<Vec<Item>, ApiError> {
    if params.title.is_some() {
        return Err(ApiError::new(Code::InvalidRequest, "title is a field of each record"));
    }
    let file = params.uri.clone();
    let items = tokio::task::spawn_blocking(move || {
        let records = Records::new(BufReader::new(&*bytes), DEFAULT_MAX_LINE_BYTES);
        records
            .map(|record| match record {
                Ok(record) => Item::Document(match &file {
                    Some(file) => Source::record(file, record),
                    None => {
                        let id = record.id.clone();
                        Source { uri: id, ..Source::record("", record) }
                    }
                }),
                Err(error) => Item::Refused(UploadResult {
                    uri: format!("{}#line={}", file.as_deref().unwrap_or(""), error.line),
                    status: "failed".to_owned(),
                    code: "bad_record".to_owned(),
                    reason: Some(error.to_string()),
                    ..UploadResult::default()
                }),
            })
            .collect()
    });
    items.await.map_err(ApiError::internal)
}

/// Every part with a file name, or named `file`, is a document. A `uri`, `title` or `metadata` part
/// belongs to the file after it; without a `uri` the file's name is its identity.
async fn multipart(headers: &HeaderMap, params: UploadParams, bytes: Bytes) -> Result<Vec<Item>, ApiError> {
    let broken = |what: String| ApiError::new(Code::InvalidRequest, format!("multipart body: {what}"));
    let mut request = Request::new(Body::from(bytes));
    if let Some(value) = headers.get(header::CONTENT_TYPE) {
        request.headers_mut().insert(header::CONTENT_TYPE, value.clone());
    }
    // The body is bounded already; axum's own, lower bound must not apply to it.
    DefaultBodyLimit::disable().apply(&mut request);
    let mut form = Multipart::from_request(request, &()).await.map_err(|e| broken(e.body_text()))?;
    let mut items = Vec::new();
    let mut next = UploadParams { wait: false, ..params };
    let mut metadata = Map::new();
    while let Some(field) = form.next_field().await.map_err(|e| broken(e.body_text()))? {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let mime = field.content_type().filter(|m| *m != "application/octet-stream").map(str::to_owned);
        let value = field.bytes().await.map_err(|e| broken(e.body_text()))?;
        if file_name.is_none() && name != "file" {
            match name.as_str() {
                "uri" => next.uri = Some(utf8(&name, &value)?),
                "title" => next.title = Some(utf8(&name, &value)?),
                "metadata" => metadata = parse_json(&value)?,
                other => {
                    return Err(ApiError::new(
                        Code::InvalidBody,
                        format!("unknown part {other:?}; use file, uri, title, metadata"),
                    ));
                }
            }
            continue;
        }
        let Some(uri) = next.uri.take().or_else(|| file_name.clone().filter(|n| !n.is_empty())) else {
            return Err(ApiError::new(
                Code::InvalidBody,
                "a file has neither a name nor a uri part before it",
            ));
        };
        let mut source = Source::new(uri, value.to_vec());
        if let Some(name) = file_name {
            source.name = name;
        }
        source.title = next.title.take();
        source.mime = mime;
        source.metadata = std::mem::take(&mut metadata);
        items.push(Item::Document(source));
        if items.len() > MAX_FILES {
            return Err(ApiError::new(
                Code::InvalidValue,
                format!("more than {MAX_FILES} files in one body"),
            ));
        }
    }
    if next.uri.is_some() || next.title.is_some() || !metadata.is_empty() {
        return Err(ApiError::new(
            Code::InvalidBody,
            "uri, title and metadata come before the file they belong to",
        ));
    }
    if items.is_empty() {
        return Err(ApiError::new(Code::InvalidBody, "the form has no part named file"));
    }
    Ok(items)
}

fn utf8(name: &str, value: &[u8]) -> Result<String, ApiError> {
    String::from_utf8(value.to_vec())
        .map_err(|_| ApiError::new(Code::InvalidBody, format!("part {name:?} is not UTF-8")))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn kind(content_type: &'static str) -> Result<BodyKind, Code> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        BodyKind::of(&headers).map_err(|e| e.code())
    }

    #[test]
    fn the_content_type_decides() {
        assert_eq!(kind("application/json; charset=utf-8"), Ok(BodyKind::Json));
        assert_eq!(kind("Application/X-NDJSON"), Ok(BodyKind::Records));
        assert_eq!(kind("multipart/form-data; boundary=x"), Ok(BodyKind::Multipart));
        assert_eq!(kind("application/octet-stream"), Ok(BodyKind::Raw(None)));
        assert_eq!(kind("text/html; charset=x"), Ok(BodyKind::Raw(Some("text/html; charset=x".into()))));
        assert_eq!(BodyKind::of(&HeaderMap::new()).map_err(|e| e.code()), Ok(BodyKind::Raw(None)));
        for bad in ["application/x-www-form-urlencoded", "nonsense", "/", "multipart/mixed"] {
            assert_eq!(kind(bad), Err(Code::UnsupportedMediaType), "{bad}");
        }
    }

    fn source(item: Item) -> Source {
        match item {
            Item::Document(source) => source,
            Item::Refused(entry) => panic!("refused: {entry:?}"),
        }
    }

    async fn form(body: &str) -> Result<Vec<Source>, Code> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("multipart/form-data; boundary=b"));
        let body = body.replace('\n', "\r\n");
        let items = multipart(&headers, UploadParams::default(), Bytes::from(body)).await;
        items.map_err(|e| e.code()).map(|items| items.into_iter().map(source).collect())
    }

    #[tokio::test]
    async fn parts_belong_to_the_file_after_them() {
        let sources = form(
            "--b\nContent-Disposition: form-data; name=\"uri\"\n\ndocs/a\n--b\nContent-Disposition: form-data; name=\"title\"\n\nȚintă\n\
             --b\nContent-Disposition: form-data; name=\"metadata\"\n\n{\"k\":1}\n\
             --b\nContent-Disposition: form-data; name=\"file\"; filename=\"a.md\"\nContent-Type: text/markdown\n\n# A\n\
             --b\nContent-Disposition: form-data; name=\"file\"; filename=\"b.txt\"\n\nB\n--b--\n",
        )
        .await
        .expect("form");
        let seen: Vec<_> = sources
            .iter()
            .map(|s| {
                (s.uri.as_str(), s.title.as_deref(), s.mime.as_deref(), s.metadata.len(), s.bytes.as_slice())
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("docs/a", Some("Țintă"), Some("text/markdown"), 1, &b"# A"[..]),
                ("b.txt", None, None, 0, &b"B"[..])
            ]
        );
    }

    #[tokio::test]
    async fn forms_that_mean_nothing_are_refused() {
        for (body, code) in [
            ("--b\nContent-Disposition: form-data; name=\"uri\"\n\nx\n--b--\n", Code::InvalidBody),
            ("--b\nContent-Disposition: form-data; name=\"other\"\n\nx\n--b--\n", Code::InvalidBody),
            ("--b\nContent-Disposition: form-data; name=\"file\"\n\nx\n--b--\n", Code::InvalidBody),
            ("--b\nContent-Disposition: form-data; name=\"metadata\"\n\n{\n--b--\n", Code::InvalidJson),
            ("--b--\n", Code::InvalidBody),
            (
                "--b\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\n\ncut",
                Code::InvalidRequest,
            ),
        ] {
            assert_eq!(form(body).await.expect_err(body), code, "{body}");
        }
    }

    #[tokio::test]
    async fn records_keep_their_place_and_bad_ones_their_line() {
        let body = Bytes::from(
            "{\"id\":\"1\",\"text\":\"x\"}\nnope\n{\"_id\":\"2\",\"title\":\"T\",\"text\":\"y\",\"k\":1}\n",
        );
        let items = records(&UploadParams::default(), body.clone()).await.expect("records");
        let uri = |item: &Item| match item {
            Item::Document(source) => source.uri.clone(),
            Item::Refused(entry) => entry.uri.clone(),
        };
        let uris: Vec<_> = items.iter().map(uri).collect();
        assert_eq!(uris, ["1", "#line=2", "2"]);
        let named = UploadParams { uri: Some("file:///a.jsonl".into()), ..UploadParams::default() };
        let mut items = records(&named, body).await.expect("records");
        assert_eq!(source(items.remove(0)).uri, "file:///a.jsonl#1");
        assert_eq!(source(items.remove(1)).title.as_deref(), Some("T"));
    }

    #[test]
    fn a_raw_body_needs_a_uri_and_json_has_its_own() {
        let none = HeaderMap::new();
        let error = raw(&none, UploadParams::default(), None, b"x").expect_err("no uri");
        assert_eq!(error.code(), Code::InvalidRequest);
        let mut named = HeaderMap::new();
        named.insert(DOCUMENT_URI, HeaderValue::from_static("a/b.md"));
        assert_eq!(raw(&named, UploadParams::default(), None, b"x").expect("uri").name, "b.md");
        let source =
            json(&UploadParams::default(), br#"{"uri":"u","text":"t","metadata":{"k":1}}"#).expect("json");
        assert_eq!((source.uri.as_str(), source.metadata.len()), ("u", 1));
        let unknown =
            json(&UploadParams::default(), br#"{"uri":"u","text":"t","foo":1}"#).expect_err("unknown field");
        assert_eq!(unknown.code(), Code::InvalidBody);
    }
}
