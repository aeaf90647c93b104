//! The work of every front end: search, answer, ingest, read and delete. Blocking, no HTTP.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use footnote_index::{Engine, EngineOptions, Filter, KeySpec, Name, NewKey, Scope, SearchRequest};
use footnote_ingest::chunk::ChunkerConfig;
use footnote_ingest::pipeline::{IngestError, Pipeline};
use footnote_ingest::worker::{ExtractLimits, Extractor};
use footnote_models::{
    EmbeddingService, Encoder, ModelDir, ModelError, ModelStore, Precision, QueryEmbedding, RerankService,
    ServiceOptions,
};

use crate::answers;
use crate::answers::generated::{self, Asked, Told};
use crate::encoders::Encoders;
use crate::front::{Front, FrontSettings};
use crate::generators::{Cancel, Generators};
use crate::rerank::{self, Reranking};
pub use crate::retrieval::{EmbeddedQuestion, Retrieval, Retrieved};
use crate::wire;

/// Hits of a search unless said otherwise.
pub const DEFAULT_TOP_K: usize = 10;

/// Most hits of one search by API or command line.
pub const MAX_TOP_K: usize = 100;

/// Longest time a search waits for a migration's swap to be over.
const SWAP: std::time::Duration = std::time::Duration::from_secs(5);

/// Time between its attempts.
const AGAIN: std::time::Duration = std::time::Duration::from_millis(10);

/// Most passages an answer is made from.
pub const MAX_PASSAGES: usize = 20;

/// Longest question, in bytes; one longer than the encoder's input is embedded in windows.
pub const MAX_QUESTION_BYTES: usize = 8 * 1024;

/// What went wrong, by whose fault it is.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The caller's input breaks a stated limit.
    #[error("{0}")]
    Invalid(String),
    /// The index refused or failed.
    #[error(transparent)]
    Index(#[from] footnote_index::Error),
    /// The encoder is missing, overloaded or failed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// An ingest run could not go on.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The client's index was built with an encoder that cannot be had here.
    #[error(
        "client {client} was indexed with {stored}, the current settings are {current}, and the former cannot be loaded: {why}; \
         fetch it with `footnote models fetch`, or build the index anew with `footnote migrate`"
    )]
    OtherEncoder {
        /// The client.
        client: String,
        /// Name of the settings its index was built with.
        stored: String,
        /// Name of the settings in force.
        current: String,
        /// Why the former encoder cannot be had.
        why: String,
    },
    /// Nobody waits for the outcome any more.
    #[error("the request was given up")]
    Cancelled,
}

/// Settings of an app, resolved.
#[derive(Debug, Clone)]
pub struct AppSettings {
    /// The data directory.
    pub data: PathBuf,
    /// Name of the encoder.
    pub model: String,
    /// Name of the reranker, loaded when it is first needed; none if `None`.
    pub reranker: Option<String>,
    /// How it computes.
    pub inference: Inference,
    /// Least confidence with which a question is answered, 0 to 1, unless it says so itself; what was fitted for the kind of question
    /// if `None`.
    pub min_confidence: Option<f32>,
    /// Limits of the extract worker.
    pub limits: ExtractLimits,
}

/// How a model computes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Inference {
    /// In 8-bit integers or in f32; vectors of the two do not mix.
    pub precision: Precision,
    /// Threads; one a processor if `None`.
    pub threads: Option<NonZeroUsize>,
}

impl Inference {
    /// Loads an encoder and starts its threads.
    ///
    /// # Errors
    /// A missing, damaged or foreign file, by name.
    pub fn encoder(self, dir: &ModelDir) -> Result<EmbeddingService, ModelError> {
        let encoder = Encoder::load(dir, self.precision)?;
        let options = ServiceOptions { threads: self.threads, ..ServiceOptions::default() };
        Ok(EmbeddingService::spawn(encoder, options))
    }
}

