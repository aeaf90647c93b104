//! The C library's calls that change files, under their own names.
//!
//! A definition in a program comes before the one in a shared library, so the standard library,
//! SQLite and rustix (built for the C library in tests) call these. Each makes the system call
//! itself; those on watched files go through the recorder. In a process without a recorder they do
//! nothing else. What goes around them is caught by comparing the replayed log with the real folder.

#![expect(unsafe_code, reason = "the C library's functions, taken over")]

use std::ffi::{c_char, c_int, c_long, c_uint, c_void};

use libc::{iovec, mode_t, off_t, size_t, ssize_t, syscall};

use crate::record::{Op, Record};
use crate::recorder::{Recorder, recorder};

/// SAFETY of all below: they are called as the C library's functions are, with the same promises of
/// their callers, and hand the same arguments to the same system calls. Variadic arguments of `open`
/// are integers, which Linux's calling conventions pass like named ones.
macro_rules! take_over {
    ($([$($name:ident),+] $args:tt -> $out:ty = $body:ident;)+) => {
        $($(take_one!($name $args $out, $body);)+)+
    };
}

macro_rules! take_one {
    ($name:ident ($($arg:ident: $type:ty),*) $out:ty, $body:ident) => {
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($($arg: $type),*) -> $out {
            // SAFETY: see above.
            unsafe { $body($($arg),*) }
        }
    };
}

