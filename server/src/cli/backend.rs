//! The two ways a command is done: in-process on a data directory, or by a running server.

use std::path::PathBuf;

use footnote_ingest::pipeline::{Event, PathOptions, Report};

use super::config::Settings;
use super::local::Local;
use super::remote::Remote;
use crate::wire::{
    Answer, AnswerBody, ChunkPageOut, DocumentOut, DocumentPage, KeyBody, KeyOut, NewKeyOut, SearchBody,
    SearchResult, TextOut,
};

/// That the client is to be made equal to the folders.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sync {
    /// Whether any number of documents may be removed.
    pub(crate) force: bool,
}

/// Everything a command can ask for.
pub(crate) trait Backend {
    fn search(&self, body: &SearchBody) -> anyhow::Result<SearchResult>;
    fn answer(&self, body: &AnswerBody) -> anyhow::Result<Answer>;
    fn ingest(
        &self,
        paths: &[PathBuf],
        options: &PathOptions,
        sync: Option<Sync>,
        on: &mut dyn FnMut(Event<'_>),
    ) -> anyhow::Result<Report>;
    fn documents(&self, after: Option<&str>) -> anyhow::Result<DocumentPage>;
    fn document(&self, id: &str) -> anyhow::Result<DocumentOut>;
    fn chunks(&self, id: &str, after: Option<u32>) -> anyhow::Result<ChunkPageOut>;
    fn text(
        &self,
        id: &str,
        version: Option<u32>,
        start: Option<usize>,
        end: Option<usize>,
    ) -> anyhow::Result<TextOut>;
    fn delete(&self, id: &str) -> anyhow::Result<()>;
    fn clients(&self) -> anyhow::Result<Vec<String>>;
    /// True when the client is new.
    fn add_client(&self, name: &str) -> anyhow::Result<bool>;
    fn remove_client(&self, name: &str) -> anyhow::Result<()>;
    fn keys(&self) -> anyhow::Result<Vec<KeyOut>>;
    fn add_key(&self, body: &KeyBody) -> anyhow::Result<NewKeyOut>;
    fn revoke_key(&self, id: &str) -> anyhow::Result<()>;
    fn rotate_key(&self, id: &str, overlap_s: i64) -> anyhow::Result<NewKeyOut>;
}

/// The backend the settings ask for.
pub(crate) fn open(settings: &Settings) -> anyhow::Result<Box<dyn Backend>> {
    Ok(match &settings.server {
        Some(url) => Box::new(Remote::new(url, settings)?),
        None => Box::new(Local::open(settings)?),
    })
}
