//! The engines an operator configured, in the order they are asked.

use std::sync::Arc;
use std::time::Duration;

use footnote_models::ModelStore;
use serde::{Deserialize, Serialize};

use super::engine::{Engine, Status};
use super::settings::{AnswerSettings, GeneratorsConfig};

/// The name of the engine that writes nothing itself and always answers.
pub const EXTRACTIVE: &str = "extractive";

/// The engines.
#[derive(Debug, Default)]
pub struct Generators {
    engines: Vec<Arc<Engine>>,
    answers: AnswerSettings,
}

/// An engine and whether it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EngineStatus {
    /// Its name.
    pub name: String,
    /// Whether it answers.
    pub status: Status,
}

impl Generators {
    /// Joins engines that are there already.
    pub fn new(engines: Vec<Engine>, answers: AnswerSettings) -> Self {
        Self { engines: engines.into_iter().map(Arc::new).collect(), answers }
    }

    /// Opens what is configured: keys are read, local models loaded.
    ///
    /// # Errors
    /// What is wrong, naming the key of the configuration.
    pub fn open(config: &GeneratorsConfig, store: &ModelStore) -> Result<Self, String> {
        let engines = config.generators.iter().map(|g| g.open(store)).collect::<Result<Vec<_>, String>>()?;
        Ok(Self::new(engines, config.answers.clone()))
    }

    /// The generators to ask for an answer, in order, before the extractive engine: the configured ones unless one was
    /// asked for by name.
    ///
    /// # Errors
    /// No engine has that name; the text lists those there are.
    pub fn chain(&self, asked: Option<&str>) -> Result<Vec<Arc<Engine>>, String> {
        let find = |name: &str| self.engines.iter().find(|engine| engine.name() == name).cloned();
        match asked {
            None => Ok(self.answers.engines.iter().filter_map(|name| find(name)).collect()),
            Some(EXTRACTIVE) => Ok(Vec::new()),
            Some(name) => find(name)
                .map(|engine| vec![engine])
                .ok_or_else(|| unknown(name, self.engines.iter().map(|engine| engine.name()))),
        }
    }

    /// The engines' names, as configured.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.engines.iter().map(|engine| engine.name())
    }

    /// How answers are generated.
    pub fn answers(&self) -> &AnswerSettings {
        &self.answers
    }

    /// Longest time of a generated answer, from its passages to its end.
    pub fn timeout(&self) -> Duration {
        self.answers.timeout
    }

    /// Each engine's status, probed at once where it is not known.
    pub fn statuses(&self) -> Vec<EngineStatus> {
        std::thread::scope(|scope| {
            let probes: Vec<_> =
                self.engines.iter().map(|engine| (engine, scope.spawn(move || engine.status()))).collect();
            let status =
                |(engine, probe): (&Arc<Engine>, std::thread::ScopedJoinHandle<'_, Status>)| EngineStatus {
                    name: engine.name().to_owned(),
                    status: probe.join().unwrap_or(Status::Disconnected),
                };
            probes.into_iter().map(status).collect()
        })
    }
}

/// What is said of an engine that is not there.
pub(super) fn unknown<'a>(asked: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.chain([EXTRACTIVE]).collect();
    format!("engine is {asked:?}, known are {}", known.join(", "))
}
