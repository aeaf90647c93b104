use clap::Args;

use crate::target::{Host, Local, Model, Server, TargetError};

/// Where questions go.
#[derive(Debug, Args)]
pub(super) struct HostArguments {
    /// Ask a running server at this URL instead of an engine of this process; a client is made there and removed afterwards
    #[arg(long, value_name = "URL")]
    pub(super) server: Option<String>,
    /// API key for that server; an admin's, since clients are made
    #[arg(long, value_name = "KEY", env = "FOOTNOTE_KEY", hide_env_values = true)]
    pub(super) key: Option<String>,
}

impl HostArguments {
    /// The server when one is named, else an empty engine of this process.
    pub(super) fn host(&self, model: &Model) -> Result<Box<dyn Host>, TargetError> {
        Ok(match &self.server {
            Some(url) => Box::new(Server::new(url, self.key.clone())),
            None => Box::new(Local::temporary(model)?),
        })
    }
}
