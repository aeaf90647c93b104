//! What the system says of this process. Linux; elsewhere nothing is said.

use std::fs;

/// The process as it is now; what the system does not say is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) resident: Option<u64>,
    pub(crate) mapped: Option<u64>,
    pub(crate) threads: Option<u64>,
    pub(crate) files: Option<u64>,
    /// Hundredths of a second of processor time: its own and the system's for it.
    pub(crate) cpu_ticks: Option<u64>,
}

/// Asks the system.
pub(crate) fn process() -> Process {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    Process {
        resident: field(&status, "VmRSS:").map(|kib| kib * 1024),
        mapped: field(&status, "VmSize:").map(|kib| kib * 1024),
        threads: field(&status, "Threads:"),
        files: fs::read_dir("/proc/self/fd").ok().map(|entries| entries.count() as u64),
        cpu_ticks: fs::read_to_string("/proc/self/stat").ok().as_deref().and_then(cpu_ticks),
    }
}

/// `utime` and `stime` of proc_pid_stat(5), in ticks of 1/100 s: the kernel shows user programs no other clock.
fn cpu_ticks(stat: &str) -> Option<u64> {
    // The program's name, in brackets, may hold blanks and brackets itself; `utime` is the 12th field behind it.
    let mut behind = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    Some(behind.next()?.parse::<u64>().ok()? + behind.next()?.parse::<u64>().ok()?)
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
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194560 10 0 0 0 123 45 0 0 20 0 3 0 100 1000 10";
        assert_eq!(cpu_ticks(stat), Some(168));
        assert_eq!(cpu_ticks("7 (short) S 1"), None);
        let before = process.cpu_ticks.expect("processor time");
        let started = std::time::Instant::now();
        while started.elapsed() < std::time::Duration::from_millis(200) {
            std::hint::spin_loop();
        }
        assert!(super::process().cpu_ticks.expect("processor time") > before, "time goes on");
        assert_eq!(field("Threads:\tx\n", "Threads:"), None);
    }
}
