//! Commands done by a running server, over its HTTP API.

mod history;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use footnote_ingest::pipeline::{
    Entry, Event, Manifest, PathOptions, RECORD_MIME, Report, Source, Status, find_files, name_renamed,
    read_file, removals,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use ureq::Agent;
use ureq::http::Response;

use super::backend::{Backend, Sync};
use super::config::Settings;
use crate::patience::patiently;
use crate::wire::{
    Answer, AnswerBody, ChunkPageOut, ClientBody, ClientOut, DocumentOut, DocumentPage, KeyBody, KeyOut,
    List, MigrationOut, NewKeyOut, RotateBody, SearchBody, SearchResult, SyncBody, SyncResult, TextOut,
    UploadResult,
};

/// Largest file sent, in bytes; the server has its own limit.
const MAX_FILE: u64 = 64 << 20;

/// Longest wait for an uploaded document to become searchable.
const PATIENCE: Duration = Duration::from_secs(600);

/// A server to talk to.
pub(crate) struct Remote {
    agent: Agent,
    base: String,
    key: Option<String>,
    client: Option<String>,
}

impl Remote {
    pub(crate) fn new(url: &str, settings: &Settings) -> anyhow::Result<Self> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_global(Some(Duration::from_secs(120)))
            .build();
        anyhow::ensure!(
            url.starts_with("http://") || url.starts_with("https://"),
            super::config::Usage(format!("--server {url:?}: use a URL such as http://127.0.0.1:7700"))
        );
        Ok(Self {
            agent: config.into(),
            base: url.to_owned(),
            key: settings.key.clone(),
            client: settings.client.as_ref().map(ToString::to_string),
        })
    }

    fn headers<B>(&self, mut request: ureq::RequestBuilder<B>) -> ureq::RequestBuilder<B> {
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        if let Some(client) = &self.client {
            request = request.header("x-client-id", client);
        }
        request
    }

    fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        self.read(patiently(|| self.headers(self.agent.get(format!("{}{path}", self.base))).call()))
    }

    fn post<T: DeserializeOwned>(&self, path: &str, body: &impl serde::Serialize) -> anyhow::Result<T> {
        let url = format!("{}{path}", self.base);
        self.read(patiently(|| self.headers(self.agent.post(&url)).send_json(body)))
    }

    fn remove(&self, path: &str) -> anyhow::Result<()> {
        let response = patiently(|| self.headers(self.agent.delete(format!("{}{path}", self.base))).call());
        let response = self.reached(response)?;
        if response.status().is_success() { Ok(()) } else { Err(problem(response)) }
    }

    fn reached<T>(&self, result: Result<T, ureq::Error>) -> anyhow::Result<T> {
        result.with_context(|| format!("cannot reach the server at {}; is it running there?", self.base))
    }

    fn read<T: DeserializeOwned>(
        &self,
        result: Result<Response<ureq::Body>, ureq::Error>,
    ) -> anyhow::Result<T> {
        let mut response = self.reached(result)?;
        if !response.status().is_success() {
            return Err(problem(response));
        }
        let text = response.body_mut().with_config().limit(1 << 30).read_to_string()?;
        serde_json::from_str(&text).with_context(|| format!("unexpected answer from {}", self.base))
    }

    /// Where a client's migration stands.
    pub(super) fn migration(&self, client: &str) -> anyhow::Result<MigrationOut> {
        self.get(&format!("/v1/clients/{client}/migration"))
    }

    /// Has a client's index built anew in the background.
    pub(super) fn migrate(&self, client: &str) -> anyhow::Result<MigrationOut> {
        self.post(&format!("/v1/clients/{client}/migration"), &serde_json::json!({}))
    }

    /// Swaps a client back to the index that served before.
    pub(super) fn roll_back(&self, client: &str) -> anyhow::Result<MigrationOut> {
        self.post(&format!("/v1/clients/{client}/migration/rollback"), &serde_json::json!({}))
    }

    /// Unpacks a client's snapshot below `folder`, in a folder of the client's name. It takes as long as it takes.
    pub(super) fn snapshot(&self, client: &str, folder: &Path) -> anyhow::Result<()> {
        let request = self.agent.get(format!("{}/v1/clients/{client}/snapshot", self.base));
        let request = self.headers(request).config().timeout_global(None).build();
        let response = self.reached(request.call())?;
        if !response.status().is_success() {
            return Err(problem(response));
        }
        let mut archive = tar::Archive::new(response.into_body().into_reader());
        archive.set_preserve_permissions(false);
        let cut = || "the server did not send the snapshot whole; take it again";
        archive.unpack(folder).with_context(cut)
    }

    /// Uploads one source without waiting for it to be searchable.
    fn upload(&self, source: &Source) -> anyhow::Result<UploadResult> {
        let url = format!("{}/v1/documents", self.base);
        if source.mime.as_deref() == Some(RECORD_MIME) {
            // As a line of its file, so that the record is the same document however it was sent.
            let file = source.uri.strip_suffix(&format!("#{}", source.name)).unwrap_or(&source.uri);
            let sent = patiently(|| {
                let request = self.headers(self.agent.post(&url)).query("uri", file);
                request.header("content-type", "application/x-ndjson").send(&source.bytes[..])
            });
            let batch: List<UploadResult> = self.read(sent)?;
            return batch.data.into_iter().next().context("the server answered with no result");
        }
        let mime = source.mime.as_deref().unwrap_or("application/octet-stream");
        self.read(patiently(|| {
            let request = self.headers(self.agent.post(&url)).query("uri", &source.uri);
            request.header("content-type", mime).send(&source.bytes[..])
        }))
    }

    /// Waits until an accepted version is visible or failed.
    fn settle(&self, entry: &mut Entry, deadline: Instant) -> anyhow::Result<()> {
        let (Some(id), Some(version)) = (entry.document_id.clone(), entry.version) else { return Ok(()) };
        loop {
            let document: DocumentOut = self.get(&format!("/v1/documents/{id}"))?;
            if document.version >= version && document.state == "visible" {
                entry.chunks = usize::try_from(document.chunks).unwrap_or(usize::MAX);
                entry.warnings = document.warnings;
                return Ok(());
            }
            if let Some(reason) = document.reason {
                let code = document.code.unwrap_or_else(|| "failed".into());
                entry.status = if code == "unsupported_format" { Status::Skipped } else { Status::Failed };
                (entry.code, entry.reason) = (code, Some(reason));
                return Ok(());
            }
            anyhow::ensure!(
                Instant::now() < deadline,
                "document {id} is still being worked on; look again with `footnote documents show {id}`"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn sync(&self, manifest: &Manifest, dry_run: bool, sync: Sync) -> anyhow::Result<SyncResult> {
        self.post("/v1/sync", &SyncBody { manifest: manifest.clone(), dry_run, force: sync.force })
    }

    /// Uploads a file, or the records in it, but for those that are `unchanged`.
    fn ingest_file(
        &self,
        path: &Path,
        dry_run: bool,
        unchanged: &HashSet<&str>,
        each: &mut dyn FnMut(Entry),
    ) -> anyhow::Result<()> {
        let mut outcome = Ok(());
        read_file(path, MAX_FILE, |source| {
            match source {
                Ok(source) if unchanged.contains(source.uri.as_str()) => {
                    each(Entry::new(&source.uri, Status::Skipped, "unchanged"));
                }
                Ok(source) if dry_run => each(Entry::new(&source.uri, Status::Ingested, "planned")),
                Ok(source) => match self.upload(&source) {
                    Ok(result) => each(Entry {
                        reason: result.reason,
                        document_id: result.document_id,
                        version: result.version,
                        chunks: result.chunks,
                        ..Entry::new(&source.uri, status_of(&result.status), &result.code)
                    }),
                    Err(error) if error.is::<Rejected>() => {
                        each(Entry {
                            reason: Some(error.to_string()),
                            ..Entry::new(&source.uri, Status::Failed, "rejected")
                        });
                    }
                    Err(error) => outcome = Err(error),
                },
                Err(entry) => each(entry),
            }
            outcome.is_ok()
        });
        outcome
    }
}

fn status_of(text: &str) -> Status {
    match text {
        "skipped" => Status::Skipped,
        "failed" => Status::Failed,
        _ => Status::Ingested,
    }
}

/// The server refused this one document (too large, bad metadata); others may still go through.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Rejected(String);

/// A problem+json answer as an error: its detail, which names the thing and the fix.
fn problem(mut response: Response<ureq::Body>) -> anyhow::Error {
    let status = response.status();
    let body = response.body_mut().with_config().limit(1 << 20).read_to_string().unwrap_or_default();
    let parsed: Value = serde_json::from_str(&body).unwrap_or_default();
    let detail = parsed["detail"].as_str().or(parsed["title"].as_str()).unwrap_or("no details");
    let code = parsed["code"].as_str().unwrap_or("error");
    let text = format!("server says {} ({code}): {detail}", status.as_u16());
    if matches!(status.as_u16(), 413 | 415 | 422) { Rejected(text).into() } else { anyhow::Error::msg(text) }
}

impl Backend for Remote {
    fn search(&self, body: &SearchBody) -> anyhow::Result<SearchResult> {
        self.post("/v1/search", body)
    }

    fn answer(&self, body: &AnswerBody) -> anyhow::Result<Answer> {
        self.post("/v1/answers", body)
    }

    fn ingest(
        &self,
        paths: &[PathBuf],
        options: &PathOptions,
        sync: Option<Sync>,
        on: &mut dyn FnMut(Event<'_>),
    ) -> anyhow::Result<Report> {
        let started = Instant::now();
        let manifest = sync.map(|_| Manifest::of_paths(paths, options, MAX_FILE)).transpose()?;
        let plan = match (&manifest, sync) {
            (Some(manifest), Some(sync)) => {
                let plan = self.sync(manifest, true, sync)?.plan;
                plan.check_deletions(sync.force || options.dry_run)?;
                Some(plan)
            }
            _ => None,
        };
        let unchanged: HashSet<&str> =
            plan.iter().flat_map(|plan| &plan.unchanged).map(String::as_str).collect();
        let files = find_files(paths, options)?;
        on(Event::Found { files: files.len() });
        let mut entries = Vec::new();
        for file in files {
            match file {
                Ok(path) => {
                    self.ingest_file(&path, options.dry_run, &unchanged, &mut |entry| entries.push(entry))?;
                }
                Err(entry) => entries.push(entry),
            }
            on(Event::FileDone);
        }
        let deadline = Instant::now() + PATIENCE;
        let mut report = Report::new(options.dry_run);
        for mut entry in entries {
            if entry.status == Status::Ingested && !options.dry_run {
                self.settle(&mut entry, deadline)?;
            }
            on(Event::Done(&entry));
            report.push(entry);
        }
        if let (Some(manifest), Some(sync), Some(plan)) = (&manifest, sync, &plan) {
            name_renamed(&mut report, plan);
            let mut removed = removals(plan, &report);
            if !options.dry_run && !removed.is_empty() {
                // Asked again: only the server knows what has become searchable meanwhile.
                let gone: HashSet<String> =
                    self.sync(manifest, false, sync)?.plan.deleted.into_iter().collect();
                removed.retain(|(uri, _)| gone.contains(uri));
            }
            for (uri, reason) in removed {
                let entry = Entry { reason, ..Entry::new(uri, Status::Deleted, "deleted") };
                on(Event::Done(&entry));
                report.push(entry);
            }
        }
        report.seconds = started.elapsed().as_secs_f64();
        Ok(report)
    }

    fn documents(&self, after: Option<&str>) -> anyhow::Result<DocumentPage> {
        let after = after.map(|id| format!("&after={id}")).unwrap_or_default();
        self.get(&format!("/v1/documents?limit=500{after}"))
    }

    fn document(&self, id: &str) -> anyhow::Result<DocumentOut> {
        self.get(&format!("/v1/documents/{}", segment(id)))
    }

    fn chunks(&self, id: &str, after: Option<u32>) -> anyhow::Result<ChunkPageOut> {
        let after = after.map_or_else(String::new, |ordinal| format!("&after={ordinal}"));
        self.get(&format!("/v1/documents/{}/chunks?limit=500{after}", segment(id)))
    }

    fn text(
        &self,
        id: &str,
        version: Option<u32>,
        start: Option<usize>,
        end: Option<usize>,
    ) -> anyhow::Result<TextOut> {
        let mut query = Vec::new();
        query.extend(version.map(|v| format!("version={v}")));
        query.extend(start.map(|v| format!("start={v}")));
        query.extend(end.map(|v| format!("end={v}")));
        self.get(&format!("/v1/documents/{}/text?{}", segment(id), query.join("&")))
    }

    fn delete(&self, id: &str) -> anyhow::Result<()> {
        self.remove(&format!("/v1/documents/{}", segment(id)))
    }

    fn clients(&self) -> anyhow::Result<Vec<String>> {
        let list: List<ClientOut> = self.get("/v1/clients")?;
        Ok(list.data.into_iter().map(|c| c.name).collect())
    }

    fn add_client(&self, name: &str) -> anyhow::Result<bool> {
        let url = format!("{}/v1/clients", self.base);
        let body = ClientBody { name: name.to_owned() };
        let response = self.reached(self.headers(self.agent.post(url)).send_json(&body))?;
        match response.status().as_u16() {
            201 => Ok(true),
            200 => Ok(false),
            _ => Err(problem(response)),
        }
    }

    fn remove_client(&self, name: &str) -> anyhow::Result<()> {
        self.remove(&format!("/v1/clients/{}", segment(name)))
    }

    fn keys(&self) -> anyhow::Result<Vec<KeyOut>> {
        let list: List<KeyOut> = self.get("/v1/keys")?;
        Ok(list.data)
    }

    fn add_key(&self, body: &KeyBody) -> anyhow::Result<NewKeyOut> {
        self.post("/v1/keys", body)
    }

    fn revoke_key(&self, id: &str) -> anyhow::Result<()> {
        self.remove(&format!("/v1/keys/{}", segment(id)))
    }

    fn rotate_key(&self, id: &str, overlap_s: i64) -> anyhow::Result<NewKeyOut> {
        self.post(&format!("/v1/keys/{}/rotate", segment(id)), &RotateBody { overlap_s })
    }
}

/// A path segment with everything but unreserved characters escaped.
fn segment(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
