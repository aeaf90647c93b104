//! `footnote snapshot` and `footnote restore`: a client in a folder of its own, and back.

use std::os::unix::fs::DirBuilderExt as _;

use anyhow::Context as _;
use footnote_index::Error;

use super::Ended;
use super::args::Folder;
use super::config::{Settings, Usage};
use super::local::Local;
use super::output::{Output, counted};
use super::remote::Remote;

pub(super) fn snapshot(args: &Folder, settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    if let Some(server) = &settings.server {
        return of_server(server, args, settings, out);
    }
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

/// Takes the snapshot from a running server, and compares what came with its checksums before the folder gets its name.
fn of_server(server: &str, args: &Folder, settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let usage = || Usage("a snapshot from a server needs --client NAME".to_owned());
    let client = settings.client.as_ref().ok_or_else(usage)?;
    let folder = &args.folder;
    anyhow::ensure!(
        std::fs::symlink_metadata(folder).is_err(),
        "{} exists already; choose another name, or remove it first",
        folder.display()
    );
    let name = folder.file_name().ok_or_else(|| Usage(format!("{} names no folder", folder.display())))?;
    let beside = folder.with_file_name(format!(".{}.tmp-{}", name.to_string_lossy(), std::process::id()));
    std::fs::DirBuilder::new().mode(0o700).create(&beside).with_context(|| beside.display().to_string())?;
    let taken = Remote::new(server, settings)?
        .snapshot(client.as_str(), &beside)
        .and_then(|()| Ok(footnote_index::check_snapshot(&beside.join(client.as_str()))?))
        .and_then(|report| {
            std::fs::rename(beside.join(client.as_str()), folder)
                .with_context(|| folder.display().to_string())?;
            Ok(report)
        });
    let _ = std::fs::remove_dir_all(&beside);
    let report = taken?;
    out.object(&report)?;
    out.line(format!(
        "{client}: {} and {} at commit {}, {} in {}; to take it back: footnote restore --client NAME {}",
        counted(report.documents, "document"),
        counted(report.originals, "original"),
        report.seq,
        counted(report.bytes, "byte"),
        folder.display(),
        folder.display(),
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
