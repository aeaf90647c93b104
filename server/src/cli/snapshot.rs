//! `footnote snapshot` and `footnote restore`: a client in a folder of its own, and back.

use footnote_index::Error;

use super::Ended;
use super::args::Folder;
use super::config::Settings;
use super::local::Local;
use super::output::{Output, counted};

pub(super) fn snapshot(args: &Folder, settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let local = Local::of_directory(settings, "snapshot")?;
    let scope = local.scope()?;
    let report = local.engine().snapshot(&scope, &args.folder)?;
    out.object(&report)?;
    out.line(format!(
        "{}: {} and {} at commit {}, {} in {}; to take it back: footnote restore --client NAME {}",
        scope.client(),
        counted(report.documents, "document"),
        counted(report.originals, "original"),
        report.seq,
        counted(report.bytes, "byte"),
        report.path.display(),
        report.path.display(),
    ))?;
    Ok(Ended::Well)
}

pub(super) fn restore(args: &Folder, settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let local = Local::of_directory(settings, "restore")?;
    let (scope, made) = local.scope_or_new()?;
    let restored = local.engine().restore(&scope, &args.folder);
    if made && restored.is_err() {
        // A client nobody asked for but for what could not be restored.
        match local.engine().remove_client(&scope) {
            Ok(()) | Err(Error::NoSuchClient { .. }) => {}
            Err(error) => tracing::warn!(client = %scope.client(), %error, "the empty client stays"),
        }
    }
    let report = restored?;
    out.object(&report)?;
    out.line(format!(
        "{}: {} and {} of commit {} restored and searchable",
        scope.client(),
        counted(report.documents, "document"),
        counted(report.originals, "original"),
        report.seq,
    ))?;
    Ok(Ended::Well)
}
