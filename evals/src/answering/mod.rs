//! Asking the answer engine questions whose answers are known: in an engine of this process, or a server's.

mod ask;
mod manifest;

use std::path::{Path, PathBuf};

use footnote_datasets::beir::Dataset;
use footnote_ingest::language;

use crate::answer_metrics::{AnswerRecord, AnswerRun, RecordError};
use crate::progress::Progress;
use crate::sampling::{Sample, sample};
use crate::served::{document_id, sources};
use crate::target::{Host, TargetError};

pub use ask::{Asked, Asking, ask};
pub use manifest::{AnswersDataset, AnswersManifest, AnswersManifestSettings, AnswersSettings};

/// How questions are asked.
#[derive(Debug, Clone)]
pub struct Options {
    /// Answerable questions asked at most.
    pub answerable: usize,
    /// Unanswerable questions asked at most.
    pub unanswerable: usize,
    /// Decides which.
    pub seed: u64,
    /// What every request says beside its question.
    pub asking: Asking,
    /// Language of the answers; told from the documents when absent.
    pub language: Option<String>,
}

impl Options {
    /// The greatest number of questions that was asked for; `None` when all were wanted.
    fn limit(&self) -> Option<usize> {
        self.answerable.checked_add(self.unanswerable).filter(|limit| *limit < usize::MAX)
    }
}

/// What was asked of one dataset, and what came back.
#[derive(Debug)]
pub struct Answered {
    /// The dataset's name.
    pub dataset: String,
    /// Documents in the client.
    pub documents: usize,
    /// One record a question.
    pub run: AnswerRun,
    /// Which answerable questions were chosen.
    pub answerable: Sample,
    /// Which unanswerable ones.
    pub unanswerable: Sample,
    /// What was measured with what.
    pub manifest: AnswersManifest,
}

/// Why questions could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum AnsweringError {
    /// A file of the dataset is missing or malformed.
    #[error(transparent)]
    Dataset(#[from] footnote_datasets::DatasetError),
    /// The engine, the model or the server failed.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// A question was refused.
    #[error("question {id}: {reason}")]
    Refused {
        /// The question.
        id: String,
        /// Why.
        reason: Box<TargetError>,
    },
    /// What came back cannot be.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// There is nothing to ask.
    #[error("dataset {0} has no question with answers")]
    NoQuestions(PathBuf),
}

/// Puts a dataset's documents into a client of its own and asks its questions, one at a time.
///
/// # Errors
/// When the dataset cannot be read or has no question with answers, or the host refuses.
pub fn ask_dataset(folder: &Path, host: &dyn Host, options: &Options) -> Result<Answered, AnsweringError> {
    let dataset = Dataset::load(folder)?;
    let language = options.language.clone().unwrap_or_else(|| language_of(&dataset));
    let questions: Vec<Asked> = dataset
        .queries
        .iter()
        .filter(|query| !query.answers.is_empty())
        .map(|query| Asked {
            id: query.id.clone(),
            text: query.text.clone(),
            language: language.clone(),
            answers: query.answers.clone(),
            documents: relevant(&dataset, &query.id),
        })
        .collect();
    if questions.is_empty() {
        return Err(AnsweringError::NoQuestions(folder.to_path_buf()));
    }
    let (questions, answerable) =
        sample(questions, options.answerable, options.seed, |question| question.id.as_str());
    let without = dataset.unanswerable.iter().map(|query| Asked {
        id: query.id.clone(),
        text: query.text.clone(),
        language: language.clone(),
        ..Asked::default()
    });
    let (without, unanswerable) =
        sample(without.collect(), options.unanswerable, options.seed, |question: &Asked| {
            question.id.as_str()
        });

    let (started_at, started) = (jiff::Timestamp::now(), std::time::Instant::now());
    let client = host.fill(&dataset.name, sources(&dataset.documents))?;
    let document = |uri: &str| document_id(uri).to_owned();
    let filled = started.elapsed().as_secs_f64();
    let mut progress = Progress::start("asking", questions.len() + without.len(), "questions");
    let mut records: Vec<AnswerRecord> = Vec::with_capacity(questions.len() + without.len());
    for question in questions.iter().chain(&without) {
        records.push(ask(&*client, question, options.asking, &document)?);
        progress.advance(1);
    }
    let asking = progress.finish().as_secs_f64();
    let manifest = AnswersManifest::new(
        started_at,
        host,
        AnswersDataset {
            name: dataset.name.clone(),
            split: "test".to_owned(),
            documents: dataset.documents.len(),
            queries: records.len(),
            answerable: answerable.clone(),
            unanswerable: unanswerable.clone(),
            limit_queries: options.limit(),
            seed: options.seed,
        },
        AnswersSettings { asking: options.asking, language },
        [("ingest", filled), ("ask", asking)].into(),
    );
    Ok(Answered {
        manifest,
        documents: dataset.documents.len(),
        dataset: dataset.name,
        run: AnswerRun::new(records)?,
        answerable,
        unanswerable,
    })
}

/// The language most of the documents' text is in; English when it cannot be told.
fn language_of(dataset: &Dataset) -> String {
    let text: String = dataset.documents.iter().take(20).map(|document| document.text.as_str()).collect();
    language::detect(&text).unwrap_or("en").to_owned()
}

/// Ids of the documents judged relevant.
fn relevant(dataset: &Dataset, query: &str) -> Vec<String> {
    let judged = dataset.qrels.get(query).into_iter().flatten();
    judged.filter(|(_, grade)| **grade > 0).map(|(document, _)| document.clone()).collect()
}