/// An open data directory with an encoder.
pub struct App {
    encoders: Encoders,
    reranking: Option<Reranking>,
    min_confidence: Option<f32>,
    /// One ingest run at a time a process: runs share the encoder anyway, and one client's documents
    /// are published in the order they came.
    ingesting: Mutex<()>,
    /// Set once, when there are any.
    generators: OnceLock<Generators>,
    /// Set once, with the defaults when it is first needed.
    front: OnceLock<Front>,
}

impl App {
    /// Opens the data directory and loads the encoder. Nothing is fetched here.
    pub fn open(settings: &AppSettings, models: &ModelStore) -> Result<Self, AppError> {
        let engine = Arc::new(Engine::open(&settings.data, EngineOptions::default())?);
        let embedder = settings.inference.encoder(&models.open(&settings.model)?)?;
        Ok(Self::joined(engine, embedder, settings, models))
    }

    /// Joins parts that are open already, with the reranker that the settings name.
    pub(crate) fn joined(
        engine: Arc<Engine>,
        embedder: EmbeddingService,
        settings: &AppSettings,
        models: &ModelStore,
    ) -> Self {
        let named = |name: &String| Reranking::named(name, models, settings.inference);
        let reranking = settings.reranker.as_ref().map(named);
        let app = Self::new(engine, embedder, settings.limits.clone());
        let min_confidence = settings.min_confidence;
        Self {
            reranking,
            min_confidence,
            encoders: app.encoders.looked_for_in(models.clone(), settings.inference),
            ..app
        }
    }

    /// Joins parts that are open already; without a reranker.
    pub fn new(engine: Arc<Engine>, embedder: EmbeddingService, limits: ExtractLimits) -> Self {
        let pipeline = Pipeline::new(engine, embedder, Extractor::new(limits), ChunkerConfig::default());
        let encoders = Encoders::new(pipeline);
        Self {
            encoders,
            reranking: None,
            min_confidence: None,
            ingesting: Mutex::new(()),
            generators: OnceLock::new(),
            front: OnceLock::new(),
        }
    }

    /// The same with a reranker.
    #[must_use]
    pub fn with_reranker(self, reranker: RerankService) -> Self {
        Self { reranking: Some(Reranking::Loaded(reranker)), ..self }
    }

    /// The reranker, loaded now if it is not yet; `None` when none is configured.
    pub(crate) fn reranker(&self) -> Option<Result<RerankService, ModelError>> {
        self.reranking.as_ref().map(Reranking::service)
    }

    /// The configured reranker's name, without loading it.
    pub(crate) fn reranker_name(&self) -> Option<&str> {
        self.reranking.as_ref().map(Reranking::name)
    }

    /// The encoder of the settings in force, with a memory for questions that this client shares with no other.
    pub(crate) fn embedder_of(&self, scope: &Scope) -> EmbeddingService {
        partition(self.embedder(), scope)
    }

    /// Gives the app engines that write answers. Only the first call has an effect.
    pub fn set_generators(&self, generators: Generators) {
        drop(self.generators.set(generators));
    }

    /// The engines that write answers; none unless they were set.
    pub fn generators(&self) -> &Generators {
        static NONE: LazyLock<Generators> = LazyLock::new(Generators::default);
        self.generators.get().unwrap_or(&NONE)
    }

    /// Says how searches and answers are recorded, kept and counted. Only the first call has an effect, and only before
    /// the first use.
    pub fn set_front(&self, settings: FrontSettings) {
        drop(self.front.set(Front::new(Arc::clone(self.engine()), settings)));
    }

    /// History, cache and counters.
    pub fn front(&self) -> &Front {
        self.front.get_or_init(|| Front::new(Arc::clone(self.engine()), FrontSettings::default()))
    }

    /// The index.
    pub fn engine(&self) -> &Arc<Engine> {
        self.pipeline().engine()
    }

