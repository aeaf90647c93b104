//! How the rows of a file are written: the separator of its values and whether they are quoted.

use ::csv::{ByteRecord, ReaderBuilder};

/// Separators that are tried, the likelier first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Bytes at the start of a file that are looked at.
const SAMPLE_BYTES: usize = 256 * 1024;
/// Rows that are looked at.
const SAMPLE_ROWS: usize = 300;

/// How a file writes its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dialect {
    /// Between two values.
    pub(super) delimiter: u8,
    /// Whether values may stand in quotation marks.
    pub(super) quoted: bool,
    /// Where the first row starts: behind a `sep=` line.
    pub(super) start: usize,
}

impl Dialect {
    /// The dialect of a file of that name by its content, `None` when its lines are no rows.
    pub(super) fn of(text: &str, name: &str) -> Option<Self> {
        if let Some((delimiter, start)) = declared(text) {
            return Some(Self { delimiter, quoted: true, start });
        }
        let sample = sample(text);
        let mut best: Option<(f64, u8)> = None;
        for delimiter in DELIMITERS {
            let score = score(sample, delimiter);
            if score > best.map_or(0.0, |(best, _)| best) {
                best = Some((score, delimiter));
            }
        }
        if let Some((_, delimiter)) = best {
            return Some(Self { delimiter, quoted: true, start: 0 });
        }
        // One value a row is a table of one column, unless the lines are sentences.
        let tabs = name.to_ascii_lowercase().ends_with(".tsv");
        let column =
            sample.lines().all(|line| line.chars().count() <= 60 && !line.trim_end().ends_with(['.', ',']));
        column.then_some(Self { delimiter: if tabs { b'\t' } else { b',' }, quoted: true, start: 0 })
    }
}

/// The separator that a first line `sep=;` names, and where the next line starts.
fn declared(text: &str) -> Option<(u8, usize)> {
    let line = text.lines().next()?;
    let rest = line.trim_matches('"');
    let value = rest.get(..4).filter(|key| key.eq_ignore_ascii_case("sep=")).and_then(|_| rest.get(4..))?;
    let [delimiter] = value.as_bytes() else { return None };
    (delimiter.is_ascii() && !matches!(delimiter, b'"' | b'\n'))
        .then_some((*delimiter, text.len().min(line.len() + 1)))
}

/// The first whole lines of a file.
fn sample(text: &str) -> &str {
    if text.len() <= SAMPLE_BYTES {
        return text;
    }
    let end = text.floor_char_boundary(SAMPLE_BYTES);
    let head = text.get(..end).unwrap_or(text);
    head.rsplit_once('\n').map_or(head, |(lines, _)| lines)
}

/// How well `delimiter` makes rows of the text, zero when it does not: the share of rows that have the most common number of
/// values, and more for more values.
fn score(sample: &str, delimiter: u8) -> f64 {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(sample.as_bytes());
    let (mut lengths, mut record) = (Vec::new(), ByteRecord::new());
    let (mut followers, mut wordy) = (0usize, 0usize);
    while lengths.len() < SAMPLE_ROWS && reader.read_byte_record(&mut record).unwrap_or(false) {
        lengths.push(record.len());
        // A space behind every separator is how prose uses commas.
        followers += record.iter().skip(1).filter(|value| !value.is_empty()).count();
        wordy += record.iter().skip(1).filter(|value| value.starts_with(b" ")).count();
    }
    let mut sorted: Vec<usize> = lengths.iter().copied().filter(|len| *len > 1).collect();
    sorted.sort_unstable();
    let common = sorted.chunk_by(|a, b| a == b).max_by_key(|run| run.len());
    let Some(common) = common else { return 0.0 };
    let width = common.first().copied().unwrap_or(0) as f64;
    let rows = lengths.len() as f64;
    let consistent = common.len() as f64 / rows;
    let split = sorted.len() as f64 / rows;
    let prose = wordy * 10 > followers * 7 && consistent < 0.8;
    if prose || split < 0.5 || consistent < 0.2 {
        return 0.0;
    }
    consistent * split + width.log2() / 20.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delimiter(text: &str) -> Option<char> {
        Dialect::of(text, "x.csv").map(|dialect| char::from(dialect.delimiter))
    }

    #[test]
    fn the_separator_is_told_by_the_rows() {
        assert_eq!(delimiter("a,b,c\n1,2,3\n"), Some(','));
        assert_eq!(delimiter("name;price\nx;1,50\ny;2,75\n"), Some(';'));
        assert_eq!(delimiter("a\tb, c\n1\t2\n"), Some('\t'));
        assert_eq!(delimiter("a|b|c\nx, y|z|1\n"), Some('|'));
        assert_eq!(delimiter("a;\"x,y\nz,w\";c\n1;2;3\n"), Some(';'));
    }

    #[test]
    fn a_declared_separator_wins() {
        let dialect = Dialect::of("sep=;\na,b;c\n", "x.csv").unwrap();
        assert_eq!((dialect.delimiter, dialect.start), (b';', 6));
        assert_eq!(Dialect::of("SEP=|", "x.csv").unwrap().start, 5);
    }

    #[test]
    fn prose_is_no_table() {
        let prose = "Once upon a time, there was a file.\nIt had a name that lied.\nNobody, not even the author, knew why.\n";
        assert_eq!(delimiter(prose), None);
        assert_eq!(delimiter("Name\nAna\nIon\n"), Some(','), "a column is a table");
    }
}
