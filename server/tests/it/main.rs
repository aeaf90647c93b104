//! Integration tests of the server: one binary, a module a subject.

mod cache;
mod cli_disk;
mod cli_errors;
mod cli_kill;
mod cli_migrate;
mod cli_models;
mod cli_remote;
mod cli_sample;
mod cli_snapshot;
mod cli_support;
mod cli_sync;
mod endpoint;
mod generators_answers;
mod generators_faults;
mod generators_local;
mod generators_support;
mod history;
mod history_kill;
mod http_access;
mod http_documents;
mod http_jobs;
mod http_protocol;
mod http_search;
mod http_serve;
mod http_support;
mod metrics;