    /// The write path of the settings in force. Runs of one process take turns; see [`App::exclusive`].
    pub fn pipeline(&self) -> &Arc<Pipeline> {
        self.encoders.current()
    }

    /// What the client is served with and takes documents with: [`App::pipeline`], or the same with the encoder its index was
    /// built with, as long as it is not migrated.
    ///
    /// # Errors
    /// When that encoder cannot be had; the message says what to run.
    pub fn pipeline_of(&self, scope: &Scope) -> Result<Arc<Pipeline>, AppError> {
        self.encoders.of(scope)
    }

    /// The encoder of the settings in force.
    pub fn embedder(&self) -> &EmbeddingService {
        self.pipeline().embedder()
    }

    /// Runs `work` while no other ingest run of this process is going on.
    pub fn exclusive<T>(&self, work: impl FnOnce(&Pipeline) -> T) -> T {
        let _turn = self.ingesting.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        work(self.pipeline())
    }

    /// The operator's least confidence of answers, when there is one.
    pub(crate) fn min_confidence(&self) -> Option<f32> {
        self.min_confidence
    }

    /// Searches one client.
    pub fn search(&self, scope: &Scope, body: &wire::SearchBody) -> Result<wire::SearchResult, AppError> {
        self.search_until(scope, body, &Cancel::default())
    }

    /// As [`Self::search`]; `cancel` gives it up, between its stages.
    pub fn search_until(
        &self,
        scope: &Scope,
        body: &wire::SearchBody,
        cancel: &Cancel,
    ) -> Result<wire::SearchResult, AppError> {
        let reranked = body.rerank.unwrap_or(false);
        let top_k = within("top_k", body.top_k.unwrap_or(DEFAULT_TOP_K), MAX_TOP_K)?;
        let filter = body.filter.as_ref().map(Filter::parse).transpose()?;
        let retrieval = Retrieval {
            mode: body.mode.unwrap_or(footnote_index::Mode::Hybrid),
            explain: body.explain,
            filter: filter.as_ref(),
            facets: &body.facets,
            phrases: true,
            prefix: body.prefix,
            ..Retrieval::new(&body.query, if reranked { top_k.max(rerank::DEPTH) } else { top_k })
        };
        let (response, _) = self.retrieve(scope, &retrieval)?;
        if cancel.is_cancelled() {
            return Err(AppError::Cancelled);
        }
        let facet = |(field, values): (String, Vec<footnote_index::FacetValue>)| {
            (field, values.into_iter().map(Into::into).collect())
        };
        let highlighter = footnote_index::Highlighter::typed(&body.query, true, body.prefix);
        let hit = |hit: footnote_index::Hit| {
            let snippet = highlighter.snippet(&hit.text, hit.language.as_deref());
            wire::Hit { snippet: Some(snippet.into()), ..hit.into() }
        };
        let mut result = wire::SearchResult {
            hits: response.hits.into_iter().map(hit).collect(),
            facets: response.facets.into_iter().map(facet).collect(),
            degraded: response.degraded.into_iter().map(Into::into).collect(),
            timings_ms: response.timings_ms.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
            seq: response.seq,
            trace_id: None,
        };
        if reranked {
            self.rerank(&body.query, &mut result)?;
        }
        result.hits.truncate(top_k);
        Ok(result)
    }

    /// Puts hits in the reranker's order; without one they stay as they are, and the result says so.
    fn rerank(&self, question: &str, result: &mut wire::SearchResult) -> Result<(), AppError> {
        let started = std::time::Instant::now();
        let degraded = |reason: String| wire::Degraded { part: "rerank".to_owned(), reason };
        match self.reranker() {
            Some(Ok(service)) => {
                result.hits = rerank::rerank(&service, question, std::mem::take(&mut result.hits))?;
            }
            Some(Err(error)) => result.degraded.push(degraded(error.to_string())),
            None => result.degraded.push(degraded("no reranker is configured".to_owned())),
        }
        result.timings_ms.insert("rerank".to_owned(), started.elapsed().as_secs_f64() * 1000.0);
        Ok(())
    }

