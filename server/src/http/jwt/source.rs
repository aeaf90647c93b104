//! Reading the key set's bytes, within bounds of size and time. Blocks.

use std::io::Read as _;
use std::time::Duration;

use ureq::Agent;

use super::settings::{KeySource, is_loopback};

/// Largest key set, in bytes.
pub(super) const MAX_BYTES: u64 = 256 * 1024;

/// The set as it is there now.
pub(super) fn read(source: &KeySource, within: Duration) -> Result<Vec<u8>, String> {
    match source {
        KeySource::File(path) => {
            let file = std::fs::File::open(path).map_err(|e| format!("{}: {e}", path.display()))?;
            bounded(file).map_err(|e| format!("{}: {e}", path.display()))
        }
        KeySource::Url(url) => fetch(url, within).map_err(|e| format!("{url}: {e}")),
    }
}

fn fetch(url: &str, within: Duration) -> Result<Vec<u8>, String> {
    // Redirects could lead to where the operator did not point, over http too.
    let mut config = Agent::config_builder()
        .http_status_as_error(true)
        .max_redirects(0)
        .max_redirects_will_error(true)
        .accept_encoding("identity")
        .timeout_global(Some(within));
    let host = url.parse::<ureq::http::Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
    if host.as_deref().is_some_and(is_loopback) {
        config = config.proxy(None);
    } else {
        config = config.https_only(true);
    }
    let response = Agent::from(config.build()).get(url).call().map_err(|e| e.to_string())?;
    if !response.status().is_success() {
        return Err(format!("it answered {}", response.status().as_u16()));
    }
    bounded(response.into_body().into_reader())
}

fn bounded(reader: impl std::io::Read) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    reader.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("it has more than {MAX_BYTES} bytes"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_the_greatest_size_is_read_and_one_byte_more_is_not() {
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().join("jwks.json");
        let source = KeySource::File(path.clone());
        let second = Duration::from_secs(1);
        assert!(read(&source, second).expect_err("missing").contains("jwks.json"));
        for (size, ok) in [(MAX_BYTES, true), (MAX_BYTES + 1, false)] {
            std::fs::write(&path, vec![b' '; size as usize]).expect("write");
            assert_eq!(read(&source, second).is_ok(), ok, "{size}");
        }
    }
}
