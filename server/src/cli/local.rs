//! Commands done in-process on a data directory.

mod history;

use std::cell::OnceCell;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use footnote_index::{Engine, EngineOptions, KeySpec, Name, Scope};
use footnote_ingest::pipeline::{Event, PathOptions, Report};

use super::backend::{Backend, Sync};
use super::config::{Settings, Usage};
use crate::app::{App, AppError, in_seconds, rotate_key};
use crate::front::Asking;
use crate::generators::{Cancel, Generators};
use crate::wire::{
    Answer, AnswerBody, ChunkPageOut, DocumentOut, DocumentPage, KeyBody, KeyOut, NewKeyOut, SearchBody,
    SearchResult, TextOut,
};

/// Rows of one page of a listing.
const PAGE: usize = 500;

/// A data directory opened by this process. The encoder is loaded when a command first needs it.
pub(crate) struct Local {
    engine: Arc<Engine>,
    settings: Settings,
    app: OnceCell<App>,
}

impl Local {
    pub(crate) fn open(settings: &Settings) -> anyhow::Result<Self> {
        let engine = Arc::new(Engine::open(&settings.data, EngineOptions::default())?);
        Ok(Self { engine, settings: settings.clone(), app: OnceCell::new() })
    }

    /// The data directory, for a command that works on its files; such a one cannot be sent to a server.
    pub(crate) fn of_directory(settings: &Settings, command: &str) -> anyhow::Result<Self> {
        if settings.server.is_some() {
            let text = format!(
                "`footnote {command}` reads the data directory itself: run it where that is, without --server, \
                 while no server has it open"
            );
            return Err(Usage(text).into());
        }
        Self::open(settings)
    }

    /// The app; loads the encoder on first use.
    pub(crate) fn app(&self) -> anyhow::Result<&App> {
        if self.app.get().is_none() {
            let models = Settings::models()?;
            let service = self.settings.inference.encoder(&models.open(&self.settings.model)?)?;
            let app = App::joined(Arc::clone(&self.engine), service, &self.settings.app(), &models);
            app.set_front(self.settings.front.clone());
            // Another set cannot have happened: this type is not shared between threads.
            drop(self.app.set(app));
        }
        self.app.get().context("the encoder did not load")
    }

    /// The index.
    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The scope of the `--client` flag, or of the only client there is.
    pub(crate) fn scope(&self) -> anyhow::Result<Scope> {
        let client = match &self.settings.client {
            Some(client) => client.clone(),
            None => only_client(self.engine.control().clients(&self.settings.tenant)?)?,
        };
        self.scope_of(&client)
    }

    /// The scope of the `--client` flag, or those of all clients.
    pub(crate) fn scopes(&self) -> anyhow::Result<Vec<Scope>> {
        let clients = match &self.settings.client {
            Some(client) => vec![client.clone()],
            None => self.engine.control().clients(&self.settings.tenant)?,
        };
        clients.iter().map(|client| self.scope_of(client)).collect()
    }

    /// The scope of the `--client` flag, which must be given, and whether the client was made now.
    pub(crate) fn scope_or_new(&self) -> anyhow::Result<(Scope, bool)> {
        let Some(client) = &self.settings.client else {
            return Err(Usage("say which client to restore into with --client".to_owned()).into());
        };
        let made = self.engine.control().add_client(&self.settings.tenant, client)?;
        Ok((self.scope_of(client)?, made))
    }

    fn scope_of(&self, client: &Name) -> anyhow::Result<Scope> {
        let control = self.engine.control();
        let tenant = &self.settings.tenant;
        #[expect(
            clippy::disallowed_methods,
            reason = "the operator at the command line named the client or means all, with access to their files"
        )]
        let scope = control.scope(tenant, client)?;
        scope.ok_or_else(|| {
            let known: Vec<String> =
                control.clients(tenant).unwrap_or_default().iter().map(Name::to_string).collect();
            let known = if known.is_empty() { "there are none".to_owned() } else { known.join(", ") };
            anyhow::anyhow!("no client {client} (known: {known}); add it with `footnote client add {client}`")
        })
    }
}

fn only_client(clients: Vec<Name>) -> anyhow::Result<Name> {
    match <[Name; 1]>::try_from(clients) {
        Ok([only]) => Ok(only),
        Err(none) if none.is_empty() => {
            anyhow::bail!("there is no client yet; add one with `footnote client add NAME`")
        }
        Err(many) => {
            let names: Vec<&str> = many.iter().map(Name::as_str).collect();
            Err(Usage(format!("say which client with --client: {}", names.join(", "))).into())
        }
    }
}

impl Backend for Local {
    fn search(&self, body: &SearchBody) -> anyhow::Result<SearchResult> {
        // What was not written when the command ends is written then.
        let (app, scope, mut body) = (self.app()?, self.scope()?, body.clone());
        app.preferences(&scope)?.fill_search(&mut body);
        Ok(app.serve_search(&scope, Asking::new(""), &body, &Cancel::default())?.value)
    }

