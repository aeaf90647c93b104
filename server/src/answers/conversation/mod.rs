//! Follow-up questions made whole from the turns before them, by rules, in English, Romanian and Polish. Pure.
//!
//! A question such as "And the 800?" finds nothing by itself. [`resolve`] tells how it leans on the conversation and
//! writes it out: with the fragment in its place where one place is meant, otherwise with the earlier question or its
//! topics in parentheses, the user's own words first. The result is searched with and shown.
//!
//! What is carried comes from the user's turns. Of the assistant's, only a name that answers a question about who or
//! which is taken (`reply`), because replies may repeat what a document planted.
//!
//! Not resolved: ordinals into lists ("the second one"), turns more than [`MAX_TURNS`] back, other languages.

mod fragment;
mod lean;
mod lexicon;
mod opening;
mod reading;
mod render;
mod replace;
mod reply;
mod settle;
mod words;

use lean::{Lean, lean};
use lexicon::Tongue;
use opening::{Opening, opening};
use reading::Reading;
use words::Class;

/// Latest turns that are looked at.
pub const MAX_TURNS: usize = 12;
/// Characters at the end of a turn that are looked at.
pub const MAX_TURN_CHARS: usize = 300;
/// Most characters of earlier turns put in parentheses.
pub const MAX_CONTEXT_CHARS: usize = 240;
/// Most topics put in parentheses.
pub const MAX_TOPICS: usize = 4;
/// Most characters that resolving adds to a question.
pub const MAX_ADDED_CHARS: usize = MAX_TURN_CHARS + MAX_CONTEXT_CHARS + 16;
/// A question with more characters is left as it is.
pub const MAX_QUESTION_CHARS: usize = 600;

/// Who wrote a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The person who asks.
    User,
    /// The answers given.
    Assistant,
}

/// One earlier message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn<'t> {
    /// Who wrote it.
    pub role: Role,
    /// Its text.
    pub content: &'t str,
}

/// How a question leaned on the turns before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Not at all.
    StandAlone,
    /// It left out what the question before has: "And the 800?", "for managers?", "tell me more".
    Ellipsis,
    /// It has a word that stands for something said before: "How long does it take?"
    Pronoun,
    /// It does not say of what: "Cât durează?", "What is the deadline?"
    DroppedSubject,
    /// A question word alone: "Why?", "Since when?"
    BareQuestion,
    /// It compares what was spoken of: "Which is cheaper?"
    Comparison,
    /// It takes back part of the question before: "No, I meant the 800."
    Correction,
}

/// A question that can be read alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The question; exactly the one asked when it stands alone.
    pub question: String,
    /// The turns it took words from, by place in what was passed in, ascending.
    pub used: Vec<usize>,
    /// How it leaned on them.
    pub how: How,
}

/// An earlier question, resolved.
struct Frame {
    reading: Reading,
    /// The turns its words are from.
    used: Vec<usize>,
    /// The reply to it, by place.
    reply: Option<usize>,
}

