//! Which source tree a measurement was made with.

use std::path::Path;
use std::process::Command;

/// The commit of the Footnote source tree that `folder` lies in, with `-dirty` when tracked files differ from it.
///
/// `None` when `git` is missing, when `folder` is in no repository, or when that repository is not Footnote's: the
/// commit of an unrelated project would be worse than none.
#[must_use]
pub fn commit(folder: &Path) -> Option<String> {
    let root = git(folder, &["rev-parse", "--show-toplevel"])?;
    if !Path::new(&root).join("evals/gates.toml").is_file() {
        return None;
    }
    let commit = git(folder, &["rev-parse", "HEAD"])?;
    let changed = git(folder, &["status", "--porcelain", "--untracked-files=no"])?;
    Some(if changed.is_empty() { commit } else { format!("{commit}-dirty") })
}

fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output().ok()?;
    let text = output.status.success().then_some(output.stdout)?;
    Some(String::from_utf8(text).ok()?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_outside_this_repository_has_no_commit() {
        assert_eq!(commit(&std::env::temp_dir()), None);
        assert_eq!(commit(Path::new("/no/such/folder")), None);
    }
}