take_over! {
    [open, open64] (path: *const c_char, flags: c_int, mode: mode_t) -> c_int = open_here;
    [openat, openat64] (folder: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int = open_at;
    [creat, creat64] (path: *const c_char, mode: mode_t) -> c_int = creat_here;
    [write] (fd: c_int, bytes: *const c_void, n: size_t) -> ssize_t = write_on;
    [pwrite, pwrite64] (fd: c_int, bytes: *const c_void, n: size_t, at: off_t) -> ssize_t = write_at;
    [writev] (fd: c_int, parts: *const iovec, n: c_int) -> ssize_t = write_parts;
    [pwritev, pwritev64] (fd: c_int, parts: *const iovec, n: c_int, at: off_t) -> ssize_t = write_parts_at;
    [ftruncate, ftruncate64] (fd: c_int, size: off_t) -> c_int = resize;
    [truncate, truncate64] (path: *const c_char, size: off_t) -> c_int = resize_path;
    [fallocate, fallocate64] (fd: c_int, mode: c_int, at: off_t, n: off_t) -> c_int = allocate;
    [posix_fallocate, posix_fallocate64] (fd: c_int, at: off_t, n: off_t) -> c_int = posix_allocate;
    [rename] (from: *const c_char, to: *const c_char) -> c_int = rename_here;
    [renameat] (from_in: c_int, from: *const c_char, to_in: c_int, to: *const c_char) -> c_int = rename_at;
    [renameat2] (from_in: c_int, from: *const c_char, to_in: c_int, to: *const c_char, flags: c_uint) -> c_int = rename_with;
    [link] (from: *const c_char, to: *const c_char) -> c_int = link_here;
    [linkat] (from_in: c_int, from: *const c_char, to_in: c_int, to: *const c_char, flags: c_int) -> c_int = link_at;
    [symlink] (to: *const c_char, path: *const c_char) -> c_int = symlink_here;
    [symlinkat] (to: *const c_char, folder: c_int, path: *const c_char) -> c_int = symlink_at;
    [unlink] (path: *const c_char) -> c_int = unlink_here;
    [unlinkat] (folder: c_int, path: *const c_char, flags: c_int) -> c_int = unlink_at;
    [rmdir] (path: *const c_char) -> c_int = rmdir_here;
    [mkdir] (path: *const c_char, mode: mode_t) -> c_int = mkdir_here;
    [mkdirat] (folder: c_int, path: *const c_char, mode: mode_t) -> c_int = mkdir_at;
    [fsync] (fd: c_int) -> c_int = sync_all;
    [fdatasync] (fd: c_int) -> c_int = sync_data;
    [copy_file_range] (from: c_int, from_at: *mut off_t, to: c_int, to_at: *mut off_t, n: size_t, flags: c_uint) -> ssize_t = copy_range;
    [sendfile, sendfile64] (to: c_int, from: c_int, at: *mut off_t, n: size_t) -> ssize_t = send;
    [mmap, mmap64] (at: *mut c_void, n: size_t, protection: c_int, flags: c_int, fd: c_int, from: off_t) -> *mut c_void = map;
}

unsafe fn open_here(path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    unsafe { open_at(libc::AT_FDCWD, path, flags, mode) }
}

unsafe fn creat_here(path: *const c_char, mode: mode_t) -> c_int {
    unsafe { open_here(path, libc::O_CREAT | libc::O_WRONLY | libc::O_TRUNC, mode) }
}

unsafe fn open_at(folder: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    let call = || unsafe { syscall(libc::SYS_openat, folder, path, flags, mode) };
    let unnamed = flags & libc::O_TMPFILE == libc::O_TMPFILE;
    let changes = unnamed || flags & (libc::O_CREAT | libc::O_TRUNC) != 0;
    let Some((recorder, below)) = named(folder, path).filter(|_| changes) else { return call() as c_int };
    // No other call comes between this question and the answer: only this process writes here, and a
    // file it makes in two threads at once would be one of the engine's mistakes.
    let there = unsafe { syscall(libc::SYS_faccessat, folder, path, libc::F_OK) } == 0;
    let (op, record) = match (unnamed, there) {
        (true, _) => (Op::Other, Record::new(Op::Other, &below, 0, b"O_TMPFILE")),
        (_, false) => (Op::Create, Record::new(Op::Create, &below, 0, &[])),
        _ if flags & libc::O_TRUNC != 0 => (Op::Resize, Record::new(Op::Resize, &below, 0, &[])),
        _ => return call() as c_int,
    };
    recorder.run(op, &below, call, |_| Some(record)) as c_int
}

unsafe fn write_on(fd: c_int, bytes: *const c_void, n: size_t) -> ssize_t {
    let call = || unsafe { syscall(libc::SYS_write, fd, bytes, n) };
    written(fd, call, |n| (before(fd, n), unsafe { copied(bytes, n) }))
}

unsafe fn write_at(fd: c_int, bytes: *const c_void, n: size_t, at: off_t) -> ssize_t {
    let call = || unsafe { syscall(libc::SYS_pwrite64, fd, bytes, n, at) };
    written(fd, call, |n| (at, unsafe { copied(bytes, n) }))
}

unsafe fn write_parts(fd: c_int, parts: *const iovec, count: c_int) -> ssize_t {
    let call = || unsafe { syscall(libc::SYS_writev, fd, parts, count) };
    written(fd, call, |n| (before(fd, n), unsafe { gathered(parts, count, n) }))
}

unsafe fn write_parts_at(fd: c_int, parts: *const iovec, count: c_int, at: off_t) -> ssize_t {
    let call = || unsafe { syscall(libc::SYS_pwritev, fd, parts, count, at, 0) };
    written(fd, call, |n| (at, unsafe { gathered(parts, count, n) }))
}

/// Runs a write; `what` says from the number of bytes written which they were, and where.
fn written(
    fd: c_int,
    call: impl FnOnce() -> c_long,
    what: impl FnOnce(usize) -> (off_t, Vec<u8>),
) -> ssize_t {
    let Some((recorder, path)) = opened(fd) else { return call() as ssize_t };
    let record = |n| {
        let (at, data) = what(n as usize);
        Some(Record { op: Op::Write, path: path.clone(), at: at as u64, data })
    };
    recorder.run(Op::Write, &path, call, record) as ssize_t
}

/// Where the last `n` bytes written through the descriptor's own position lie.
fn before(fd: c_int, n: usize) -> off_t {
    // SAFETY: no memory is involved.
    unsafe { syscall(libc::SYS_lseek, fd, 0, libc::SEEK_CUR) - n as off_t }
}

unsafe fn copied(bytes: *const c_void, n: usize) -> Vec<u8> {
    unsafe { std::slice::from_raw_parts(bytes.cast::<u8>(), n) }.to_vec()
}

unsafe fn gathered(parts: *const iovec, count: c_int, n: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(n);
    for part in unsafe { std::slice::from_raw_parts(parts, count as usize) } {
        out.extend(unsafe { copied(part.iov_base, part.iov_len.min(n - out.len())) });
    }
    out
}

unsafe fn resize(fd: c_int, size: off_t) -> c_int {
    let call = || unsafe { syscall(libc::SYS_ftruncate, fd, size) };
    let Some((recorder, path)) = opened(fd) else { return call() as c_int };
    recorder.run(Op::Resize, &path, call, |_| Some(Record::new(Op::Resize, &path, size as u64, &[]))) as c_int
}

unsafe fn resize_path(path: *const c_char, size: off_t) -> c_int {
    let call = || unsafe { syscall(libc::SYS_truncate, path, size) };
    let Some((recorder, below)) = named(libc::AT_FDCWD, path) else { return call() as c_int };
    recorder.run(Op::Resize, &below, call, |_| Some(Record::new(Op::Resize, &below, size as u64, &[])))
        as c_int
}

unsafe fn allocate(fd: c_int, mode: c_int, at: off_t, n: off_t) -> c_int {
    let call = || unsafe { syscall(libc::SYS_fallocate, fd, mode, at, n) };
    let Some((recorder, path)) = opened(fd) else { return call() as c_int };
    let record = |_| {
        if mode & !libc::FALLOC_FL_KEEP_SIZE != 0 {
            return Some(Record::new(Op::Other, &path, 0, b"fallocate"));
        }
        let position = before(fd, 0);
        // SAFETY: no memory is involved.
        let size = unsafe {
            let size = syscall(libc::SYS_lseek, fd, 0, libc::SEEK_END);
            syscall(libc::SYS_lseek, fd, position, libc::SEEK_SET);
            size
        };
        Some(Record::new(Op::Resize, &path, size as u64, &[]))
    };
    recorder.run(Op::Resize, &path, call, record) as c_int
}

unsafe fn posix_allocate(fd: c_int, at: off_t, n: off_t) -> c_int {
    match unsafe { allocate(fd, 0, at, n) } {
        0 => 0,
        _ => std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO),
    }
}

