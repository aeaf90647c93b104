//! Server-sent events: the data of each event, from its lines (WHATWG HTML, section 9.2). Pure.

/// Longest data of one event, in bytes.
const LONGEST: usize = 1 << 20;

/// Reads events off lines.
#[derive(Debug, Default)]
pub(super) struct Events {
    data: Option<String>,
}

impl Events {
    /// Takes in a line; returns the data of the event it ended. Events without data, comments and other fields are
    /// passed over, and so is data without end.
    pub(super) fn line(&mut self, line: &str) -> Option<String> {
        if line.is_empty() {
            return self.data.take();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        if field == "data" {
            let value = value.strip_prefix(' ').unwrap_or(value);
            match &mut self.data {
                Some(data) if data.len() + value.len() < LONGEST => {
                    data.push('\n');
                    data.push_str(value);
                }
                Some(_) => {}
                None => self.data = Some(value.to_owned()),
            }
        }
        None
    }

    /// Data at the end of the stream whose event was not ended: some servers leave out the last blank line.
    pub(super) fn finish(&mut self) -> Option<String> {
        self.data.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_joined_and_the_rest_passed_over() {
        let mut events = Events::default();
        let mut found = Vec::new();
        for line in [
            ": ping",
            "",
            "event: x",
            "data: a",
            "data:b",
            "id: 1",
            "",
            "data",
            "",
            "retry: 1",
            "",
            "data: end",
        ] {
            found.extend(events.line(line));
        }
        found.extend(events.finish());
        assert_eq!(found, ["a\nb", "", "end"]);
    }
}
