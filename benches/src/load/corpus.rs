//! Passages and questions of sets in BEIR layout.

use std::path::Path;

use anyhow::Context as _;
use footnote_datasets::beir::Dataset;

/// Bytes of a passage: about what the chunker makes of a paragraph, so that one document is about one chunk.
const PASSAGE: usize = 400;

/// What is indexed and what is asked.
pub(crate) struct Corpus {
    pub(crate) passages: Vec<String>,
    pub(crate) questions: Vec<String>,
}

impl Corpus {
    /// Pieces of the documents of all sets below `folder`, and their questions. When there are fewer pieces than asked for,
    /// pieces come again with a number of their own.
    pub(crate) fn load(folder: &Path, wanted: usize) -> anyhow::Result<Self> {
        let entries =
            std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
        let mut sets: Vec<_> = entries.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
        sets.retain(|path| path.join("corpus.jsonl").exists());
        sets.sort();
        anyhow::ensure!(!sets.is_empty(), "no set below {}", folder.display());
        let (mut passages, mut questions) = (Vec::new(), Vec::new());
        for path in sets {
            let set = Dataset::load(&path)?;
            questions.extend(set.queries.iter().map(|query| query.text.clone()));
            for document in &set.documents {
                if passages.len() < wanted {
                    passages.extend(pieces(&document.text));
                }
            }
        }
        anyhow::ensure!(!passages.is_empty() && !questions.is_empty(), "no passages or no questions");
        let own = passages.len();
        while passages.len() < wanted {
            let again = passages.len();
            passages.push(format!("{} (Copy {again}.)", passages[again % own]));
        }
        passages.truncate(wanted);
        // Neighbours in the order of asking are of different sets.
        let count = questions.len();
        let questions = (0..count).map(|n| questions[n * 7919 % count].clone()).collect();
        Ok(Self { passages, questions })
    }

    /// The `n`th question; each is another text, so that no cache answers it.
    pub(crate) fn question(&self, n: usize) -> String {
        let count = self.questions.len();
        let question = &self.questions[n % count];
        if n < count { question.clone() } else { format!("{question} ({})", n / count) }
    }
}

/// Pieces of about [`PASSAGE`] bytes, cut between words.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    for word in text.split_whitespace() {
        if piece.len() + word.len() > PASSAGE {
            pieces.push(std::mem::take(&mut piece));
        }
        if !piece.is_empty() {
            piece.push(' ');
        }
        piece.push_str(word);
    }
    if piece.len() > PASSAGE / 4 {
        pieces.push(piece);
    }
    pieces
}
