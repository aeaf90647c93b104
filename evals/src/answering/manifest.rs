use std::collections::BTreeMap;
use std::path::Path;

use footnote_ingest::chunk::ChunkerConfig;
use serde::Serialize;

use super::Asking;
use crate::provenance;
use crate::report::ModelManifest;
use crate::sampling::Sample;
use crate::target::Host;

/// What answers were measured with: enough to repeat it and to tell whether two runs can be compared. The keys are those
/// of [`crate::report::Manifest`] where they mean the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswersManifest {
    /// Version of this program.
    pub version: String,
    /// Commit of the source tree, with `-dirty` when files differed; absent outside one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// When the measurement began (RFC 3339, UTC).
    pub started_at: String,
    /// Logical processors of the machine.
    pub processors: usize,
    /// Where it ran: `in-process`, or `http` for a server.
    pub engine: &'static str,
    /// The encoder; absent where a server has its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelManifest>,
    /// The set, and which of its questions were asked.
    pub dataset: AnswersDataset,
    /// How they were asked.
    pub settings: AnswersManifestSettings,
    /// Wall-clock seconds by stage.
    pub seconds: BTreeMap<&'static str, f64>,
}

/// A set, and which of its questions were asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswersDataset {
    /// The directory's name.
    pub name: String,
    /// The split.
    pub split: String,
    /// Documents, all of them in the client.
    pub documents: usize,
    /// Questions that were asked.
    pub queries: usize,
    /// Which answerable questions.
    pub answerable: Sample,
    /// Which unanswerable ones.
    pub unanswerable: Sample,
    /// The greatest number that was asked for; absent when all were wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_queries: Option<usize>,
    /// The seed that chose them.
    pub seed: u64,
}

/// How questions are asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswersSettings {
    /// What every request says beside its question.
    #[serde(flatten)]
    pub asking: Asking,
    /// Language of the answers.
    pub language: String,
}

/// How questions are asked, and what is known of the index.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswersManifestSettings {
    /// How.
    #[serde(flatten)]
    pub asked: AnswersSettings,
    /// The chunker, its version and sizes; absent where a server knows them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunker_settings: Option<String>,
    /// Fingerprint of the index; absent where a server knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

impl AnswersManifest {
    /// What there is to say of a run on this host.
    pub(super) fn new(
        started_at: jiff::Timestamp,
        host: &dyn Host,
        dataset: AnswersDataset,
        asked: AnswersSettings,
        seconds: BTreeMap<&'static str, f64>,
    ) -> Self {
        let (model, fingerprint) = host.meaning().unzip();
        let chunker_settings = fingerprint.is_some().then(|| ChunkerConfig::default().fingerprint());
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: provenance::commit(Path::new(".")),
            started_at: started_at.to_string(),
            processors: std::thread::available_parallelism().map_or(1, usize::from),
            engine: host.engine(),
            model,
            dataset,
            settings: AnswersManifestSettings { asked, chunker_settings, fingerprint },
            seconds,
        }
    }
}
