//! The words of a vector picture in the Enhanced Metafile Format ([MS-EMF]): what charts and drawings that are embedded as objects
//! show to a reader whose program does not open the object.

/// The first record of a metafile, and its last.
const HEADER: u32 = 1;
const END: u32 = 14;
/// Records that draw text, in a code page and in UTF-16 ([MS-EMF] 2.3.5.7 and 2.3.5.8).
const TEXT_A: u32 = 83;
const TEXT_W: u32 = 84;
/// The characters are numbers of glyphs ([MS-EMF] 2.1.11).
const GLYPH_INDEX: u32 = 0x10;
/// Most texts of one picture.
const MAX_TEXTS: usize = 5000;
/// Most characters of one text.
const MAX_CHARS: usize = 4096;
/// A picture with fewer words of several letters shows a formula or an emblem.
const MIN_WORDS: usize = 2;

/// A text and where it starts and ends on its line.
#[derive(Debug)]
struct Run {
    left: i64,
    right: i64,
    line: i64,
    text: String,
}

/// The words of a metafile, line by line in the order in which they are drawn; `None` when it has none.
pub(crate) fn text(bytes: &[u8]) -> Option<String> {
    if number(bytes, 0) != Some(HEADER) || bytes.get(40..44) != Some(&b" EMF"[..]) {
        return None;
    }
    let mut runs = Vec::new();
    let mut rest = bytes;
    while let (Some(kind), Some(size)) = (number(rest, 0), number(rest, 4)) {
        let Some((record, after)) = rest.split_at_checked(size as usize).filter(|_| size >= 8) else { break };
        match kind {
            TEXT_A | TEXT_W if runs.len() < MAX_TEXTS => runs.extend(run(record, kind == TEXT_W)),
            END => break,
            _ => {}
        }
        rest = after;
    }
    let text = join(&runs);
    let words = text.split_whitespace().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 2);
    (words.count() >= MIN_WORDS).then_some(text)
}

/// The text of a record ([MS-EMF] 2.2.5).
fn run(record: &[u8], wide: bool) -> Option<Run> {
    let signed = |at| number(record, at).map(|value| i64::from(value.cast_signed()));
    let (left, line) = (signed(36)?, signed(40)?);
    let (count, start, options) =
        (number(record, 44)? as usize, number(record, 48)? as usize, number(record, 52)?);
    if options & GLYPH_INDEX != 0 || count > MAX_CHARS {
        return None;
    }
    let bytes = record.get(start..start.checked_add(count * if wide { 2 } else { 1 })?)?;
    let text = if wide {
        encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0
    } else {
        encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0
    };
    let steps = number(record, 72)? as usize;
    let steps = record.get(steps..).unwrap_or_default().chunks_exact(4).take(count);
    let width: i64 = steps.filter_map(|step| number(step, 0)).map(i64::from).sum();
    // Letters of symbol fonts are numbers without a meaning of their own.
    let text: String = text.chars().filter(|c| !('\u{e000}'..='\u{f8ff}').contains(c)).collect();
    (!text.trim().is_empty()).then_some(Run { left, right: left + width, line, text })
}

/// Programs draw a line in pieces; those that touch are one word.
fn join(runs: &[Run]) -> String {
    let mut out = String::new();
    let mut before: Option<&Run> = None;
    for run in runs {
        if let Some(before) = before {
            let letter = (run.right - run.left) / (run.text.chars().count().max(1) as i64);
            let gap = run.left - before.right;
            out.push_str(match run.line == before.line && run.left > before.left {
                true if gap * 5 <= letter => "",
                true => " ",
                false => "\n",
            });
        }
        out.push_str(&run.text);
        before = Some(run);
    }
    out
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn record(kind: u32, body: &[u8]) -> Vec<u8> {
        let size = u32::try_from(body.len() + 8).unwrap();
        [&kind.to_le_bytes()[..], &size.to_le_bytes(), body].concat()
    }

    fn drawn(left: i32, line: i32, options: u32, text: &str) -> Vec<u8> {
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let count = u32::try_from(wide.len() / 2).unwrap();
        let mut body = vec![0; 28];
        for value in
            [left.cast_unsigned(), line.cast_unsigned(), count, 76, options, 0, 0, 0, 0, 76 + 2 * count]
        {
            body.extend(value.to_le_bytes());
        }
        body.extend(wide);
        (0..count).for_each(|_| body.extend(10u32.to_le_bytes()));
        record(TEXT_W, &body)
    }

    /// A metafile that draws texts, each from its left end on its line.
    pub(crate) fn metafile(texts: &[(i32, i32, &str)]) -> Vec<u8> {
        let mut header = vec![0; 32];
        header.extend(b" EMF");
        let mut bytes = record(HEADER, &header);
        texts.iter().for_each(|(left, line, text)| bytes.extend(drawn(*left, *line, 0, text)));
        bytes.extend(record(END, &[]));
        bytes
    }

    #[test]
    fn pieces_of_a_line_are_put_together() {
        let bytes = metafile(&[(0, 5, "Tech"), (41, 5, "nical"), (120, 5, "Partners"), (0, 20, "Total")]);
        assert_eq!(text(&bytes).as_deref(), Some("Technical Partners\nTotal"));
    }

    #[test]
    fn what_is_no_text_is_left_out() {
        assert_eq!(text(&metafile(&[(0, 0, "x"), (20, 0, "="), (40, 0, "12")])), None, "a formula");
        let mut bytes = metafile(&[(0, 0, "two words")]);
        let end = bytes.split_off(bytes.len() - 8);
        bytes.extend([drawn(0, 0, GLYPH_INDEX, "glyph numbers"), drawn(0, 9, 0, "\u{f061}"), end].concat());
        assert_eq!(text(&bytes).as_deref(), Some("two words"));
        assert_eq!(text(b"\x89PNG two words"), None);
    }

    #[test]
    fn no_damage_panics() {
        let whole = metafile(&[(0, 5, "some words"), (0, 9, "and others")]);
        for at in 0..whole.len() {
            text(&whole[..at]);
            for value in [0, 0x7f, 0xff] {
                let mut damaged = whole.clone();
                damaged[at] = value;
                text(&damaged);
            }
        }
    }
}
