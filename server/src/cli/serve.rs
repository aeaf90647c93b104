//! `footnote serve`.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;

use super::Ended;
use super::args::Serve;
use super::backend::Backend as _;
use super::config::{Settings, Usage, origins};
use super::local::Local;
use crate::app::App;
use crate::generators::Generators;
use crate::http::{self, AuthMode, HttpSettings};

pub(super) fn run(args: &Serve, settings: &Settings) -> anyhow::Result<Ended> {
    let bind = args.bind.as_ref().unwrap_or(&settings.bind);
    let address: SocketAddr = bind
        .parse()
        .map_err(|_| Usage(format!("bind address {bind:?}: use ADDR:PORT, for example 127.0.0.1:7700")))?;
    if args.no_auth && !address.ip().is_loopback() {
        return Err(
            Usage(format!("--no-auth is only allowed on a loopback address, not {}", address.ip())).into()
        );
    }
    let mut cors_origins = settings.cors_origins.clone();
    if !args.cors_origin.is_empty() {
        cors_origins = origins(&args.cors_origin.join(","))?;
    }
    let listener = http::bind(address)?;
    if !args.no_auth {
        let local = Local::open(settings)?;
        if settings.serving.jwt.is_none() && !local.keys()?.iter().any(|k| k.revoked.is_none()) {
            anyhow::bail!(
                "there is no API key yet; `footnote init` makes the first one (or --no-auth on a loopback address)"
            );
        }
    }
    let models = Settings::models()?;
    let app = Arc::new(App::open(&settings.app(), &models)?);
    app.set_generators(Generators::open(&settings.generators, &models).map_err(Usage)?);
    app.set_front(settings.front.clone());
    let auth = if args.no_auth { AuthMode::OffLoopbackOnly } else { AuthMode::Required };
    let http_settings = HttpSettings { auth, bind: address, cors_origins, ..settings.serving.http() };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("start the runtime")?;
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener).context("take over the listener")?;
        let address = listener.local_addr()?;
        tracing::info!(%address, auth = !args.no_auth, data = %settings.data.display(), model = %settings.model, "listening");
        eprintln!("footnote is listening on http://{address}{}", if args.no_auth { " WITHOUT authentication (loopback only)" } else { "" });
        http::serve(app, http_settings, listener, stop_signal()).await?;
        anyhow::Ok(())
    })?;
    tracing::info!("stopped");
    Ok(Ended::Well)
}

/// Resolves at the first SIGINT or SIGTERM.
async fn stop_signal() {
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(stream) => stream,
        Err(error) => {
            tracing::warn!(%error, "SIGTERM cannot be caught");
            drop(tokio::signal::ctrl_c().await);
            return;
        }
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
