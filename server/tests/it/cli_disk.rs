//! A disk that runs full during an ingest: a clear stop, nothing torn, and the same command goes on when there is room.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::cli_support::{Ran, footnote, ran};

const MODEL: &str = "all-minilm-l6-v2";
const FILES: usize = 40;
/// Bytes of a file; hexadecimal digits, so that half of them are left when it is compressed.
const FILE_BYTES: usize = 800 * 1024;

/// Pages of one sentence under a script that is large and does not compress: little to embed, much to store.
fn write_documents(folder: &Path) {
    fs::create_dir(folder).expect("mkdir");
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for file in 0..FILES {
        let mut script = String::with_capacity(FILE_BYTES);
        while script.len() < FILE_BYTES {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            script.push_str(&format!("{state:016x}"));
        }
        let page = format!(
            "<html><head><title>Gate {file}</title><script>var x='{script}';</script></head><body><p>Gate {file} opens at {} in the morning.</p></body></html>",
            5 + file % 7
        );
        fs::write(folder.join(format!("gate-{file:02}.html")), page).expect("write");
    }
}

/// A file system of `megabytes` in memory, seen by the commands that run in it only.
struct SmallDisk {
    mount: PathBuf,
    shell: PathBuf,
}

impl SmallDisk {
    /// Runs `script`, in which `$D` is a new file system of `megabytes` and `footnote` the command; `None` where that is not
    /// permitted.
    fn run(&self, megabytes: u32, script: &str) -> Option<Output> {
        let allowed =
            Command::new("unshare").args(["-rm", "true"]).output().is_ok_and(|o| o.status.success());
        if !allowed {
            return None;
        }
        let plain = footnote(&self.shell);
        let binary = plain.get_program().to_str().expect("UTF-8").to_owned();
        let mut command = Command::new("unshare");
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let whole = format!(
            "mount -t tmpfs -o size={megabytes}m tmpfs \"$D\" || exit 77\nfootnote() {{ '{binary}' \"$@\"; }}\n{script}"
        );
        let output = command
            .args(["-rm", "sh", "-c", &whole])
            .env("D", &self.mount)
            .env("FOOTNOTE_DATA", self.mount.join("data"))
            .env("FOOTNOTE_MODEL", MODEL)
            .current_dir(&self.shell)
            .output()
            .expect("unshare starts");
        (output.status.code() != Some(77)).then_some(output)
    }
}

/// What a script printed between lines `== name` and the next.
fn part(ran: &Ran, name: &str) -> String {
    let from = ran.out.split(&format!("== {name}\n")).nth(1);
    let part = from.unwrap_or_else(|| panic!("no {name}: {}{}", ran.out, ran.err));
    part.split("== ").next().unwrap_or_default().trim().to_owned()
}

fn object(ran: &Ran, name: &str) -> Value {
    let text = part(ran, name);
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}: {text}{}", ran.err))
}

fn scripted(megabytes: u32, script: &str) -> Option<Ran> {
    drop(footnote_models::testing::test_model(MODEL));
    let dir = tempfile::tempdir().expect("tempdir");
    let (mount, shell) = (dir.path().join("disk"), dir.path().join("shell"));
    for folder in [&mount, &shell] {
        fs::create_dir(folder).expect("mkdir");
    }
    write_documents(&shell.join("pages"));
    let output = SmallDisk { mount, shell }.run(megabytes, script);
    if output.is_none() {
        println!("skipped: 1 test of a full disk, user namespaces with mounts are not permitted here");
    }
    output.map(ran)
}

/// What is true however the disk ran full: the message, the documents, the stores, and the second run.
fn assert_clear_stop(ran: &Ran) {
    assert!(ran.err.contains("disk full") && ran.err.contains("free some space"), "{}{}", ran.out, ran.err);
    assert_eq!(part(ran, "code"), "1", "{}{}", ran.out, ran.err);
    let checked = object(ran, "verified");
    assert_eq!(checked["clients"][0]["findings"], serde_json::json!([]), "{checked}");
    let again = object(ran, "again");
    assert_eq!(again["totals"]["failed"], 0, "{again}");
    let done = |key: &str| again["totals"][key].as_u64().unwrap_or_default();
    assert_eq!(done("ingested") + done("skipped"), FILES as u64, "{again}");
    let checked = object(ran, "verified again");
    assert_eq!(checked["clients"][0]["findings"], serde_json::json!([]), "{checked}");
    let found = object(ran, "found");
    assert!(found["hits"][0]["text"].as_str().expect("a hit").contains("Gate 39 opens"), "{found}");
}

const AFTERWARDS: &str = "
echo; echo '== verified'; footnote verify --client acme --json
echo; echo '== again'; footnote ingest pages --client acme --json
echo; echo '== verified again'; footnote verify --client acme --json
echo; echo '== found'; footnote search 'When does gate 39 open?' --client acme --json";

#[test]
fn a_disk_that_is_nearly_full_refuses_new_documents_and_keeps_the_old() {
    let script = format!(
        "footnote client add acme
        footnote ingest pages --client acme; code=$?; echo; echo '== code'; echo $code
        echo '== documents'; footnote documents list --client acme --json
        mount -o remount,size=300m \"$D\"{AFTERWARDS}"
    );
    let Some(ran) = scripted(76, &script) else { return };
    let kept = object(&ran, "documents")["data"].as_array().map_or(0, Vec::len);
    assert!((1..FILES).contains(&kept), "{kept} of {FILES} documents fit");
    assert_clear_stop(&ran);
    assert_eq!(object(&ran, "again")["totals"]["skipped"], kept, "what was there is not read again");
}

#[test]
fn a_disk_that_others_fill_meanwhile_stops_the_run_and_tears_nothing() {
    // Everything that is free goes at once, the reserve too, while documents are being written.
    let script = format!(
        "footnote client add acme
        (while [ ! -d \"$D/data/clients\" ] || [ -z \"$(find \"$D/data/clients\" -path '*originals*' -type f | head -3 | tail -1)\" ]; do sleep 0.02; done
         cat /dev/zero > \"$D/filler\" 2>/dev/null) & filler=$!
        footnote ingest pages --client acme; code=$?; echo; echo '== code'; echo $code
        kill $filler 2>/dev/null; rm -f \"$D/filler\"{AFTERWARDS}"
    );
    let Some(ran) = scripted(200, &script) else { return };
    assert_clear_stop(&ran);
}
