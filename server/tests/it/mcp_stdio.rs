//! `footnote mcp`: the built binary, spoken to on standard input and output.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::cli_support::{Serving, footnote, json as object, run};

struct Agent {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Agent {
    fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("footnote starts");
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().expect("piped")));
        Self { child, input, output }
    }

    fn say(&mut self, message: &Value) {
        writeln!(self.input.as_mut().expect("open"), "{message}").expect("written");
    }

    fn hear(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("readable");
        serde_json::from_str(&line).unwrap_or_else(|e| panic!("not JSON ({e}): {line:?}"))
    }

    fn ask(&mut self, id: u64, method: &str, params: &Value) -> Value {
        self.say(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        let answer = self.hear();
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    /// The handshake, a list, and an answer about the lift.
    fn works(&mut self) {
        let params = json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } });
        let greeted = self.ask(1, "initialize", &params);
        assert_eq!(greeted["result"]["protocolVersion"], "2025-06-18", "{greeted}");
        self.say(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        let listed = self.ask(2, "tools/list", &json!({}));
        assert_eq!(listed["result"]["tools"].as_array().map(Vec::len), Some(3), "{listed}");
        let asked = self.ask(
            3,
            "tools/call",
            &json!({ "name": "ask", "arguments": { "question": "What does the lift carry?" } }),
        );
        let answer = &asked["result"]["structuredContent"];
        assert!(answer["answer"].as_str().is_some_and(|a| a.contains("400 kg")), "{asked}");
        let id = &answer["citations"][0]["document_id"];
        let read = self.ask(4, "tools/call", &json!({ "name": "fetch", "arguments": { "id": id } }));
        assert!(
            read["result"]["structuredContent"]["text"].as_str().is_some_and(|t| t.contains("400 kg")),
            "{read}"
        );
        let foreign = self.ask(
            5,
            "tools/call",
            &json!({ "name": "search", "arguments": { "query": "x", "client": "globex" } }),
        );
        assert_eq!(foreign["result"]["isError"], true, "{foreign}");
        let unknown = self.ask(6, "tools/call", &json!({ "name": "delete" }));
        assert_eq!(unknown["error"]["code"], -32602, "{unknown}");
    }

    /// Closes the input; the command ends well, and has said nothing more.
    fn leave(mut self) {
        drop(self.input.take());
        assert_eq!(self.child.wait().expect("ends").code(), Some(0));
        let mut rest = String::new();
        self.output.read_line(&mut rest).expect("readable");
        assert_eq!(rest, "");
    }
}

/// A data directory whose client `acme` has a lift, and `globex` nothing.
fn filled(data: &Path) {
    for client in ["acme", "globex"] {
        object(data, &["client", "add", client]);
    }
    let file = data.join("lift.md");
    std::fs::write(&file, "# Lift\n\nThe lift of Acme carries 400 kg.\n").expect("written");
    object(data, &["ingest", "--client", "acme", file.to_str().expect("UTF-8")]);
}

#[test]
fn an_agent_uses_a_data_directory_and_leaves() {
    let dir = tempfile::tempdir().expect("tempdir");
    filled(dir.path());
    let nobody = run(dir.path(), &["mcp"]);
    assert_eq!(nobody.code, Some(2), "which client is not said: {}{}", nobody.out, nobody.err);
    let mut command = footnote(dir.path());
    command.args(["mcp", "--client", "acme"]);
    let mut agent = Agent::start(command);
    agent.works();
    agent.leave();
    // One that leaves without a word is no failure.
    let mut command = footnote(dir.path());
    command.args(["mcp", "--client", "globex"]);
    Agent::start(command).leave();
}

#[test]
fn an_agent_uses_a_running_server_with_its_key() {
    let dir = tempfile::tempdir().expect("tempdir");
    filled(dir.path());
    let made = object(dir.path(), &["key", "add", "--clients", "acme"]);
    let server = Serving::start(dir.path(), &[]);
    let elsewhere = tempfile::tempdir().expect("tempdir");
    let mut command = footnote(elsewhere.path());
    command.args(["mcp", "--server", &server.url]).env("FOOTNOTE_KEY", made["key"].as_str().expect("key"));
    let mut agent = Agent::start(command);
    agent.works();
    agent.leave();
}
