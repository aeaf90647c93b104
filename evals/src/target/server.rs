use std::ops::Range;
use std::time::Duration;

use footnote_ingest::pipeline::{RECORD_MIME, Source};
use footnote_server::patience::patiently;
use footnote_server::wire::{
    Answer, AnswerBody, ClientBody, ClientOut, DocumentPage, JobDetail, SearchBody, SearchResult, TextOut,
    UploadResult,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use ureq::Agent;
use ureq::http::Response;

use super::{Client, DocumentRef, Host, TargetError, unique};
use crate::progress::Progress;
use crate::report::ModelManifest;

/// Records sent at once.
const BATCH: usize = 200;
/// Largest answer read, in bytes.
const MAX_ANSWER: u64 = 256 << 20;
/// Time between two looks at what is still being worked on.
const PAUSE: Duration = Duration::from_millis(200);

/// A running server.
pub struct Server {
    agent: Agent,
    url: String,
    key: Option<String>,
}

impl Server {
    /// A server at a URL such as `http://127.0.0.1:7700`, asked with an API key (an admin's, where clients are made).
    #[must_use]
    pub fn new(url: &str, key: Option<String>) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_global(Some(Duration::from_secs(600)))
            .build();
        Self { agent: config.into(), url: url.trim_end_matches('/').to_owned(), key }
    }

    /// A client that is there.
    #[must_use]
    pub fn client(&self, name: &str) -> impl Client + '_ {
        ServerClient { server: self, name: name.to_owned(), made: false }
    }

    fn request<B>(
        &self,
        client: Option<&str>,
        mut request: ureq::RequestBuilder<B>,
    ) -> ureq::RequestBuilder<B> {
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        if let Some(client) = client {
            request = request.header("x-client-id", client);
        }
        request
    }

    fn reached(
        &self,
        result: Result<Response<ureq::Body>, ureq::Error>,
    ) -> Result<Response<ureq::Body>, TargetError> {
        let mut response = result
            .map_err(|error| TargetError::Unreachable { url: self.url.clone(), reason: error.to_string() })?;
        if response.status().is_success() {
            return Ok(response);
        }
        let problem: Problem = response
            .body_mut()
            .with_config()
            .limit(1 << 20)
            .read_to_string()
            .ok()
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        let Problem { code, detail } = problem;
        Err(TargetError::Refused { status: response.status().as_u16(), code, detail })
    }

    fn read<T: DeserializeOwned>(
        &self,
        result: Result<Response<ureq::Body>, ureq::Error>,
    ) -> Result<T, TargetError> {
        let text = self.reached(result)?.body_mut().with_config().limit(MAX_ANSWER).read_to_string();
        let text = text.map_err(|error| TargetError::Unexpected(error.to_string()))?;
        serde_json::from_str(&text).map_err(|error| TargetError::Unexpected(error.to_string()))
    }

    fn get<T: DeserializeOwned>(&self, client: &str, path: &str) -> Result<T, TargetError> {
        self.read(patiently(|| {
            self.request(Some(client), self.agent.get(format!("{}{path}", self.url))).call()
        }))
    }

    fn post<T: DeserializeOwned>(
        &self,
        client: Option<&str>,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, TargetError> {
        let url = format!("{}{path}", self.url);
        self.read(patiently(|| self.request(client, self.agent.post(&url)).send_json(body)))
    }
}

/// What matters of problem+json.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Problem {
    code: String,
    detail: String,
}

/// What an upload of many documents brings.
#[derive(Deserialize)]
struct Batch {
    data: Vec<UploadResult>,
    job_id: Option<String>,
}

impl Host for Server {
    fn fill<'a>(&'a self, name: &str, sources: Vec<Source>) -> Result<Box<dyn Client + 'a>, TargetError> {
        let name = unique(name);
        let _: ClientOut = self.post(None, "/v1/clients", &ClientBody { name: name.clone() })?;
        let client = ServerClient { server: self, name, made: true };
        let mut progress = Progress::start("uploading", sources.len(), "documents");
        let (records, files): (Vec<Source>, Vec<Source>) =
            sources.into_iter().partition(|source| source.mime.as_deref() == Some(RECORD_MIME));
        for batch in records.chunks(BATCH) {
            client.upload_records(batch)?;
            progress.advance(batch.len());
        }
        for file in &files {
            client.upload_file(file)?;
            progress.advance(1);
        }
        progress.finish();
        Ok(Box::new(client))
    }

    fn engine(&self) -> &'static str {
        "http"
    }

    fn meaning(&self) -> Option<(ModelManifest, String)> {
        None
    }
}

