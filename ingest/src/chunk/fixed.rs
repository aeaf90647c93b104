//! Windows of a fixed number of characters, the baseline of many products, except that they end at white space.

use std::ops::Range;

use super::split::trimmed;

/// Windows of at most `chars` characters of which about `overlap` (a share) is repeated by the next.
pub(super) fn windows(text: &str, chars: usize, overlap: f32) -> Vec<Range<usize>> {
    let chars = chars.max(1);
    let step_back = (chars as f32 * overlap.clamp(0.0, 0.9)) as usize;
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    while let Some(rest) = trimmed(text, start..text.len()) {
        start = rest.start;
        let window = &text[start..];
        let hard_end = window.char_indices().nth(chars).map_or(text.len(), |(at, _)| start + at);
        let end = if hard_end == text.len() || text[hard_end..].starts_with(char::is_whitespace) {
            hard_end
        } else {
            // A window without white space holds a single word above the size; that is cut between characters.
            text[start..hard_end].rfind(char::is_whitespace).map_or(hard_end, |at| start + at)
        };
        // A window that repeats words may end where the one before it did; then it says nothing new.
        let window = trimmed(text, start..end).filter(|w| found.last().is_none_or(|last| w.end > last.end));
        let Some(window) = window else {
            start = end;
            continue;
        };
        found.push(window);
        if end == text.len() {
            break;
        }
        start = next_start(text, start, end, step_back);
    }
    found
}

/// `step_back` characters before `end`, moved on to the start of a word, but always behind `start`.
fn next_start(text: &str, start: usize, end: usize, step_back: usize) -> usize {
    if step_back == 0 {
        return end;
    }
    let back = text[start..end].char_indices().rev().nth(step_back - 1).map_or(start, |(at, _)| start + at);
    let word =
        text[back..end].char_indices().find(|(_, c)| c.is_whitespace()).map_or(end, |(at, _)| back + at);
    if word > start { word } else { end }
}
