//! What a model thinks aloud before it answers, between `<think>` and `</think>`: not part of the answer. Pure.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Leaves the thinking out of a stream of text.
#[derive(Debug, Default)]
pub(super) struct Thinking {
    state: State,
    /// What may be the beginning of a mark.
    held: String,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    /// Nothing but white space has come.
    #[default]
    Start,
    Thinks,
    Answers,
}

impl Thinking {
    /// Takes in a piece; returns what of it is answer. An opening mark counts only where the text begins.
    pub(super) fn push(&mut self, piece: &str) -> String {
        if self.state == State::Answers {
            return piece.to_owned();
        }
        self.held.push_str(piece);
        if self.state == State::Start {
            let text = self.held.trim_start();
            if text.is_empty() || (text.len() < OPEN.len() && OPEN.starts_with(text)) {
                return String::new();
            }
            if !text.starts_with(OPEN) {
                self.state = State::Answers;
                return std::mem::take(&mut self.held);
            }
            self.state = State::Thinks;
        }
        if let Some((_, after)) = self.held.split_once(CLOSE) {
            let answer = after.trim_start().to_owned();
            self.state = State::Answers;
            self.held.clear();
            return answer;
        }
        // Only what may become the closing mark is needed yet.
        let keep = self.held.len().saturating_sub(CLOSE.len() - 1);
        self.held.drain(..self.held.floor_char_boundary(keep));
        String::new()
    }

    /// What is left at the end: the beginning of a mark that did not become one.
    pub(super) fn finish(self) -> String {
        if self.state == State::Start { self.held } else { String::new() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(pieces: &[&str]) -> String {
        let mut thinking = Thinking::default();
        let mut out: String = pieces.iter().map(|piece| thinking.push(piece)).collect();
        out.push_str(&thinking.finish());
        out
    }

    #[test]
    fn thoughts_before_the_answer_are_left_out() {
        for (text, answer) in [
            ("<think>It may be 5. Or 9.</think>\n\nIt is 9.", "It is 9."),
            ("\n<think>\n</think>It is 9.", "It is 9."),
            ("It is 9.", "It is 9."),
            ("It is <think> 9.", "It is <think> 9."),
            ("<thin", "<thin"),
            ("<think>żółw without end", ""),
            ("", ""),
        ] {
            assert_eq!(read(&[text]), answer, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same(text in "(<think>)?(\\PC|<|/think>|ż){0,30}(</think>)?(\\PC){0,20}", cut in 0usize..80) {
            let cut = text.floor_char_boundary(cut.min(text.len()));
            let (a, b) = text.split_at(cut);
            let chars: Vec<String> = text.chars().map(String::from).collect();
            let chars: Vec<&str> = chars.iter().map(String::as_str).collect();
            let (whole, two, many) = (read(&[&text]), read(&[a, b]), read(&chars));
            prop_assert_eq!(two.trim_start(), whole.trim_start());
            prop_assert_eq!(many.trim_start(), whole.trim_start());
        }
    }
}
