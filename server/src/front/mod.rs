//! What every front end does around a search or an answer: serve it from memory when nothing has changed since, record it,
//! count it. The command line, the routes and the shapes of other APIs all ask through [`App::serve_search`] and
//! [`App::serve_answer`].

mod cache;
mod count;
mod settings;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use footnote_index::{Engine, Scope, Visible, new_history_id};

pub use cache::CacheLoad;
pub use settings::{CacheSettings, FrontSettings, HistorySettings, MetricsSettings};

use crate::answers;
use crate::answers::generated::{Told, messages};
use crate::app::{App, AppError};
use crate::generators::{Cancel, EXTRACTIVE};
use crate::history::{self, Recorder, RecorderLoad};
use crate::metrics::Metrics;
use crate::wire::{Answer, AnswerBody, Degraded, SearchBody, SearchResult};
use cache::{Cache, Kept, Question, digest};

/// History, cache and counters of one app.
#[derive(Debug)]
pub struct Front {
    pub(crate) history: Recorder,
    pub(crate) cache: Cache,
    pub(crate) metrics: Metrics,
    pub(crate) metrics_token: Option<String>,
    pub(crate) started_ms: i64,
}

impl Front {
    pub(crate) fn new(engine: Arc<Engine>, settings: FrontSettings) -> Self {
        Self {
            history: Recorder::new(engine, settings.history),
            cache: Cache::new(settings.cache),
            metrics: Metrics::default(),
            metrics_token: settings.metrics.token,
            started_ms: crate::app::in_seconds(0),
        }
    }

    /// Writes what the history still has in memory.
    pub fn flush(&self) {
        self.history.flush_all();
    }

    /// How the history's queue stands.
    pub fn history_load(&self) -> RecorderLoad {
        self.history.load()
    }

    /// How full the cache is.
    pub fn cache_load(&self) -> CacheLoad {
        self.cache.load()
    }
}

/// Who asks, and what may be done with an earlier answer.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// Id of the key; empty for the command line.
    pub by: &'a str,
    /// Whether an answer from memory is wanted.
    pub from_cache: bool,
    /// Whether the answer may be kept in memory.
    pub to_cache: bool,
}

impl<'a> Asking<'a> {
    /// A caller who takes what is there.
    pub fn new(by: &'a str) -> Self {
        Self { by, from_cache: true, to_cache: true }
    }
}

/// What the cache had to do with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheUse {
    /// It is from memory, and so old.
    Hit(Duration),
    /// It was made now and kept.
    Stored,
    /// It was made now and not kept: it may be another the next time, a write was on its way, a part was missing, or it is
    /// too large.
    Miss,
    /// The caller wants nothing kept, or there is no cache.
    Bypass,
}

/// A result with what is told in headers.
#[derive(Debug, Clone)]
pub struct Served<T> {
    /// The result.
    pub value: T,
    /// Where it came from.
    pub cache: CacheUse,
    /// What it depends on, hashed: equal for equal results. Missing for one that is not the same every time.
    pub tag: Option<String>,
}

impl App {
    /// Searches, or serves what the same search found at the same commit; recorded and counted. `cancel` gives it up.
    ///
    /// # Errors
    /// As [`App::search_until`].
    pub fn serve_search(
        &self,
        scope: &Scope,
        asking: Asking<'_>,
        body: &SearchBody,
        cancel: &Cancel,
    ) -> Result<Served<SearchResult>, AppError> {
        let started = Instant::now();
        let front = self.front();
        let at = self.engine().visible(scope)?;
        // An explanation says how the work was done this time.
        let question = (!body.explain).then(|| digest(&("search", self.meaning(), body)));
        let mut served = match self.kept(scope, asking, at, question) {
            Some((Kept::Search(result), age)) => {
                let timings_ms = timings(started);
                let value = SearchResult { timings_ms, ..Arc::unwrap_or_clone(result) };
                Served { value, cache: CacheUse::Hit(age), tag: None }
            }
            _ => {
                let value = self.search_until(scope, body, cancel)?;
                let whole = value.degraded.is_empty();
                let keep = || Kept::Search(Arc::new(value.clone()));
                let cache = self.keep(scope, asking, at, question.filter(|_| whole), keep)?;
                Served { value, cache, tag: None }
            }
        };
        served.tag = tag(scope, at, question.filter(|_| served.value.degraded.is_empty()));
        front.count_search(&served.value, served.cache);
        if front.history.records(scope) {
            let asked = self.asked(asking, served.cache, served.value.seq, started)?;
            served.value.trace_id = Some(asked.id.clone());
            let entry = history::of_search(asked, body, &served.value);
            if !front.history.record(scope, entry) {
                served.value.trace_id = None;
                served.value.degraded.push(not_recorded());
            }
        }
        Ok(served)
    }

