//! Source files from the Hugging Face hub, over HTTPS. An interrupted download is resumed.

use std::io::{Read, Write as _};
use std::path::Path;
use std::time::Duration;

use super::part::Part;
use super::{FetchEvent, Files};
use crate::hash;
use crate::registry::{ModelSpec, SourceFile};

/// The hub, unless a mirror is named.
const HUB: &str = "https://huggingface.co";

/// Bytes between two progress events.
const STEP: u64 = 1 << 20;

/// Downloads the model's files from its repository on the hub, at `endpoint` or where `HF_ENDPOINT` says, as for the
/// hub's own tools. What has arrived is kept in `root` until the model is in place.
pub(super) fn get(
    spec: &'static ModelSpec,
    endpoint: Option<&str>,
    root: &Path,
    on_event: &mut dyn FnMut(FetchEvent),
) -> Result<Files, String> {
    let repository = spec.hub.ok_or("it has no repository with these very files")?;
    let variable = std::env::var("HF_ENDPOINT").ok().filter(|value| !value.is_empty());
    let endpoint = endpoint.or(variable.as_deref()).unwrap_or(HUB).trim_end_matches('/');
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_connect(Some(Duration::from_secs(15)))
        .timeout_recv_response(Some(Duration::from_secs(60)))
        .build()
        .into();
    let get = |file: &'static SourceFile| {
        let url = format!("{endpoint}/{repository}/resolve/main/{}", file.name);
        let mut part = Part::find(root, spec, file)?;
        let bytes = download(&agent, &url, file, &mut part, on_event);
        Ok((file, bytes.map_err(|reason| format!("{}: {reason}", file.name))?))
    };
    spec.files.iter().map(get).collect()
}

/// One file. If it was resumed and its hash is wrong, it is downloaded again from the start, in case it was the part
/// that was damaged; a file with a wrong hash is returned, but not kept.
fn download(
    agent: &ureq::Agent,
    url: &str,
    file: &'static SourceFile,
    part: &mut Part,
    on_event: &mut dyn FnMut(FetchEvent),
) -> Result<Vec<u8>, String> {
    loop {
        let resumed = part.have > 0;
        if part.have < file.bytes {
            receive(agent, url, file, part, on_event)?;
        }
        let bytes = part.read(file.bytes + 1)?;
        if hash::sha256_hex(&bytes) == file.sha256 {
            return Ok(bytes);
        }
        part.clear()?;
        if !resumed {
            return Ok(bytes);
        }
    }
}

/// Asks for what is missing, and adds it to the part as it comes: at most one byte more than there should be.
fn receive(
    agent: &ureq::Agent,
    url: &str,
    file: &'static SourceFile,
    part: &mut Part,
    on_event: &mut dyn FnMut(FetchEvent),
) -> Result<(), String> {
    let mut request = agent.get(url);
    if part.have > 0 {
        request = request.header("Range", format!("bytes={}-", part.have));
    }
    let mut response = request.call().map_err(|e| e.to_string())?;
    let range = response.headers().get("Content-Range").and_then(|value| value.to_str().ok());
    let goes_on = range.is_some_and(|range| range.starts_with(&format!("bytes {}-", part.have)));
    if part.have > 0 && !(response.status() == 206 && goes_on) {
        // The server sends the file from its start.
        part.clear()?;
    }
    let mut to = part.open()?;
    let mut from = response.body_mut().with_config().limit(file.bytes + 1).reader();
    let mut buffer = Vec::new();
    while part.have <= file.bytes {
        buffer.clear();
        let step = STEP.min(file.bytes + 1 - part.have);
        let ended = from.by_ref().take(step).read_to_end(&mut buffer);
        to.write_all(&buffer).map_err(|e| format!("cannot write what arrived: {e}"))?;
        part.have += buffer.len() as u64;
        on_event(FetchEvent::Progress { file: file.name, done: part.have, total: file.bytes });
        let resume = |reason: &dyn std::fmt::Display| {
            format!("{reason}, after {} of {} bytes; run it again to go on from there", part.have, file.bytes)
        };
        ended.map_err(|e| resume(&e))?;
        if buffer.is_empty() && part.have < file.bytes {
            return Err(resume(&"the connection ended"));
        }
        if buffer.is_empty() {
            break;
        }
    }
    Ok(())
}
