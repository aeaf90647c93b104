//! Every family there is: name, labels, meaning. `docs/operations.md` lists them; a test compares.

/// What a family's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Only grows.
    Counter,
    /// As it is now.
    Gauge,
    /// Durations by size.
    Histogram,
}

/// A family of series.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Family {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) labels: &'static [&'static str],
    pub(crate) help: &'static str,
}

macro_rules! families {
    ($($id:ident = $kind:ident $name:literal [$($label:literal),*] $help:literal;)*) => {
        $(pub(crate) static $id: Family = Family {
            name: $name, kind: Kind::$kind, labels: &[$($label),*], help: $help,
        };)*
        /// All of them.
        #[cfg(test)]
        pub(crate) static ALL: &[&Family] = &[$(&$id),*];
    };
}

families! {
    REQUESTS = Counter "footnote_http_requests_total" ["method", "route", "status"] "Requests answered.";
    REQUEST_SECONDS = Histogram "footnote_http_request_duration_seconds" ["route"] "Time from a request's headers to its answer's headers.";
    STAGE_SECONDS = Histogram "footnote_stage_duration_seconds" ["operation", "stage"] "Time of a part of a search or an answer.";
    ANSWERS = Counter "footnote_answers_total" ["engine", "status", "reason"] "Answers by who wrote them and how they ended; abstentions have a reason.";
    SEARCHES = Counter "footnote_searches_total" ["status"] "Searches that found something or nothing.";
    DEGRADED = Counter "footnote_degraded_total" ["part"] "Parts that did not take part in a search or an answer.";
    GENERATOR_CALLS = Counter "footnote_generator_calls_total" ["engine", "outcome"] "Answers a generator was asked for.";
    GENERATOR_TOKENS = Counter "footnote_generator_tokens_total" ["engine", "direction"] "Tokens generators read and wrote.";
    CACHE = Counter "footnote_cache_requests_total" ["operation", "outcome"] "Questions looked up in the answer cache.";
    FEEDBACK = Counter "footnote_feedback_total" ["rating"] "Ratings taken.";
    LEFT_OUT = Counter "footnote_metrics_left_out_total" [] "Values not counted because their family has too many label sets.";
    IN_FLIGHT = Gauge "footnote_http_requests_in_flight" [] "Requests whose answer has not begun.";
    CACHE_ENTRIES = Gauge "footnote_cache_entries" [] "Answers and results kept in memory.";
    CACHE_BYTES = Gauge "footnote_cache_bytes" [] "Memory they take.";
    CACHE_EVICTED = Counter "footnote_cache_evicted_total" [] "Answers and results that made room for others.";
    GATE_PLACES = Gauge "footnote_gate_places" ["gate"] "Places to work at the same time.";
    GATE_RUNNING = Gauge "footnote_gate_running" ["gate"] "Places taken.";
    GATE_WAITING = Gauge "footnote_gate_waiting" ["gate"] "Requests in line for a place.";
    GATE_REFUSED = Counter "footnote_gate_refused_total" ["gate"] "Requests refused because the line was full.";
    HISTORY_ROWS = Counter "footnote_history_entries_total" ["outcome"] "History entries written, dropped because the queue was full, or lost in a failed write.";
    HISTORY_QUEUE = Gauge "footnote_history_queue" [] "History entries that wait to be written.";
    OPEN_CLIENTS = Gauge "footnote_open_clients" [] "Clients that are open.";
    OPEN_BYTES = Gauge "footnote_open_clients_memory_bytes" [] "Memory open clients take, as counted for their budget.";
    OPEN_FILES = Gauge "footnote_open_clients_files" [] "File descriptors of open clients.";
    OPEN_MAPS = Gauge "footnote_open_clients_maps" [] "Mapped files of open clients.";
    INDEX_DOCUMENTS = Gauge "footnote_index_documents" [] "Searchable documents of open clients.";
    INDEX_VECTORS = Gauge "footnote_index_vectors" [] "Vectors of open clients in memory.";
    LEDGER = Gauge "footnote_ledger_versions" ["state"] "Document versions of open clients that wait to be read, or failed.";
    DISK_FREE = Gauge "footnote_disk_free_bytes" [] "Bytes free on the data directory's disk.";
    STARTED = Gauge "process_start_time_seconds" [] "When the process began to count, seconds since the Unix epoch.";
    RESIDENT = Gauge "process_resident_memory_bytes" [] "Memory of the process in use.";
    VIRTUAL = Gauge "process_virtual_memory_bytes" [] "Memory of the process mapped.";
    CPU_SECONDS = Counter "process_cpu_seconds_total" [] "Processor time of the process, its own and the system's for it.";
    THREADS = Gauge "process_threads" [] "Threads of the process.";
    OPEN_FDS = Gauge "process_open_fds" [] "File descriptors of the process.";
    BUILD = Gauge "footnote_build_info" ["version", "model"] "Always 1; says what runs.";
}

/// Those that are counted as things happen; the others are read when they are asked for.
pub(crate) static COUNTED: &[&Family] = &[
    &REQUESTS,
    &REQUEST_SECONDS,
    &STAGE_SECONDS,
    &ANSWERS,
    &SEARCHES,
    &DEGRADED,
    &GENERATOR_CALLS,
    &GENERATOR_TOKENS,
    &CACHE,
    &FEEDBACK,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_plain_and_documented() {
        let documentation = include_str!("../../../docs/operations.md");
        let mut seen = std::collections::HashSet::new();
        for family in ALL {
            assert!(seen.insert(family.name), "{} twice", family.name);
            assert!(family.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", family.name);
            assert_eq!(family.name.ends_with("_total"), family.kind == Kind::Counter, "{}", family.name);
            assert!(family.help.ends_with('.') && !family.help.contains('\n'));
            assert!(
                documentation.contains(&format!("`{}`", family.name)),
                "docs/operations.md lacks {}",
                family.name
            );
            for label in family.labels {
                assert!(!["tenant", "client", "key", "le"].contains(label), "{}", family.name);
            }
        }
    }
}