unsafe fn rename_here(from: *const c_char, to: *const c_char) -> c_int {
    unsafe { rename_with(libc::AT_FDCWD, from, libc::AT_FDCWD, to, 0) }
}

unsafe fn rename_at(from_in: c_int, from: *const c_char, to_in: c_int, to: *const c_char) -> c_int {
    unsafe { rename_with(from_in, from, to_in, to, 0) }
}

unsafe fn rename_with(
    from_in: c_int,
    from: *const c_char,
    to_in: c_int,
    to: *const c_char,
    flags: c_uint,
) -> c_int {
    let call = || unsafe { syscall(libc::SYS_renameat2, from_in, from, to_in, to, flags) };
    let op = if flags & libc::RENAME_EXCHANGE == 0 { Op::Rename } else { Op::Other };
    two_paths(op, named(from_in, from), named(to_in, to), call)
}

unsafe fn link_here(from: *const c_char, to: *const c_char) -> c_int {
    unsafe { link_at(libc::AT_FDCWD, from, libc::AT_FDCWD, to, 0) }
}

unsafe fn link_at(
    from_in: c_int,
    from: *const c_char,
    to_in: c_int,
    to: *const c_char,
    flags: c_int,
) -> c_int {
    let call = || unsafe { syscall(libc::SYS_linkat, from_in, from, to_in, to, flags) };
    two_paths(Op::Link, named(from_in, from), named(to_in, to), call)
}