    /// Answers, or serves what the same question was answered at the same commit; recorded and counted. `tell` hears the
    /// answer while it is made, or as it was.
    ///
    /// # Errors
    /// As [`App::tell_answer`].
    pub fn serve_answer(
        &self,
        scope: &Scope,
        asking: Asking<'_>,
        body: &AnswerBody,
        cancel: &Cancel,
        tell: &mut dyn FnMut(Told<'_>),
    ) -> Result<Served<Answer>, AppError> {
        let started = Instant::now();
        let front = self.front();
        let at = self.engine().visible(scope)?;
        let question = self.question(body)?;
        let mut served = match self.kept(scope, asking, at, question) {
            Some((Kept::Answer(answer), age)) => {
                let timings_ms = timings(started);
                let value = Answer { timings_ms, ..Arc::unwrap_or_clone(answer) };
                tell(Told::Passages(&value.passages));
                for (text, citations) in messages(&value) {
                    tell(Told::Message { text, citations });
                }
                Served { value, cache: CacheUse::Hit(age), tag: None }
            }
            _ => {
                let value = self.tell_answer(scope, body, cancel, tell)?;
                let whole = value.degraded.is_empty() && value.engine == EXTRACTIVE;
                let keep = || Kept::Answer(Arc::new(value.clone()));
                let cache = self.keep(scope, asking, at, question.filter(|_| whole), keep)?;
                Served { value, cache, tag: None }
            }
        };
        served.tag = tag(scope, at, question.filter(|_| served.value.degraded.is_empty()));
        front.count_answer(&served.value, served.cache);
        if front.history.records(scope) {
            let asked = self.asked(asking, served.cache, at.seq, started)?;
            served.value.trace_id = Some(asked.id.clone());
            let entry = history::of_answer(asked, body, &served.value);
            if !front.history.record(scope, entry) {
                served.value.trace_id = None;
                served.value.degraded.push(not_recorded());
            }
        }
        Ok(served)
    }

    /// Everything an answer depends on beside client and commit; `None` when a generator may write it, which may write
    /// something else the next time.
    fn question(&self, body: &AnswerBody) -> Result<Option<Question>, AppError> {
        if !self.generators().chain(body.engine.as_deref()).is_ok_and(|chain| chain.is_empty()) {
            return Ok(None);
        }
        // The conversation counts as far as it makes the question whole, and so does whether that was needed: it is told.
        let resolved = answers::asked(body)?.question;
        let was_whole = resolved == body.question;
        let asked = AnswerBody { question: resolved, messages: Vec::new(), stream: false, ..body.clone() };
        Ok(Some(digest(&("answer", self.meaning(), was_whole, asked))))
    }

    /// What of the process's configuration results depend on.
    fn meaning(&self) -> (&'static str, String, Option<f32>) {
        (env!("CARGO_PKG_VERSION"), self.pipeline().spec().fingerprint, self.min_confidence())
    }

    fn kept(
        &self,
        scope: &Scope,
        asking: Asking<'_>,
        at: Visible,
        question: Option<Question>,
    ) -> Option<(Kept, Duration)> {
        let question = question.filter(|_| asking.from_cache && at.is_settled)?;
        self.front().cache.get(scope, at, &question)
    }

    /// Keeps what was made, when all of it is of the commit `at`.
    fn keep(
        &self,
        scope: &Scope,
        asking: Asking<'_>,
        at: Visible,
        question: Option<Question>,
        kept: impl FnOnce() -> Kept,
    ) -> Result<CacheUse, AppError> {
        let cache = &self.front().cache;
        let Some(question) = question.filter(|_| asking.to_cache && cache.is_on()) else {
            return Ok(if asking.from_cache && cache.is_on() { CacheUse::Miss } else { CacheUse::Bypass });
        };
        let is_of_one_commit = at.is_settled && self.engine().visible(scope)? == at;
        let stored = is_of_one_commit && cache.put(scope, at, question, kept());
        Ok(if stored { CacheUse::Stored } else { CacheUse::Miss })
    }

    fn asked<'a>(
        &self,
        asking: Asking<'a>,
        cache: CacheUse,
        seq: u64,
        started: Instant,
    ) -> Result<history::Asked<'a>, AppError> {
        Ok(history::Asked {
            id: new_history_id()?,
            at_ms: crate::app::in_seconds(0),
            by: asking.by,
            cached: matches!(cache, CacheUse::Hit(_)),
            duration_ms: started.elapsed().as_secs_f64() * 1000.0,
            seq,
        })
    }
}

/// A tag of what a result depends on; it says nothing of another client's.
fn tag(scope: &Scope, at: Visible, question: Option<Question>) -> Option<String> {
    let question = question.filter(|_| at.is_settled)?;
    Some(hex::encode(&digest(&(scope.opaque_id(), at.seq, at.generation, question))[..16]))
}

/// The timings of what was served from memory.
fn timings(started: Instant) -> BTreeMap<String, f64> {
    let ms = started.elapsed().as_secs_f64() * 1000.0;
    BTreeMap::from([("cache".to_owned(), ms), ("total".to_owned(), ms)])
}

fn not_recorded() -> Degraded {
    Degraded { part: "history".to_owned(), reason: history::FULL.to_owned() }
}
