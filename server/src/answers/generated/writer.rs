//! What a model writes, held sentence by sentence until its evidence is found and read back from the store.

use std::collections::HashSet;
use std::ops::ControlFlow;

use super::Told;
use super::support::{Found, Shown};
use crate::answers::fold::fold;
use crate::answers::generate::markers::{Break, Kind, Sentence, SentenceStream};
use crate::answers::generate::refusal::{Refusal, is_refusal, refusal};
use crate::app::AppError;
use crate::wire::{Citation, Hit, Span, SupportStatus};

/// Most sentences of a written answer.
const MAX_SENTENCES: usize = 8;

/// Sentences without evidence after which nothing good is expected any more.
const MAX_DROPPED: usize = 12;

/// A model that says the same thing so often goes round in circles.
const MAX_REPEATED: usize = 2;

/// Most text that is read of a model, in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// Reads a quote back from the store: its citation without number and answer span, or `None` when it is not there.
pub(super) type Confirm<'a> = dyn Fn(&Found) -> Result<Option<Citation>, AppError> + 'a;

/// How many sentences were what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Served, every claim in the evidence.
    pub verified: usize,
    /// Served, marked as supported in part.
    pub partial: usize,
    /// Not served.
    pub dropped: usize,
}

/// A text in the making.
pub(super) struct Writer<'a> {
    shown: Shown<'a>,
    confirm: &'a Confirm<'a>,
    tell: &'a mut dyn FnMut(Told<'_>),
    stream: Option<SentenceStream>,
    /// Everything the model said in sentences.
    said: Vec<Sentence>,
    seen: HashSet<String>,
    repeated: usize,
    bytes: usize,
    text: String,
    chars: usize,
    citations: Vec<Citation>,
    counts: Counts,
    failure: Option<AppError>,
    /// Whether no more was wanted before the model came to its end.
    full: bool,
}

/// A finished text.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) citations: Vec<Citation>,
    pub(super) counts: Counts,
    /// Whether the model said that the evidence does not hold the answer, and nothing else.
    pub(super) refused: bool,
}

impl<'a> Writer<'a> {
    /// A writer of one answer about `passages` numbered passages; `tell` hears each sentence that is served.
    pub(super) fn new(
        shown: Shown<'a>,
        passages: usize,
        language: Option<&str>,
        confirm: &'a Confirm<'a>,
        tell: &'a mut dyn FnMut(Told<'_>),
    ) -> Self {
        Self {
            shown,
            confirm,
            tell,
            stream: Some(SentenceStream::new(passages, language)),
            said: Vec::new(),
            seen: HashSet::new(),
            repeated: 0,
            bytes: 0,
            text: String::new(),
            chars: 0,
            citations: Vec::new(),
            counts: Counts::default(),
            failure: None,
            full: false,
        }
    }

    /// Takes in the next piece; `Break` when no more is wanted.
    pub(super) fn push(&mut self, piece: &str) -> ControlFlow<()> {
        self.bytes += piece.len();
        let sentences = self.stream.as_mut().map(|stream| stream.push(piece)).unwrap_or_default();
        let flow = self.take_all(sentences);
        self.full = flow.is_break() || self.bytes > MAX_BYTES;
        if self.full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// The text; `whole` when the model came to its end, so that what it said last is a sentence.
    pub(super) fn finish(mut self, whole: bool) -> Result<Written, AppError> {
        if let Some(stream) = self.stream.take().filter(|_| whole && !self.full) {
            // No more is wanted anyway.
            let _ = self.take_all(stream.finish());
        }
        if let Some(error) = self.failure {
            return Err(error);
        }
        let refused = refusal(&self.said) == Refusal::Wholly;
        Ok(Written { text: self.text, citations: self.citations, counts: self.counts, refused })
    }

    fn take_all(&mut self, sentences: Vec<Sentence>) -> ControlFlow<()> {
        for sentence in sentences {
            if let Err(error) = self.take(&sentence) {
                self.failure = Some(error);
                return ControlFlow::Break(());
            }
            let served = self.counts.verified + self.counts.partial;
            if served >= MAX_SENTENCES || self.counts.dropped >= MAX_DROPPED || self.repeated >= MAX_REPEATED
            {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    fn take(&mut self, sentence: &Sentence) -> Result<(), AppError> {
        if sentence.kind != Kind::Text {
            return Ok(());
        }
        let refuses = is_refusal(&sentence.text);
        let doubted = self.said.first().is_some_and(|first| is_refusal(&first.text));
        let uncited = sentence.markers.is_empty();
        let new = self.seen.insert(fold(sentence.text.trim()));
        self.repeated += usize::from(!new);
        self.said.push(sentence.clone());
        // After a refusal only what is cited adds anything.
        if refuses || !new || (doubted && uncited) {
            return Ok(());
        }
        self.serve(sentence)
    }

    /// Serves a sentence with its citations, or drops it.
    fn serve(&mut self, sentence: &Sentence) -> Result<(), AppError> {
        let mut cited = Vec::new();
        for found in self.shown.evidence(&sentence.text, &sentence.markers) {
            cited.extend((self.confirm)(&found)?);
        }
        if cited.is_empty() {
            self.counts.dropped += 1;
            return Ok(());
        }
        let gap = match sentence.before {
            _ if self.text.is_empty() => "",
            Break::Space => " ",
            Break::Line => "\n",
            Break::Paragraph => "\n\n",
        };
        let start_char = self.chars + gap.chars().count();
        let end_char = start_char + sentence.text.chars().count();
        let from = self.citations.len();
        for (id, citation) in (from + 1..).zip(cited) {
            let id = u32::try_from(id).unwrap_or(u32::MAX);
            self.citations.push(Citation { id, answer: Span { start_char, end_char }, ..citation });
        }
        let own = &self.citations[from..];
        let verified = own.iter().any(|c| c.support.status == SupportStatus::Verified);
        self.counts.verified += usize::from(verified);
        self.counts.partial += usize::from(!verified);
        let message = format!("{gap}{}", sentence.text);
        (self.tell)(Told::Message { text: &message, citations: own });
        self.text.push_str(&message);
        self.chars = end_char;
        Ok(())
    }
}

/// A citation of a quote whose place was confirmed; number and answer span are given when it is served.
pub(super) fn citation(hit: &Hit, found: &Found, quote: crate::answers::Quote) -> Citation {
    Citation {
        id: 0,
        document_id: hit.document_id.clone(),
        version: hit.version,
        chunk_id: hit.chunk_id.clone(),
        title: hit.title.clone(),
        uri: hit.uri.clone(),
        quote: quote.text,
        source: quote.place,
        answer: Span { start_char: 0, end_char: 0 },
        phrase: None,
        support: found.support.clone(),
    }
}