    fn answer(&self, body: &AnswerBody) -> anyhow::Result<Answer> {
        let (app, scope, mut body) = (self.app()?, self.scope()?, body.clone());
        let preferences = app.preferences(&scope)?;
        // No other engine is opened: a local model takes time and memory. One that was chosen for the client and is not configured
        // any more is left out.
        let generators = &self.settings.generators;
        let wanted = body.engine.as_deref();
        let chosen = preferences.engine.as_deref().filter(|name| generators.only(Some(name)).is_ok());
        let config = generators.only(wanted.or(chosen)).map_err(Usage)?;
        app.set_generators(Generators::open(&config, &Settings::models()?).map_err(Usage)?);
        preferences.fill_answer(app.generators(), &mut body);
        Ok(app.serve_answer(&scope, Asking::new(""), &body, &Cancel::default(), &mut |_| {})?.value)
    }

    fn ingest(
        &self,
        paths: &[PathBuf],
        options: &PathOptions,
        sync: Option<Sync>,
        on: &mut dyn FnMut(Event<'_>),
    ) -> anyhow::Result<Report> {
        let scope = self.scope()?;
        let app = self.app()?;
        let report = app.exclusive(|_| {
            let pipeline = app.pipeline_of(&scope)?;
            Ok::<_, AppError>(match sync {
                Some(Sync { force }) => pipeline.sync_paths(&scope, paths, options, force, on),
                None => pipeline.ingest_paths(&scope, paths, options, on),
            }?)
        })?;
        self.engine.close_writers()?;
        Ok(report)
    }

    fn documents(&self, after: Option<&str>) -> anyhow::Result<DocumentPage> {
        let page = self.engine.documents(&self.scope()?, after, PAGE)?;
        Ok(DocumentPage { data: page.data.into_iter().map(Into::into).collect(), has_more: page.has_more })
    }

    fn document(&self, id: &str) -> anyhow::Result<DocumentOut> {
        Ok(self.engine.document(&self.scope()?, id)?.into())
    }

    fn chunks(&self, id: &str, after: Option<u32>) -> anyhow::Result<ChunkPageOut> {
        let page = self.engine.chunks(&self.scope()?, id, after, PAGE)?;
        Ok(ChunkPageOut::of(id.to_owned(), page))
    }

    fn text(
        &self,
        id: &str,
        version: Option<u32>,
        start: Option<usize>,
        end: Option<usize>,
    ) -> anyhow::Result<TextOut> {
        let chars = start.unwrap_or(0)..end.unwrap_or(usize::MAX);
        let slice = self.engine.text(&self.scope()?, id, version, Some(chars))?;
        Ok(slice.into())
    }

    fn delete(&self, id: &str) -> anyhow::Result<()> {
        self.engine.delete(&self.scope()?, id)?;
        Ok(())
    }

    fn clients(&self) -> anyhow::Result<Vec<String>> {
        Ok(self.engine.control().clients(&self.settings.tenant)?.iter().map(Name::to_string).collect())
    }

    fn add_client(&self, name: &str) -> anyhow::Result<bool> {
        Ok(self.engine.control().add_client(&self.settings.tenant, &Name::new(name)?)?)
    }

    fn remove_client(&self, name: &str) -> anyhow::Result<()> {
        let name = Name::new(name)?;
        #[expect(
            clippy::disallowed_methods,
            reason = "the operator at the command line named the client or means all, with access to their files"
        )]
        let scope = self.engine.control().scope(&self.settings.tenant, &name)?;
        let scope =
            scope.ok_or_else(|| anyhow::anyhow!("no client {name}; `footnote client list` shows them"))?;
        Ok(self.engine.remove_client(&scope)?)
    }

    fn keys(&self) -> anyhow::Result<Vec<KeyOut>> {
        Ok(self.engine.control().keys(&self.settings.tenant)?.into_iter().map(Into::into).collect())
    }

    fn add_key(&self, body: &KeyBody) -> anyhow::Result<NewKeyOut> {
        let names = |list: &Vec<String>| list.iter().map(|n| Name::new(n)).collect::<Result<Vec<_>, _>>();
        let spec = KeySpec {
            tenant: self.settings.tenant.clone(),
            label: body.label.clone(),
            role: body.role.parse()?,
            clients: body.clients.as_ref().map(names).transpose()?,
            expires_ms: body.expires_in_s.map(in_seconds),
        };
        Ok(self.engine.control().create_key(&spec)?.into())
    }

    fn revoke_key(&self, id: &str) -> anyhow::Result<()> {
        if self.engine.control().revoke_key(&self.settings.tenant, id)? {
            return Ok(());
        }
        anyhow::bail!("no live key {id}; `footnote key list` shows the ids")
    }

    fn rotate_key(&self, id: &str, overlap_s: i64) -> anyhow::Result<NewKeyOut> {
        Ok(rotate_key(&self.engine, &self.settings.tenant, id, overlap_s)?.into())
    }
}
