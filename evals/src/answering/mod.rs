//! Asking the answer engine questions whose answers are known, in a real engine of its own.

mod assistant;

use std::path::{Path, PathBuf};

use footnote_datasets::beir::Dataset;
use footnote_models::Precision;

use crate::answer_metrics::{AnswerRecord, AnswerRun, RecordError};
use crate::progress::Progress;
use crate::retrieval::MeasureError;
use crate::sampling::{Sample, sample};

use assistant::{Assistant, Question};

/// How questions are asked.
#[derive(Debug, Clone)]
pub struct Options {
    /// Encoder, by its name in the registry; the default encoder when absent.
    pub model: Option<String>,
    /// How its products are computed.
    pub precision: Precision,
    /// Answerable questions asked at most.
    pub answerable: usize,
    /// Unanswerable questions asked at most.
    pub unanswerable: usize,
    /// Decides which.
    pub seed: u64,
    /// Passages read for a question; the server's default when absent.
    pub top_k: Option<usize>,
    /// Language of the answers; told from the documents when absent.
    pub language: Option<String>,
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
}

/// Why questions could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum AnsweringError {
    /// A file of the dataset is missing or malformed.
    #[error(transparent)]
    Dataset(#[from] footnote_datasets::DatasetError),
    /// The engine or the model failed.
    #[error(transparent)]
    Engine(#[from] MeasureError),
    /// Documents could not be ingested.
    #[error(transparent)]
    Ingest(#[from] footnote_ingest::pipeline::IngestError),
    /// A question was refused.
    #[error("question {id}: {reason}")]
    Refused {
        /// The question.
        id: String,
        /// Why.
        reason: Box<footnote_server::app::AppError>,
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
/// When the dataset cannot be read or has no question with answers, the model cannot be had, or a question is refused.
pub fn ask_dataset(folder: &Path, options: &Options) -> Result<Answered, AnsweringError> {
    let dataset = Dataset::load(folder)?;
    let questions: Vec<Question> = dataset
        .queries
        .iter()
        .filter(|query| !query.answers.is_empty())
        .map(|query| Question {
            id: query.id.clone(),
            text: query.text.clone(),
            answers: query.answers.clone(),
            documents: relevant(&dataset, &query.id),
        })
        .collect();
    if questions.is_empty() {
        return Err(AnsweringError::NoQuestions(folder.to_path_buf()));
    }
    let (questions, answerable) =
        sample(questions, options.answerable, options.seed, |question| question.id.as_str());
    let without = dataset.unanswerable.iter().map(|query| Question {
        id: query.id.clone(),
        text: query.text.clone(),
        ..Question::default()
    });
    let (without, unanswerable) =
        sample(without.collect(), options.unanswerable, options.seed, |question: &Question| {
            question.id.as_str()
        });

    let assistant = Assistant::with_documents(&dataset, options)?;
    let mut progress = Progress::start("asking", questions.len() + without.len(), "questions");
    let mut records: Vec<AnswerRecord> = Vec::with_capacity(questions.len() + without.len());
    for question in questions.iter().chain(&without) {
        records.push(assistant.ask(question)?);
        progress.advance(1);
    }
    progress.finish();
    Ok(Answered {
        documents: dataset.documents.len(),
        dataset: dataset.name,
        run: AnswerRun::new(records)?,
        answerable,
        unanswerable,
    })
}

/// Ids of the documents judged relevant.
fn relevant(dataset: &Dataset, query: &str) -> Vec<String> {
    let judged = dataset.qrels.get(query).into_iter().flatten();
    judged.filter(|(_, grade)| **grade > 0).map(|(document, _)| document.clone()).collect()
}
