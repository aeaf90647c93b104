//! The system calls of the worker: limits on itself, and nothing else.
#![expect(unsafe_code, reason = "resource limits and process controls have no safe interface in std")]

use std::io;

use super::WorkerLimits;

/// Puts the calling process under `limits`. Must run before the process starts a thread.
///
/// # Errors
/// The system's error; the caller must not go on without limits.
pub(super) fn confine(limits: &WorkerLimits) -> io::Result<()> {
    // No core dumps (they would hold the document), no files written, hardly any opened.
    set_limit(libc::RLIMIT_CORE, 0, 0)?;
    set_limit(libc::RLIMIT_FSIZE, 0, 0)?;
    set_limit(libc::RLIMIT_NOFILE, 16, 16)?;
    set_limit(libc::RLIMIT_AS, limits.max_memory_bytes, limits.max_memory_bytes)?;
    // At the soft limit SIGXCPU names the reason; SIGKILL follows a second later.
    set_limit(libc::RLIMIT_CPU, limits.max_cpu_seconds, limits.max_cpu_seconds.saturating_add(1))?;
    harden()
}

fn set_limit(resource: Resource, soft: u64, hard: u64) -> io::Result<()> {
    let limit = libc::rlimit { rlim_cur: soft as libc::rlim_t, rlim_max: hard as libc::rlim_t };
    // SAFETY: `limit` is a valid rlimit that outlives the call; setrlimit only reads it.
    let rc = unsafe { libc::setrlimit(resource, &raw const limit) };
    if rc == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
type Resource = libc::__rlimit_resource_t;
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
type Resource = libc::c_int;

#[cfg(target_os = "linux")]
fn harden() -> io::Result<()> {
    // SAFETY: these prctl options take plain integers and touch no memory of ours.
    let no_new_privs = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    if no_new_privs != 0 {
        return Err(io::Error::last_os_error());
    }
    // The worker dies with the thread that waits for it, so that a killed server leaves nothing running.
    // SAFETY: as above.
    let death_signal = unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0) };
    if death_signal != 0 {
        return Err(io::Error::last_os_error());
    }
    // Descriptors the parent leaked into us; kernels before 5.9 lack the call, and std opens everything close-on-exec anyway.
    // SAFETY: this process has opened nothing above the standard three that anything still uses.
    unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, 0) };
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn harden() -> io::Result<()> {
    Ok(())
}
