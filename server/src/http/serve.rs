//! Sockets: listening, connections, and an orderly end.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, Request, header};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::connection::{Answer, Pace, Paced, Turn};
use super::leftover::Shared;
use super::{Api, HttpSettings, router};
use crate::app::App;

/// Pause after the system refused a connection (out of file descriptors, say).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Bytes of a request's line and headers after which no more is read of them; what comes in one piece may be as much again.
/// Beyond that the answer is 431.
const MAX_HEAD: usize = 64 * 1024;

/// Why the server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Somebody listens there already.
    #[error("{address} is in use by another program; stop it, or choose another port with --bind {}:PORT", .address.ip())]
    InUse {
        /// The address as asked for.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; choose another address with --bind ADDR:PORT")]
    Refused {
        /// The address as asked for.
        address: SocketAddr,
        /// The system's reason.
        source: std::io::Error,
    },
}

/// Listens on `address`, ready for [`tokio::net::TcpListener::from_std`].
pub fn bind(address: SocketAddr) -> Result<StdListener, BindError> {
    let refused = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::AddrInUse => BindError::InUse { address },
        _ => BindError::Refused { address, source },
    };
    // The standard library sets SO_REUSEADDR on Unix, so a restart does not wait for old connections.
    let listener = StdListener::bind(address).map_err(refused)?;
    listener.set_nonblocking(true).map_err(|source| BindError::Refused { address, source })?;
    Ok(listener)
}

/// Serves until `shutdown` resolves, then lets open requests end, the ingest worker finish the
/// run it is in and a migration the batch it is in, both within the settings' `drain_timeout`. What it does not finish is resumed by
/// the next start.
pub async fn serve(
    app: Arc<App>,
    settings: HttpSettings,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let address = listener.local_addr()?;
    settings
        .check(address)
        .map_err(|reason| std::io::Error::new(std::io::ErrorKind::InvalidInput, reason))?;
    let drain = settings.drain_timeout;
    let connections = Arc::new(Semaphore::new(settings.max_connections.max(1)));
    let mut http = http1::Builder::new();
    // The connection itself keeps the time.
    http.timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(MAX_HEAD);
    let pace = Pace {
        head: settings.header_timeout,
        idle: settings.idle_timeout,
        places: (Arc::clone(&connections), settings.max_connections.max(1)),
    };
    let flushed = Arc::clone(&app);
    let (api, worker) = Api::start(app, settings)?;
    if let Some(tokens) = &api.tokens {
        tokens.warm().await;
    }
    let service = router(Arc::clone(&api));
    tracing::info!(%address, "listening");

    let open = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let place = tokio::select! {
            biased;
            () = &mut shutdown => break,
            place = Arc::clone(&connections).acquire_owned() => place,
        };
        let accepted = tokio::select! {
            biased;
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        // Answers are small: waiting to fill packets only adds time.
        let _ = stream.set_nodelay(true);
        let turn = Turn::default();
        let paced = Paced::new(stream, pace.clone(), turn.clone());
        let routes = TowerToHyperService::new(service.clone());
        let answer = service_fn(move |request: Request<Incoming>| {
            // Who waits to be asked for the body is not asked for what nobody will read.
            let waits = request.headers().contains_key(header::EXPECT);
            let request = request.map(Shared::new);
            let left = request.body().clone();
            let (answering, reply) = (turn.begin(), routes.call(request));
            async move {
                let mut response = reply.await?;
                if !(left.is_end_stream() || !waits && left.drain().await) {
                    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                }
                Ok::<_, Infallible>(response.map(|body| Answer { body, _answering: answering }))
            }
        });
        let connection = open.watch(http.serve_connection(TokioIo::new(paced), answer));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
            drop(place);
        });
    }
    drop(listener);
    tracing::info!("stopping: no new requests, open ones end");
    api.stop();
    let until = tokio::time::Instant::now() + drain;
    if tokio::time::timeout_at(until, open.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time and are cut off");
    }
    while !(worker.is_finished() && api.migrations.is_finished()) && tokio::time::Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Those that ended while it stopped are counted too.
    api.limits.write(api.app.engine().control());
    // What was answered up to now is in the history before the process ends.
    tokio::task::spawn_blocking(move || flushed.front().flush()).await.map_err(std::io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_named_with_the_fix() {
        let first = bind("127.0.0.1:0".parse().expect("address")).expect("bind");
        let address = first.local_addr().expect("address");
        let error = bind(address).expect_err("in use").to_string();
        assert!(error.contains(&address.to_string()) && error.contains("--bind 127.0.0.1:PORT"), "{error}");
        assert!(!error.contains('\n'));
    }

    #[test]
    fn an_address_of_another_machine_is_refused() {
        let error = bind("192.0.2.1:0".parse().expect("address")).expect_err("not ours");
        assert!(matches!(error, BindError::Refused { .. }), "{error}");
    }
}
