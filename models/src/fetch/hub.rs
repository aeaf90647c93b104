//! Source files from the Hugging Face hub, over HTTPS.

use std::io::Read;
use std::time::Duration;

use super::{FetchEvent, Files};
use crate::registry::{ModelSpec, SourceFile};

/// The hub, unless `HF_ENDPOINT` names a mirror, as for the hub's own tools.
const HUB: &str = "https://huggingface.co";

/// Bytes between two progress events.
const STEP: u64 = 1 << 20;

/// Downloads the model's files from a repository of the hub.
pub(super) fn get(
    spec: &'static ModelSpec,
    repository: &str,
    on_event: &mut dyn FnMut(FetchEvent),
) -> Result<Files, String> {
    let endpoint = std::env::var("HF_ENDPOINT").ok().filter(|value| !value.is_empty());
    let base =
        format!("{}/{repository}/resolve/main", endpoint.as_deref().unwrap_or(HUB).trim_end_matches('/'));
    download_all(spec, &base, on_event)
}

/// Downloads the model's files from a folder on a web server.
fn download_all(
    spec: &'static ModelSpec,
    base: &str,
    on_event: &mut dyn FnMut(FetchEvent),
) -> Result<Files, String> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_connect(Some(Duration::from_secs(15)))
        .timeout_recv_response(Some(Duration::from_secs(60)))
        .build()
        .into();
    spec.files.iter().map(|file| Ok((file, download(&agent, file, base, on_event)?))).collect()
}

/// One file; at most one byte more than its pinned size is read.
fn download(
    agent: &ureq::Agent,
    file: &'static SourceFile,
    base: &str,
    on_event: &mut dyn FnMut(FetchEvent),
) -> Result<Vec<u8>, String> {
    let response = agent.get(format!("{base}/{}", file.name)).call();
    let mut response = response.map_err(|e| format!("{}: {e}", file.name))?;
    let mut reader = response.body_mut().with_config().limit(file.bytes + 1).reader();
    let mut bytes = Vec::new();
    loop {
        let got =
            reader.by_ref().take(STEP).read_to_end(&mut bytes).map_err(|e| format!("{}: {e}", file.name))?;
        if got == 0 {
            return Ok(bytes);
        }
        on_event(FetchEvent::Progress { file: file.name, done: bytes.len() as u64, total: file.bytes });
    }
}