type Place = Option<(&'static Recorder, String)>;

fn two_paths(op: Op, from: Place, to: Place, call: impl FnOnce() -> c_long) -> c_int {
    let (recorder, op, from, to) = match (from, to) {
        (None, None) => return call() as c_int,
        (Some((recorder, from)), Some((_, to))) => (recorder, op, from, to),
        // Into the folder or out of it: not followed.
        (Some((recorder, path)), None) | (None, Some((recorder, path))) => {
            (recorder, Op::Other, path, op.name().to_owned())
        }
    };
    // A renaming is known by the name it makes.
    recorder.run(op, &to, call, |_| Some(Record::new(op, &from, 0, to.as_bytes()))) as c_int
}

unsafe fn symlink_here(to: *const c_char, path: *const c_char) -> c_int {
    unsafe { symlink_at(to, libc::AT_FDCWD, path) }
}

unsafe fn symlink_at(to: *const c_char, folder: c_int, path: *const c_char) -> c_int {
    let call = || unsafe { syscall(libc::SYS_symlinkat, to, folder, path) };
    other(named(folder, path), "symlink", call) as c_int
}

unsafe fn unlink_here(path: *const c_char) -> c_int {
    unsafe { unlink_at(libc::AT_FDCWD, path, 0) }
}

unsafe fn rmdir_here(path: *const c_char) -> c_int {
    unsafe { unlink_at(libc::AT_FDCWD, path, libc::AT_REMOVEDIR) }
}

unsafe fn unlink_at(folder: c_int, path: *const c_char, flags: c_int) -> c_int {
    let call = || unsafe { syscall(libc::SYS_unlinkat, folder, path, flags) };
    simple(Op::Remove, named(folder, path), call)
}

unsafe fn mkdir_here(path: *const c_char, mode: mode_t) -> c_int {
    unsafe { mkdir_at(libc::AT_FDCWD, path, mode) }
}

unsafe fn mkdir_at(folder: c_int, path: *const c_char, mode: mode_t) -> c_int {
    let call = || unsafe { syscall(libc::SYS_mkdirat, folder, path, mode) };
    simple(Op::Mkdir, named(folder, path), call)
}

unsafe fn sync_all(fd: c_int) -> c_int {
    simple(Op::Sync, opened(fd), || unsafe { syscall(libc::SYS_fsync, fd) })
}

unsafe fn sync_data(fd: c_int) -> c_int {
    simple(Op::Sync, opened(fd), || unsafe { syscall(libc::SYS_fdatasync, fd) })
}

fn simple(op: Op, place: Place, call: impl FnOnce() -> c_long) -> c_int {
    let Some((recorder, path)) = place else { return call() as c_int };
    recorder.run(op, &path, call, |_| Some(Record::new(op, &path, 0, &[]))) as c_int
}

unsafe fn copy_range(
    from: c_int,
    from_at: *mut off_t,
    to: c_int,
    to_at: *mut off_t,
    n: size_t,
    flags: c_uint,
) -> ssize_t {
    let call = || unsafe { syscall(libc::SYS_copy_file_range, from, from_at, to, to_at, n, flags) };
    other(opened(to), "copy_file_range", call) as ssize_t
}

unsafe fn send(to: c_int, from: c_int, at: *mut off_t, n: size_t) -> ssize_t {
    let call = || unsafe { syscall(libc::SYS_sendfile, to, from, at, n) };
    other(opened(to), "sendfile", call) as ssize_t
}

unsafe fn map(
    at: *mut c_void,
    n: size_t,
    protection: c_int,
    flags: c_int,
    fd: c_int,
    from: off_t,
) -> *mut c_void {
    let call = || unsafe { syscall(libc::SYS_mmap, at, n, protection, flags, fd, from) };
    let shared = flags & libc::MAP_TYPE != libc::MAP_PRIVATE && flags & libc::MAP_ANONYMOUS == 0;
    let place = if shared && protection & libc::PROT_WRITE != 0 { opened(fd) } else { None };
    other(place, "mmap", call) as *mut c_void
}

/// A call that is not followed, only named in the log.
fn other(place: Place, name: &str, call: impl FnOnce() -> c_long) -> c_long {
    let Some((recorder, path)) = place else { return call() };
    recorder.run(Op::Other, &path, call, |_| Some(Record::new(Op::Other, &path, 0, name.as_bytes())))
}

fn named(folder: c_int, path: *const c_char) -> Place {
    let recorder = recorder()?;
    // SAFETY: callers hand on the path they were given.
    Some((recorder, unsafe { recorder.path(folder, path) }?))
}

fn opened(fd: c_int) -> Place {
    let recorder = recorder()?;
    Some((recorder, recorder.path_of(fd)?))
}
