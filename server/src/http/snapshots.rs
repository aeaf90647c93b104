//! `GET /v1/clients/{name}/snapshot`: a client as a tar archive, of one commit, while it is searched and written to.

use std::io::{self, BufWriter, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use footnote_index::{HeldSnapshot, Name};
use hyper::body::Frame;
use tokio::sync::mpsc;

use super::Api;
use super::auth::{self, Administrator};
use super::blocking::Place;
use super::error::ApiError;
use super::extract::PathId;

/// Bytes of a piece on its way to the network.
const PIECE: usize = 64 * 1024;
/// Pieces that may wait for the network.
const WAITING: usize = 8;
/// How long a receiver may take nothing before the download is given up.
const STALL: Duration = Duration::from_secs(60);

/// `GET /v1/clients/{name}/snapshot`: a copy of the client as of one commit.
#[utoipa::path(
    get, path = "/v1/clients/{name}/snapshot", operation_id = "download_snapshot", tag = "administration",
    params(("name" = String, Path, description = "The client's name.")),
    responses((
        status = 200, description = "Its database, the originals it refers to and a list of checksums.",
        body = [u8], content_type = "application/x-tar",
        headers(("content-disposition" = String, description = "`attachment`, named after the client and the commit."))
    )),
    security(("bearer" = ["admin"])), extensions(("x-codes" = json!(["disk_full"])))
)]
pub(crate) async fn download(
    State(api): State<Arc<Api>>,
    Administrator(admin): Administrator,
    PathId(name): PathId,
) -> Result<Response, ApiError> {
    let place = api.downloads.enter().await?;
    let app = Arc::clone(&api.app);
    let (sender, receiver) = mpsc::channel(WAITING);
    let (taken, snapshot) = tokio::sync::oneshot::channel();
    let name_of = name.clone();
    // One place covers taking the snapshot and sending it: whoever reads slowly holds no other thread.
    fill(place, sender, move |sender| {
        let held = auth::named(app.engine().control(), &admin, Name::new(&name_of).ok().as_ref())
            .and_then(|scope| Ok(app.engine().hold_snapshot(&scope)?));
        match held {
            Err(error) => drop(taken.send(Err(error))),
            Ok(held) => {
                if taken.send(Ok(held.report().seq)).is_ok() {
                    send(&held, &name_of, sender);
                }
            }
        }
    });
    let seq = snapshot.await.map_err(ApiError::internal)??;
    let mut response = Response::new(Body::new(Piped(receiver)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-tar"));
    let disposition = format!("attachment; filename=\"{name}-{seq}.tar\"");
    let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

/// Fills a body on a thread that may block. The body ends after the place is free again: who saw its end and asks for the next
/// download finds the place.
pub(super) fn fill<F>(place: Place, sender: mpsc::Sender<io::Result<Bytes>>, work: F)
where
    F: FnOnce(&mpsc::Sender<io::Result<Bytes>>) + Send + 'static,
{
    let last = sender.clone();
    tokio::spawn(async move {
        let worked = place
            .run(move || {
                work(&sender);
                Ok(())
            })
            .await;
        if let Err(error) = worked {
            tracing::warn!(detail = error.detail(), "a download was not sent whole");
            let _ = last.send(Err(io::Error::other("the download failed"))).await;
        }
    });
}

/// Writes the archive; a failure breaks the connection off, so that half an archive is not taken for a whole one.
fn send(held: &HeldSnapshot, name: &str, sender: &mpsc::Sender<io::Result<Bytes>>) {
    let pipe = Pipe::new(sender.clone());
    let mut archive = tar::Builder::new(BufWriter::with_capacity(PIECE, pipe));
    archive.mode(tar::HeaderMode::Deterministic);
    let written = archive
        .append_dir_all(name, &held.report().path)
        .and_then(|()| archive.into_inner())
        .and_then(|mut rest| rest.flush());
    if let Err(error) = written {
        tracing::warn!(%error, "a snapshot was not sent whole");
        let _ = sender.try_send(Err(error));
    }
}

/// The end that is written to, on a thread that may block.
pub(super) struct Pipe {
    sender: mpsc::Sender<io::Result<Bytes>>,
    runtime: tokio::runtime::Handle,
}

impl Pipe {
    /// The end of a channel; made on a thread of the runtime.
    pub(super) fn new(sender: mpsc::Sender<io::Result<Bytes>>) -> Self {
        Self { sender, runtime: tokio::runtime::Handle::current() }
    }
}

impl Write for Pipe {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let piece = self.sender.send_timeout(Ok(Bytes::copy_from_slice(buf)), STALL);
        let sent = self.runtime.block_on(piece);
        sent.map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "the receiver is gone or takes nothing"))?;
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The end that the network reads.
pub(super) struct Piped(mpsc::Receiver<io::Result<Bytes>>);

impl Piped {
    /// The other end of the channel.
    pub(super) fn new(receiver: mpsc::Receiver<io::Result<Bytes>>) -> Self {
        Self(receiver)
    }
}

impl hyper::body::Body for Piped {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.0.poll_recv(cx).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::blocking::Blocking;
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_next_download_finds_the_place_of_the_one_that_ended() {
        let downloads = Blocking::new(1, 0);
        for n in 0..200 {
            let place = downloads.enter().await.unwrap_or_else(|error| panic!("{n}: {}", error.detail()));
            let (sender, mut receiver) = mpsc::channel(WAITING);
            fill(place, sender, |_| {});
            assert!(receiver.recv().await.is_none());
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_download_that_panics_is_broken_off() {
        let place = Blocking::new(1, 0).enter().await.expect("a place");
        let (sender, mut receiver) = mpsc::channel(WAITING);
        fill(place, sender, |_| panic!("as a bug would"));
        assert!(receiver.recv().await.is_some_and(|piece| piece.is_err()));
        assert!(receiver.recv().await.is_none());
    }
}
