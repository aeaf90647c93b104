use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::answering::AnsweringError;
use crate::collection::{Collection, CollectionError};
use crate::metrics::{Metric, per_query};
use crate::retrieval::{Candidates, MeasureError, Measured, Options, SystemSpec, measure};
use crate::served::{ALL, measure_sample, measure_served};
use crate::system::System;
use crate::target::{Host, Local, Model, Server, TargetError};

use super::file::{Dataset, Run, Suite};
use super::outcome::{Figures, Outcome, Part, Role};

/// Where a suite finds things.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The folder with `datasets/`.
    pub data: Option<PathBuf>,
    /// Folder for vectors and scores that are remembered.
    pub cache: Option<PathBuf>,
    /// Ask all queries, whatever the file says.
    pub full: bool,
    /// Key of the servers that runs name.
    pub key: Option<String>,
}

/// Why a suite could not be run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A set cannot be read.
    #[error(transparent)]
    Collection(#[from] CollectionError),
    /// A set could not be measured.
    #[error("{dataset}: {reason}")]
    Measure {
        /// The set.
        dataset: String,
        /// Why not.
        reason: MeasureError,
    },
    /// An engine or server failed.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The sample could not be asked.
    #[error(transparent)]
    Sample(#[from] AnsweringError),
    /// Nobody said where sets are.
    #[error(
        "the set `{0}` is looked for in datasets/ of the folder that FOOTNOTE_TESTDATA or --data names: neither is given"
    )]
    NoData(String),
}

/// Measures everything a suite asks for; `each` is told of every part as soon as it is there.
///
/// # Errors
/// When a set is missing or cannot be measured.
pub fn run(
    suite: &Suite,
    settings: &Settings,
    each: &mut dyn FnMut(&Part) -> std::io::Result<()>,
) -> Result<Outcome, RunError> {
    let mut outcome = Outcome { parts: Vec::new() };
    for (place, run) in suite.runs.iter().enumerate() {
        let models: Vec<Option<String>> = match run.models.as_slice() {
            [] => vec![None],
            named => named.iter().cloned().map(Some).collect(),
        };
        for name in &run.datasets {
            for model in &models {
                let one = One { suite, settings, place, run, model: model.as_deref() };
                for part in one.measure(suite.dataset(name))? {
                    if let Err(error) = each(&part) {
                        eprintln!("cannot keep the result of {}: {error}", part.dataset);
                    }
                    outcome.parts.push(part);
                }
            }
        }
    }
    Ok(outcome)
}

/// One set of one run with one model.
struct One<'a> {
    suite: &'a Suite,
    settings: &'a Settings,
    place: usize,
    run: &'a Run,
    model: Option<&'a str>,
}

impl One<'_> {
    fn measure(&self, dataset: Dataset<'_>) -> Result<Vec<Part>, RunError> {
        let specs = self.suite.specs(self.run);
        let served: Vec<System> = specs.iter().filter_map(|spec| spec.name.parse().ok()).collect();
        if dataset == Dataset::Sample {
            let host = self.host()?;
            let measured = measure_sample(&*host, &served, self.run.top_k, false)?;
            let by_language = measured.retrieval.into_iter().filter(|(language, _)| language != ALL);
            return Ok(by_language.map(|(_, (set, measured))| self.part(&set, measured, &specs)).collect());
        }
        let mut collection = self.read(dataset)?;
        if let Some(limit) = self.run.limit_queries.filter(|_| !self.settings.full) {
            collection.limit_queries(limit, self.run.seed);
        }
        let measured = if self.run.engine.is_some() {
            measure_served(&collection, &*self.host()?, &served, self.run.top_k)?
        } else {
            let options = self.options(specs.clone());
            measure(&collection, &options)
                .map_err(|reason| RunError::Measure { dataset: collection.name.clone(), reason })?
        };
        Ok(vec![self.part(&collection, measured, &specs)])
    }

    fn host(&self) -> Result<Arc<dyn Host>, RunError> {
        Ok(match &self.run.engine {
            Some(url) => Arc::new(Server::new(url, self.settings.key.clone())),
            None => {
                let name = self.model.map(str::to_owned);
                Arc::new(Local::temporary(&Model { name, precision: self.run.precision.into() })?)
            }
        })
    }

    fn read(&self, dataset: Dataset<'_>) -> Result<Collection, RunError> {
        let folder = |name: &str| -> Result<Collection, RunError> {
            let data = self.settings.data.as_deref().ok_or_else(|| RunError::NoData(name.to_owned()))?;
            Ok(Collection::read(&data.join("datasets").join(name), &self.run.split, None)?)
        };
        match dataset {
            Dataset::Pool(name, parts) => {
                let parts = parts.iter().map(|part| folder(part)).collect::<Result<Vec<_>, _>>()?;
                Ok(Collection::pool(name, parts))
            }
            Dataset::Folder(name) => folder(name),
            Dataset::Sample => folder("sample"),
        }
    }

    fn options(&self, systems: Vec<SystemSpec>) -> Options {
        let cache = |name: String| self.settings.cache.as_deref().map(|folder: &Path| folder.join(name));
        let precision = footnote_models::Precision::from(self.run.precision);
        let model = self.model.unwrap_or(footnote_models::DEFAULT_MODEL);
        Options {
            systems,
            model: self.model.map(str::to_owned),
            precision,
            chunker: self.run.chunker,
            top_k: self.run.top_k,
            vector_cache: cache(format!("{model}.{}.vectors", precision.as_str())),
            rerank_cache: cache("rerank.scores".to_owned()),
            answer_tokens: None,
        }
    }

    fn part(&self, collection: &Collection, measured: Measured, specs: &[SystemSpec]) -> Part {
        let Measured { report, runs, times, .. } = measured;
        let figures = |spec: &SystemSpec| {
            let run = runs.get(&spec.name)?;
            let times = times.get(&spec.name).into_iter().flatten();
            Some(Figures {
                name: spec.name.clone(),
                role: role(spec, specs),
                ndcg_10: per_query(Metric::Ndcg(10), run, &collection.qrels),
                milliseconds: times.map(|took| took.as_secs_f64() * 1000.0).collect(),
            })
        };
        let model = match (self.model, &self.run.engine) {
            (Some(model), None) => model,
            (_, Some(_)) => "server",
            (None, None) => footnote_models::DEFAULT_MODEL,
        };
        let choice = collection.choice.as_ref();
        Part {
            run: self.place,
            dataset: collection.name.clone(),
            model: model.to_owned(),
            queries: choice.map_or_else(
                || "all".to_owned(),
                |choice| format!("{} with seed {}", choice.limit, choice.sample.seed),
            ),
            systems: specs.iter().filter_map(figures).collect(),
            texts: collection.queries.iter().map(|it| (it.id.clone(), it.text.clone())).collect(),
            report,
        }
    }
}

fn role(spec: &SystemSpec, all: &[SystemSpec]) -> Role {
    match (&spec.rerank, spec.candidates) {
        (Some(_), _) => {
            let given = |other: &&SystemSpec| {
                other.rerank.is_none() && (other.candidates, other.fusion) == (spec.candidates, spec.fusion)
            };
            Role::Reranked(all.iter().find(given).map(|other| other.name.clone()))
        }
        (None, Candidates::Hybrid) => Role::Joined,
        (None, Candidates::Bm25 | Candidates::Dense) => Role::Leg,
    }
}
