//! What the system says of this process. Linux; elsewhere nothing is said.

use std::fs;

/// The process as it is now; what the system does not say is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) resident: Option<u64>,
    pub(crate) mapped: Option<u64>,
    pub(crate) threads: Option<u64>,
    pub(crate) files: Option<u64>,
}

/// Asks the system.
pub(crate) fn process() -> Process {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    Process {
        resident: field(&status, "VmRSS:").map(|kib| kib * 1024),
        mapped: field(&status, "VmSize:").map(|kib| kib * 1024),
        threads: field(&status, "Threads:"),
        files: fs::read_dir("/proc/self/fd").ok().map(|entries| entries.count() as u64),
    }
}

/// The number behind a name.
fn field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_memory_threads_and_files() {
        let process = process();
        assert!(process.resident.expect("resident") > 1 << 20, "{process:?}");
        assert!(process.mapped >= process.resident);
        assert!(process.threads.expect("threads") >= 1);
        assert!(process.files.expect("files") >= 3);
        assert_eq!(field("Threads:\tx\n", "Threads:"), None);
    }
}