/// Makes `question` whole from the turns before it.
pub fn resolve(earlier: &[Turn<'_>], question: &str) -> Resolved {
    let mut frames: Vec<Frame> = Vec::new();
    let mut said: Vec<&str> = Vec::new();
    for (at, turn) in earlier.iter().enumerate().skip(earlier.len().saturating_sub(MAX_TURNS)) {
        match turn.role {
            Role::Assistant => {
                if let Some(frame) = frames.last_mut() {
                    frame.reply.get_or_insert(at);
                }
            }
            Role::User => {
                let text = tail(turn.content);
                let tongue = Tongue::of(text, &said);
                said.push(text);
                let (resolved, opening, rest) = step(earlier, &frames, text, tongue);
                if opening != Opening::Thanks {
                    let mut used = resolved.used;
                    used.push(at);
                    // "By the way" is no part of what is asked.
                    let reading = if opening == Opening::Shift {
                        rest
                    } else {
                        Reading::new(&resolved.question, tongue)
                    };
                    frames.push(Frame { reading, used, reply: None });
                }
            }
        }
    }
    let tongue = Tongue::of(question, &said);
    let mut resolved = step(earlier, &frames, question, tongue).0;
    let whole = Reading::new(&resolved.question, tongue);
    resolved.used.retain(|&at| gave_words(earlier, at, &whole, tongue));
    resolved
}

/// The end of a long message, from a word on: that is where its question is.
fn tail(content: &str) -> &str {
    let content = content.trim();
    let Some((start, _)) = content.char_indices().rev().nth(MAX_TURN_CHARS - 1) else { return content };
    let kept = &content[start..];
    kept.find(char::is_whitespace).map_or(kept, |space| kept[space..].trim_start())
}

/// Whether a turn has a word of the resolved question that names something.
fn gave_words(earlier: &[Turn<'_>], at: usize, whole: &Reading, tongue: Tongue) -> bool {
    let Some(turn) = earlier.get(at) else { return false };
    let given = words::words(tail(turn.content), tongue);
    let tells = |w: &words::Word| w.class.is_nominal() || matches!(w.class, Class::Verb | Class::Comparative);
    whole.words.iter().filter(|w| tells(w)).any(|w| given.iter().any(|g| g.folded == w.folded))
}

/// Resolves one question over the frames before it; also its opening and what follows that.
fn step(
    earlier: &[Turn<'_>],
    frames: &[Frame],
    question: &str,
    tongue: Tongue,
) -> (Resolved, Opening, Reading) {
    let alone = |how| Resolved { question: question.to_owned(), used: Vec::new(), how };
    let reading = Reading::new(question, tongue);
    let (opening, at) = opening(&reading);
    let rest = reading.rest(at);
    let Some(last) = frames.last().filter(|_| question.chars().nth(MAX_QUESTION_CHARS).is_none()) else {
        return (alone(How::StandAlone), opening, rest);
    };
    let leaning = lean(opening, &rest);
    let resolved = match leaning {
        Lean::Not if opening == Opening::Correction && !rest.words.is_empty() => {
            Resolved { question: render::capitalised(&rest.text), used: Vec::new(), how: How::Correction }
        }
        Lean::Not => alone(How::StandAlone),
        Lean::Place(how) => {
            let placed = if how == How::Correction { replace::corrected(&last.reading, &rest) } else { None };
            let text = placed
                .or_else(|| replace::replaced(&last.reading, &rest))
                .unwrap_or_else(|| render::joined(asked(question, &rest, opening), &last.reading.text));
            Resolved { question: text, used: last.used.clone(), how }
        }
        Lean::Whole(how) => {
            let text = render::joined(asked(question, &rest, opening), &last.reading.text);
            Resolved { question: text, used: last.used.clone(), how }
        }
        Lean::Topics(how) => with_topics(earlier, frames, last, &rest, how),
    };
    (resolved, opening, rest)
}

/// The user's own words of a joined question: with "and", without what a correction takes back.
fn asked<'q>(question: &'q str, rest: &'q Reading, opening: Opening) -> &'q str {
    if opening == Opening::Correction { &rest.text } else { question }
}

/// The question with what the frames before it speak of.
fn with_topics(earlier: &[Turn<'_>], frames: &[Frame], last: &Frame, rest: &Reading, how: How) -> Resolved {
    let mut used = last.used.clone();
    let mut topics = topics_of(&last.reading);
    let both = how == How::Comparison || rest.has(Class::Several);
    let other = frames.len().checked_sub(2).and_then(|at| frames.get(at));
    if let Some(other) = other.filter(|_| both || topics.is_empty()) {
        topics.extend(topics_of(&other.reading));
        used.extend(&other.used);
    }
    if let Some((name, reply)) = answered_with(earlier, last, rest) {
        topics.insert(0, name);
        used.push(reply);
    }
    used.sort_unstable();
    used.dedup();
    let question = render::capitalised(&rest.text);
    let listed = render::listed(rest, &topics);
    let text = match topics.as_slice() {
        [only] if how == How::Pronoun => {
            render::pronoun_replaced(rest, only).map(|text| render::capitalised(&text))
        }
        _ => None,
    };
    let context = if listed.is_empty() { &last.reading.text } else { &listed };
    Resolved { question: text.unwrap_or_else(|| render::joined(&question, context)), used, how }
}

fn topics_of(reading: &Reading) -> Vec<String> {
    let topics = reading.topics();
    let things = topics.iter().any(|t| !t.attribute);
    topics.iter().filter(|t| !things || !t.attribute).map(|t| reading.text_of(t).to_owned()).collect()
}

/// The name that answered the question before, when that asked for one and this one speaks of it.
fn answered_with(earlier: &[Turn<'_>], last: &Frame, rest: &Reading) -> Option<(String, usize)> {
    const WHO: [&str; 10] = ["who", "whose", "whom", "cine", "cui", "kto", "kogo", "komu", "kim", "name"];
    const WHICH: [&str; 11] =
        ["which", "care", "ktory", "ktora", "ktore", "ktorego", "ktorej", "ktorym", "jaki", "jaka", "jakie"];
    let at = rest.points_back()?;
    let person = rest.tongue.lexicon().person.contains(&rest.words[at].folded.as_str());
    let asks = |list: &[&str]| last.reading.words.iter().any(|w| list.contains(&w.folded.as_str()));
    // What "it" stands for is not who signs it.
    let asked = if person { asks(&WHO) || asks(&WHICH) } else { asks(&WHICH) && !asks(&WHO) };
    let only_people = rest.tongue == Tongue::English && person;
    let reply = last.reply.filter(|_| asked || only_people)?;
    let name = reply::name(earlier.get(reply)?.content, &last.reading.text, rest.tongue)?;
    Some((name, reply))
}

#[cfg(test)]
mod tests;
