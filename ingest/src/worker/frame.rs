//! The framing of both directions: magic, two lengths, a JSON header, a body of raw bytes.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::ExtractError;
use crate::extract::Extracted;

const MAGIC: [u8; 4] = *b"FNX1";
/// A name and a media type are short.
pub(super) const MAX_REQUEST_HEADER_BYTES: u64 = 64 << 10;

/// Header of a request; the body is the document.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) name: String,
    pub(super) mime: Option<String>,
}

/// Header of a reply; the body is the text, which the header leaves out.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Reply {
    Ok(Box<Extracted>),
    Err(ExtractError),
}

/// Writes one frame.
pub(super) fn write(out: &mut impl Write, header: &impl Serialize, body: &[u8]) -> io::Result<()> {
    let header = serde_json::to_vec(header)?;
    out.write_all(&MAGIC)?;
    out.write_all(&(header.len() as u64).to_le_bytes())?;
    out.write_all(&(body.len() as u64).to_le_bytes())?;
    out.write_all(&header)?;
    out.write_all(body)?;
    out.flush()
}

/// Reads one frame whose parts are no longer than the given maxima; memory grows only with bytes that really arrive.
pub(super) fn read<H: DeserializeOwned>(
    input: &mut impl Read,
    max_header: u64,
    max_body: u64,
) -> io::Result<(H, Vec<u8>)> {
    let mut prefix = [0u8; 20];
    input.read_exact(&mut prefix)?;
    let (magic, lengths) = prefix.split_at(4);
    let (header_len, body_len) = (length(&lengths[..8]), length(&lengths[8..]));
    if magic != MAGIC {
        return Err(invalid("no frame starts here"));
    }
    if header_len > max_header || body_len > max_body {
        return Err(invalid(&format!(
            "a frame of {header_len} + {body_len} bytes is longer than {max_header} + {max_body}"
        )));
    }
    let header = read_len(input, header_len)?;
    let body = read_len(input, body_len)?;
    Ok((serde_json::from_slice(&header)?, body))
}

fn length(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |n, &b| n << 8 | u64::from(b))
}

fn read_len(input: &mut impl Read, len: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(len).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == len { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn invalid(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes, &Request { name: "ș.txt".into(), mime: None }, b"body").unwrap();
        bytes
    }

    #[test]
    fn a_frame_is_read_back() {
        let (request, body): (Request, _) = read(&mut frame().as_slice(), 1000, 1000).unwrap();
        assert_eq!((request.name.as_str(), body.as_slice()), ("ș.txt", b"body".as_slice()));
    }

    #[test]
    fn short_long_and_foreign_frames_are_refused() {
        let whole = frame();
        for cut in 0..whole.len() {
            assert!(read::<Request>(&mut &whole[..cut], 1000, 1000).is_err());
        }
        assert!(read::<Request>(&mut whole.as_slice(), 1000, 3).is_err());
        let mut foreign = whole;
        foreign[0] = b'X';
        assert!(read::<Request>(&mut foreign.as_slice(), 1000, 1000).is_err());
    }
}
