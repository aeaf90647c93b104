//! The server on a real socket: loopback without keys, slow callers, the orderly end.

use std::net::SocketAddr;
use std::time::Duration;

use footnote_server::http::{AuthMode, HttpSettings, bind, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::http_support::app;

pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<std::io::Result<()>>,
    _dir: tempfile::TempDir,
}

pub(crate) fn start(settings: HttpSettings) -> Running {
    let dir = tempfile::tempdir().expect("tempdir");
    let app = app(dir.path());
    let listener = bind("127.0.0.1:0".parse().expect("address")).expect("bind");
    let address = listener.local_addr().expect("address");
    let listener = TcpListener::from_std(listener).expect("listener");
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(serve(app, settings, listener, async move {
        // A dropped sender ends the server as well.
        let _ = stopped.await;
    }));
    Running { address, stop: Some(stop), task, _dir: dir }
}

impl Running {
    /// Sends raw bytes, returns all that comes until the server closes.
    pub(crate) async fn raw(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("connect");
        stream.write_all(request.as_bytes()).await.expect("write");
        read_all(&mut stream).await
    }

    pub(crate) async fn get(&self, path: &str, headers: &str) -> String {
        self.raw(&format!("GET {path} HTTP/1.1\r\nConnection: close\r\n{headers}\r\n")).await
    }

    pub(crate) async fn end(mut self) {
        self.stop.take().expect("running").send(()).expect("still running");
        self.task.await.expect("join").expect("ends well");
    }
}

pub(crate) async fn read_all(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset instead of an orderly close ends the answer as well.
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(crate) fn open() -> HttpSettings {
    HttpSettings { auth: AuthMode::OffLoopbackOnly, ..HttpSettings::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_keys_only_this_machine_is_answered() {
    let server = start(open());
    for (headers, status) in [
        ("Host: localhost\r\n", "200"),
        ("Host: 127.0.0.1:1234\r\n", "200"),
        ("Host: [::1]:1234\r\n", "200"),
        ("Host: localhost\r\nOrigin: http://127.0.0.1:3000\r\n", "200"),
        ("Host: evil.example\r\n", "403"),
        ("Host: localhost.evil.example\r\n", "403"),
        ("Host: localhost\r\nOrigin: https://evil.example\r\n", "403"),
        ("Host: localhost\r\nOrigin: null\r\n", "403"),
        ("", "403"),
    ] {
        for path in ["/healthz", "/v1/clients"] {
            let answer = server.get(path, headers).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{path} {headers:?}: {answer}");
            assert_eq!(answer.contains("host_not_allowed"), status == "403", "{answer}");
        }
    }
    // The client is still chosen, among all of the tenant's.
    let listing = server.get("/v1/documents", "Host: localhost\r\n").await;
    assert!(listing.contains("client_required"), "{listing}");
    let listing = server.get("/v1/documents", "Host: localhost\r\nX-Client-ID: acme\r\n").await;
    assert!(listing.starts_with("HTTP/1.1 200 "), "{listing}");
    server.end().await;
}

#[tokio::test]
async fn without_keys_other_addresses_are_refused() {
    let dir = tempfile::tempdir().expect("tempdir");
    let listener = TcpListener::bind("0.0.0.0:0").await.expect("bind");
    let error = serve(app(dir.path()), open(), listener, std::future::pending()).await.expect_err("refused");
    assert!(error.to_string().contains("loopback"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_callers_are_cut_off() {
    let server = start(HttpSettings {
        header_timeout: Duration::from_millis(200),
        request_timeout: Duration::from_millis(200),
        ..open()
    });
    // Both reads return at all only because the server closes.
    let headers = server.raw("GET /healthz HTTP/1.1\r\nHost: local").await;
    assert!(!headers.contains(" 200 "), "{headers}");
    let body = "POST /v1/search HTTP/1.1\r\nHost: localhost\r\nX-Client-ID: acme\r\nContent-Type: application/json\r\nContent-Length: 20\r\nConnection: close\r\n\r\n{";
    let body = server.raw(body).await;
    assert!(body.starts_with("HTTP/1.1 408 ") || body.starts_with("HTTP/1.1 504 "), "{body}");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn open_requests_end_before_the_server_does() {
    let mut server = start(open());
    let mut slow = TcpStream::connect(server.address).await.expect("connect");
    let head = "POST /v1/documents?uri=a HTTP/1.1\r\nHost: localhost\r\nX-Client-ID: acme\r\nContent-Type: text/plain\r\nContent-Length: 24\r\nExpect: 100-continue\r\n\r\n";
    slow.write_all(head.as_bytes()).await.expect("write");
    // The server asks for the body: the request is in its hands.
    let mut asked = [0u8; 25];
    slow.read_exact(&mut asked).await.expect("continue");
    assert!(asked.starts_with(b"HTTP/1.1 100 "), "{asked:?}");
    server.stop.take().expect("running").send(()).expect("still running");
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    slow.write_all(b"The lift carries 400 kg.").await.expect("body");
    let answer = read_all(&mut slow).await;
    assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
    server.task.await.expect("join").expect("ends well");
}
