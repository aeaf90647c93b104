//! The recorder of the process it is linked into: what it watches, its log, its abort point.
//!
//! It keeps no table of open files: the kernel says under which path a descriptor is open, also after
//! a renaming, and calls it "(deleted)" once it has no name. A write to a file without a name cannot
//! matter after the process, so it is not recorded.

#![expect(unsafe_code, reason = "system calls below the C library, whose names this test takes over")]

use std::ffi::{CStr, OsString, c_char, c_int, c_long};
use std::os::unix::ffi::OsStringExt as _;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::record::{Op, Record};

/// The folder whose files are watched; without it nothing is.
pub(crate) const ROOT: &str = "FOOTNOTE_RECORDER_ROOT";
/// The file the log is appended to; without it only the abort point counts.
pub(crate) const LOG: &str = "FOOTNOTE_RECORDER_LOG";
/// Where the process ends: `before|after OPERATION PATTERN N`. The pattern is looked for in the path
/// with a `$` at its end; the N-th call that matches counts, from 1. After: of those that succeed.
pub(crate) const ABORT: &str = "FOOTNOTE_RECORDER_ABORT";
/// The exit status of a process that came to its abort point.
pub(crate) const ABORTED: i32 = 97;

pub(crate) struct Recorder {
    root: String,
    log: Option<c_int>,
    abort: Option<AbortPoint>,
    /// Held over each recorded call and its record, so that the log has the order of the effects;
    /// counts the calls that matched the abort point.
    order: Mutex<u64>,
}

struct AbortPoint {
    before: bool,
    op: String,
    pattern: String,
    nth: u64,
}

/// The recorder, when this process is told to have one.
pub(crate) fn recorder() -> Option<&'static Recorder> {
    static RECORDER: OnceLock<Option<Recorder>> = OnceLock::new();
    RECORDER.get_or_init(Recorder::from_environment).as_ref()
}

impl Recorder {
    fn from_environment() -> Option<Self> {
        let root = std::env::var(ROOT).ok()?;
        let log = std::env::var_os(LOG).map(|path| {
            let path = std::ffi::CString::new(OsString::into_vec(path)).expect("a path without NUL");
            let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_APPEND | libc::O_CLOEXEC;
            // SAFETY: the path is a C string that outlives the call.
            let fd = unsafe { libc::syscall(libc::SYS_openat, libc::AT_FDCWD, path.as_ptr(), flags, 0o600) };
            assert!(fd >= 0, "the log does not open");
            fd as c_int
        });
        let abort = std::env::var(ABORT).ok().map(|text| AbortPoint::parse(&text).expect("an abort point"));
        Some(Self { root, log, abort, order: Mutex::new(0) })
    }

    /// The path below the root that a call names; `None` for everything else.
    ///
    /// # Safety
    /// `path` is a C string.
    pub(crate) unsafe fn path(&self, folder: c_int, path: *const c_char) -> Option<String> {
        // SAFETY: the caller's promise.
        let path = unsafe { CStr::from_ptr(path) }.to_str().ok()?;
        if path.starts_with('/') {
            return self.below_root(path);
        }
        let base = link_target(&match folder {
            libc::AT_FDCWD => c"/proc/self/cwd".to_owned(),
            fd => descriptor_link(fd),
        })?;
        self.below_root(&format!("{base}/{path}"))
    }

    /// The path below the root of an open file or folder; `None` for everything else.
    pub(crate) fn path_of(&self, fd: c_int) -> Option<String> {
        self.below_root(&link_target(&descriptor_link(fd))?).filter(|path| !path.ends_with(" (deleted)"))
    }

    fn below_root(&self, path: &str) -> Option<String> {
        let below = path.strip_prefix(&self.root)?;
        if !below.is_empty() && !below.starts_with('/') {
            return None;
        }
        let parts: Vec<&str> = below.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        assert!(!parts.contains(&".."), "a path this recorder does not follow: {path}");
        Some(parts.join("/"))
    }

    /// Runs a call in its place of the order. What `record` makes of its result goes to the log.
    pub(crate) fn run(
        &self,
        op: Op,
        path: &str,
        call: impl FnOnce() -> c_long,
        record: impl FnOnce(c_long) -> Option<Record>,
    ) -> c_long {
        let mut order = self.order();
        let mut reached = |before| {
            self.abort
                .as_ref()
                .is_some_and(|point| point.before == before && point.is_nth(op, path, &mut order))
        };
        if reached(true) {
            end();
        }
        let result = call();
        if result < 0 {
            return result;
        }
        if let (Some(record), Some(log)) = (record(result), self.log) {
            append(log, &record.encode());
        }
        if reached(false) {
            end();
        }
        result
    }

    fn order(&self) -> MutexGuard<'_, u64> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AbortPoint {
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let before = match words.next()? {
            "before" => true,
            "after" => false,
            _ => return None,
        };
        let (op, pattern) = (words.next()?.to_owned(), words.next()?.to_owned());
        Some(Self { before, op, pattern, nth: words.next()?.parse().ok()? })
    }

    /// Counts a call; true when it is the one.
    fn is_nth(&self, op: Op, path: &str, seen: &mut u64) -> bool {
        if op.name() != self.op || !format!("{path}$").contains(&self.pattern) {
            return false;
        }
        *seen += 1;
        *seen == self.nth
    }
}

/// Ends the process here, as a kill would: no destructor, no other thread gets any further.
fn end() -> ! {
    // SAFETY: no memory is involved.
    unsafe { libc::syscall(libc::SYS_exit_group, ABORTED) };
    unreachable!("exit_group does not return")
}

fn append(log: c_int, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        // SAFETY: the bytes outlive the call.
        let n = unsafe { libc::syscall(libc::SYS_write, log, bytes.as_ptr(), bytes.len()) };
        assert!(n > 0, "the log cannot be written");
        bytes = &bytes[n as usize..];
    }
}

fn descriptor_link(fd: c_int) -> std::ffi::CString {
    std::ffi::CString::new(format!("/proc/self/fd/{fd}")).expect("digits")
}

fn link_target(link: &CStr) -> Option<String> {
    let mut buffer = [0u8; libc::PATH_MAX as usize];
    // SAFETY: the link is a C string, the buffer is as long as said.
    let n = unsafe {
        libc::syscall(libc::SYS_readlinkat, libc::AT_FDCWD, link.as_ptr(), buffer.as_mut_ptr(), buffer.len())
    };
    let n = usize::try_from(n).ok()?;
    String::from_utf8(buffer[..n].to_vec()).ok()
}
