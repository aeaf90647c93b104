use std::process::ExitCode;

use clap::Args;

use crate::leakcheck::{LocalServer, Options, Site, World, check};

/// Prove that nothing crosses between clients and tenants: every operation with every credential and every foreign id
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// URL of a running server; without it one is started in this process, on an empty data directory
    #[arg(long, value_name = "URL", requires = "key")]
    server: Option<String>,
    /// Admin key for that server
    #[arg(long, value_name = "KEY", env = "FOOTNOTE_KEY", hide_env_values = true)]
    key: Option<String>,
    /// Admin key of another tenant of that server; without it nothing is tried across tenants
    #[arg(long, value_name = "KEY", requires = "server", env = "FOOTNOTE_OTHER_KEY", hide_env_values = true)]
    other_key: Option<String>,
    /// Pairs of a foreign and an unknown id that are timed
    #[arg(long, value_name = "N", default_value_t = 2000)]
    pairs: usize,
    /// Decides their order
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    // Lives until the world is gone.
    let local;
    let world = match (&arguments.server, &arguments.key) {
        (Some(url), Some(key)) => World::build(Site::new(url), key, arguments.other_key.as_deref())?,
        _ => {
            local = LocalServer::start(None)?;
            World::build(Site::new(&local.url), &local.admin, Some(&local.other_admin))?
        }
    };
    let options = Options { pairs: arguments.pairs, seed: arguments.seed, ..Options::default() };
    let report = check(&world, &options)?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report.json())?);
    } else {
        print!("{}", report.text());
    }
    Ok(if report.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
