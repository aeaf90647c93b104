//! Recursive character splitting, as most products do it: the widest separator that makes pieces small enough, and pieces
//! joined again up to the size, the next chunk repeating whole pieces from the end of the one before it.

use std::ops::Range;

use super::split::trimmed;

/// What is cut at, widest first; what has none of them is cut between characters.
const SEPARATORS: [&str; 4] = ["\n\n", "\n", ". ", " "];

/// Chunks of at most `chars` characters of which up to `overlap` (a share) is repeated by the next.
pub(super) fn split(text: &str, chars: usize, overlap: f32) -> Vec<Range<usize>> {
    let chars = chars.max(1);
    let repeated = (chars as f32 * overlap.clamp(0.0, 0.9)) as usize;
    let mut pieces = Vec::new();
    cut(text, 0..text.len(), chars, &SEPARATORS, &mut pieces);
    join(text, &pieces, chars, repeated)
}

/// Cuts `span` into pieces of at most `chars` characters, which together are the span.
fn cut(text: &str, span: Range<usize>, chars: usize, separators: &[&str], pieces: &mut Vec<Range<usize>>) {
    let inside = &text[span.clone()];
    if inside.chars().nth(chars).is_none() {
        pieces.push(span);
        return;
    }
    let Some((separator, finer)) = separators.split_first() else {
        let mut start = span.start;
        while let Some((at, _)) = text[start..span.end].char_indices().nth(chars) {
            pieces.push(start..start + at);
            start += at;
        }
        pieces.push(start..span.end);
        return;
    };
    let mut start = span.start;
    for piece in inside.split_inclusive(separator) {
        cut(text, start..start + piece.len(), chars, finer, pieces);
        start += piece.len();
    }
}

/// Joins neighbours while they fit, and lets each chunk begin with the last pieces of the one before it.
fn join(text: &str, pieces: &[Range<usize>], chars: usize, repeated: usize) -> Vec<Range<usize>> {
    let sizes: Vec<usize> = pieces.iter().map(|piece| text[piece.clone()].chars().count()).collect();
    let mut found: Vec<Range<usize>> = Vec::new();
    let (mut first, mut size) = (0, 0);
    for (i, piece_size) in sizes.iter().enumerate() {
        if i > first && size + piece_size > chars {
            add(text, pieces[first].start..pieces[i - 1].end, &mut found);
            while first < i && (size > repeated || size + piece_size > chars) {
                size -= sizes[first];
                first += 1;
            }
        }
        size += piece_size;
    }
    if let (Some(start), Some(end)) = (pieces.get(first), pieces.last()) {
        add(text, start.start..end.end, &mut found);
    }
    found
}

/// Adds a chunk, unless all it has beyond the one before it is white space.
fn add(text: &str, span: Range<usize>, found: &mut Vec<Range<usize>>) {
    let chunk = trimmed(text, span).filter(|chunk| found.last().is_none_or(|last| chunk.end > last.end));
    found.extend(chunk);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str, chars: usize, overlap: f32) -> Vec<&str> {
        split(text, chars, overlap).into_iter().map(|span| &text[span]).collect()
    }

    #[test]
    fn the_widest_separator_that_serves_is_cut_at() {
        let text = "One two three. Four five.\n\nSix seven.\n\nEight";
        assert_eq!(texts(text, 26, 0.0), ["One two three. Four five.", "Six seven.\n\nEight"]);
        assert_eq!(texts(text, 16, 0.0), ["One two three.", "Four five.", "Six seven.", "Eight"]);
        assert_eq!(texts("abcdefgh", 3, 0.0), ["abc", "def", "gh"]);
    }

    #[test]
    fn whole_pieces_are_repeated() {
        assert_eq!(texts("aa bb cc dd ee", 9, 0.4), ["aa bb cc", "cc dd ee"]);
    }

    proptest! {
        #[test]
        fn chunks_cover_the_text_and_keep_the_size(text in "[a-zăș .\n]{0,300}", chars in 1usize..60, overlap in 0.0f32..1.0) {
            let mut end = 0;
            for span in split(&text, chars, overlap) {
                prop_assert!(span.end > end, "a chunk that says nothing new");
                prop_assert!(span.start <= end || text[end..span.start].trim().is_empty());
                prop_assert!(text[span.clone()].chars().count() <= chars);
                end = span.end;
            }
            prop_assert!(text[end..].trim().is_empty());
        }
    }
}