struct ServerClient<'a> {
    server: &'a Server,
    name: String,
    /// Made here, and so removed when dropped.
    made: bool,
}

impl ServerClient<'_> {
    /// Sends records as lines of the files they are of, so that their uris are those of an ingest in this process.
    fn upload_records(&self, records: &[Source]) -> Result<(), TargetError> {
        let mut rest = records;
        while let Some(first) = rest.first() {
            let file = |source: &Source| {
                let end = format!("#{}", source.name);
                source.uri.strip_suffix(&end).unwrap_or(&source.uri).to_owned()
            };
            let uri = file(first);
            let same = rest.iter().take_while(|source| file(source) == uri).count();
            let (now, later) = rest.split_at(same);
            rest = later;
            let mut body = Vec::new();
            for source in now {
                body.extend_from_slice(&source.bytes);
                body.push(b'\n');
            }
            self.settled(self.upload(&uri, "application/x-ndjson", &body)?)?;
        }
        Ok(())
    }

    fn upload_file(&self, file: &Source) -> Result<(), TargetError> {
        let mime = file.mime.as_deref().unwrap_or("application/octet-stream");
        let result: UploadResult = self.upload(&file.uri, mime, &file.bytes)?;
        let job_id = result.job_id.clone();
        self.settled(Batch { data: vec![result], job_id })
    }

    fn upload<T: DeserializeOwned>(&self, uri: &str, mime: &str, bytes: &[u8]) -> Result<T, TargetError> {
        let server = self.server;
        let request = server.agent.post(format!("{}/v1/documents", server.url));
        let request = server.request(Some(&self.name), request).query("uri", uri).query("wait", "true");
        server.read(request.header("content-type", mime).send(bytes))
    }

    /// Waits until everything is searchable; the first document that failed is an error.
    fn settled(&self, batch: Batch) -> Result<(), TargetError> {
        let mut results = batch.data;
        loop {
            if let Some(lost) = results.iter().find(|result| result.status == "failed") {
                let reason = lost.reason.clone().unwrap_or_else(|| lost.code.clone());
                return Err(TargetError::Document { uri: lost.uri.clone(), reason });
            }
            let waiting = results.iter().any(|result| result.status == "accepted");
            let Some(job) = batch.job_id.as_ref().filter(|_| waiting) else { return Ok(()) };
            std::thread::sleep(PAUSE);
            let detail: JobDetail = self.server.get(&self.name, &format!("/v1/jobs/{job}?limit=1000"))?;
            results = detail.data;
        }
    }
}

impl Client for ServerClient<'_> {
    fn search(&self, body: &SearchBody) -> Result<SearchResult, TargetError> {
        self.server.post(Some(&self.name), "/v1/search", body)
    }

    fn answer(&self, body: &AnswerBody) -> Result<Answer, TargetError> {
        self.server.post(Some(&self.name), "/v1/answers", body)
    }

    fn text(&self, document: &str, version: u32, place: Range<usize>) -> Result<String, TargetError> {
        let Range { start, end } = place;
        let path = format!("/v1/documents/{document}/text?version={version}&start={start}&end={end}");
        let text: TextOut = self.server.get(&self.name, &path)?;
        Ok(text.text)
    }

    fn documents(&self) -> Result<Vec<DocumentRef>, TargetError> {
        let mut documents = Vec::new();
        let mut after = String::new();
        loop {
            let page: DocumentPage =
                self.server.get(&self.name, &format!("/v1/documents?limit=1000{after}"))?;
            let last = page.data.last().map(|document| format!("&after={}", document.id));
            let shown = page.data.into_iter().filter(|it| it.state == "visible");
            documents.extend(shown.map(|it| DocumentRef { id: it.id, uri: it.uri, version: it.version }));
            match last.filter(|_| page.has_more) {
                Some(last) => after = last,
                None => return Ok(documents),
            }
        }
    }
}

impl Drop for ServerClient<'_> {
    fn drop(&mut self) {
        if !self.made {
            return;
        }
        let server = self.server;
        let request = server.agent.delete(format!("{}/v1/clients/{}", server.url, self.name));
        if let Err(error) = server.reached(server.request(None, request).call()) {
            eprintln!("client {} is still on the server: {error}", self.name);
        }
    }
}