    /// Answers a question from one client's documents, or abstains.
    pub fn answer(&self, scope: &Scope, body: &wire::AnswerBody) -> Result<wire::Answer, AppError> {
        self.tell_answer(scope, body, &Cancel::default(), &mut |_| {})
    }

    /// As [`Self::answer`], and `tell` hears the answer while it is made. `cancel` gives it up.
    pub fn tell_answer(
        &self,
        scope: &Scope,
        body: &wire::AnswerBody,
        cancel: &Cancel,
        tell: &mut dyn FnMut(Told<'_>),
    ) -> Result<wire::Answer, AppError> {
        let engines = self.generators().chain(body.engine.as_deref()).map_err(AppError::Invalid)?;
        let passages = within("top_k", body.top_k.unwrap_or(answers::MOST), MAX_PASSAGES)?;
        let filter = body.filter.as_ref().map(Filter::parse).transpose()?;
        let resolved = answers::asked(body)?;
        let retrieval = Retrieval { filter: filter.as_ref(), ..Retrieval::new(&resolved.question, passages) };
        let asked = Asked {
            engines: &engines,
            enough: body.top_k.is_none(),
            min_confidence: share("min_confidence", body.min_confidence)?.or(self.min_confidence),
            cancel,
            tell,
        };
        let mut answer = generated::answer(self, scope, &retrieval, asked)?;
        answer.resolved_question = (resolved.question != body.question).then_some(resolved.question);
        Ok(answer)
    }

    /// The retrieval step of search and answers: embeds the question, runs the legs, fuses. The question's vector comes
    /// along when there is one.
    ///
    /// # Errors
    /// A question that is too long, an index that fails, and an encoder that fails when no other leg can answer.
    pub fn retrieve(&self, scope: &Scope, retrieval: &Retrieval<'_>) -> Result<Retrieved, AppError> {
        let until = std::time::Instant::now() + SWAP;
        loop {
            match self.retrieve_once(scope, retrieval) {
                // A migration swaps the index: what serves is said a moment before what is searched follows.
                Err(AppError::Index(footnote_index::Error::FingerprintMismatch { .. }))
                    if std::time::Instant::now() < until =>
                {
                    std::thread::sleep(AGAIN);
                }
                retrieved => return retrieved,
            }
        }
    }

    fn retrieve_once(&self, scope: &Scope, retrieval: &Retrieval<'_>) -> Result<Retrieved, AppError> {
        let Retrieval { question, top_k, mode, explain, filter, phrases, prefix, facets } = *retrieval;
        check_question(question)?;
        let mut degraded = None;
        let started = std::time::Instant::now();
        let embedded = if mode == footnote_index::Mode::Bm25 {
            None
        } else {
            // What is said of a word's end is said to the text leg.
            let words = if phrases { footnote_index::without_stars(question) } else { question.to_owned() };
            match self.embed_question(scope, &words) {
                Ok(embedded) => Some(embedded),
                Err(error) if mode == footnote_index::Mode::Hybrid => {
                    degraded = Some(error.to_string());
                    None
                }
                Err(error) => return Err(error),
            }
        };
        let long = embedded.as_ref().and_then(|(by, e)| in_windows(e, by.embedder().info().max_tokens));
        let embed_ms = started.elapsed().as_secs_f64() * 1000.0;
        let fingerprint = embedded.as_ref().map_or_else(String::new, |(by, _)| by.spec().fingerprint);
        let vector = embedded.as_ref().map(|(_, e)| (&*e.vector, fingerprint.as_str()));
        let mut request = SearchRequest::new(question, vector, top_k);
        request.mode = mode;
        request.explain = explain;
        request.filter = filter;
        request.facets = facets;
        request.phrases = phrases;
        request.prefix = prefix;
        let mut response = self.engine().search(scope, &request)?;
        if let Some(reason) = degraded {
            response.degraded.retain(|d| d.part != "dense");
            response.degraded.push(footnote_index::Degraded { part: "dense", reason });
        }
        if let Some(reason) = long {
            response.degraded.push(footnote_index::Degraded { part: "query", reason });
        }
        response.timings_ms.insert("embed", embed_ms);
        let asked =
            embedded.map(|(by, e)| EmbeddedQuestion { vector: e.vector, encoder: by.embedder().clone() });
        Ok((response, asked))
    }

    /// Embeds a question with the client's encoder; one that the same client asked lately comes from memory.
    fn embed_question(
        &self,
        scope: &Scope,
        question: &str,
    ) -> Result<(Arc<Pipeline>, QueryEmbedding), AppError> {
        let pipeline = self.pipeline_of(scope)?;
        let embedded = partition(pipeline.embedder(), scope).embed_query_blocking(question)?;
        Ok((pipeline, embedded))
    }
}

/// The encoder with the client's own memory for questions: another client's must not be told by the time they take.
fn partition(encoder: &EmbeddingService, scope: &Scope) -> EmbeddingService {
    // Names hold no slash.
    encoder.partition(&format!("{}/{}", scope.tenant(), scope.client()))
}

/// What is said of a question that one pass of a model of `max` tokens cannot take.
fn in_windows(embedded: &QueryEmbedding, max: usize) -> Option<String> {
    let QueryEmbedding { windows, tokens, truncated, .. } = embedded;
    let cut = if *truncated { ", without its end" } else { "" };
    (*windows > 1).then(|| {
        format!(
            "the question has {tokens} tokens, more than the model's {max}: \
             it was embedded in {windows} windows{cut}"
        )
    })
}

fn check_question(question: &str) -> Result<(), AppError> {
    if question.trim().is_empty() {
        return Err(AppError::Invalid("the question is empty".into()));
    }
    if question.len() > MAX_QUESTION_BYTES {
        return Err(AppError::Invalid(format!(
            "the question has {} bytes, the limit is {MAX_QUESTION_BYTES}",
            question.len()
        )));
    }
    Ok(())
}

fn within(name: &str, value: usize, max: usize) -> Result<usize, AppError> {
    if (1..=max).contains(&value) {
        Ok(value)
    } else {
        Err(AppError::Invalid(format!("{name} is {value}, use 1 to {max}")))
    }
}

/// A share, 0 to 1.
pub(crate) fn share(name: &str, value: Option<f32>) -> Result<Option<f32>, AppError> {
    match value {
        Some(value) if !(0.0..=1.0).contains(&value) => {
            Err(AppError::Invalid(format!("{name} is {value}, use 0 to 1")))
        }
        within => Ok(within),
    }
}

/// Milliseconds since the Unix epoch, `seconds` from now.
pub fn in_seconds(seconds: i64) -> i64 {
    jiff::Timestamp::now().as_millisecond().saturating_add(seconds.saturating_mul(1000))
}

/// Makes a key like `id` of the same tenant and lets the old one work `overlap_s` seconds more.
pub fn rotate_key(engine: &Engine, tenant: &Name, id: &str, overlap_s: i64) -> Result<NewKey, AppError> {
    let control = engine.control();
    let old =
        control.keys(tenant)?.into_iter().find(|k| k.id == id && k.revoked_ms.is_none()).ok_or_else(
            || AppError::Invalid(format!("no live key {id}; `footnote key list` shows the ids")),
        )?;
    let made = control.create_key(&KeySpec {
        tenant: tenant.clone(),
        label: old.label,
        role: old.role,
        clients: old.clients,
        expires_ms: old.expires_ms,
    })?;
    let until = in_seconds(overlap_s.max(0));
    control.expire_key(tenant, id, old.expires_ms.map_or(until, |at| at.min(until)))?;
    Ok(made)
}
