mod english;
mod polish;
mod properties;
mod romanian;

use super::*;

/// A conversation and what its last question must become.
struct Dialogue {
    /// Turns before the question; those of the assistant begin with "> ".
    earlier: &'static [&'static str],
    question: &'static str,
    resolved: &'static str,
    how: How,
    used: &'static [usize],
}

fn turns<'t>(lines: &[&'t str]) -> Vec<Turn<'t>> {
    let turn = |line: &&'t str| match line.strip_prefix("> ") {
        Some(content) => Turn { role: Role::Assistant, content },
        None => Turn { role: Role::User, content: line },
    };
    lines.iter().map(turn).collect()
}

fn check(dialogues: &[Dialogue]) {
    let mut failures = Vec::new();
    for dialogue in dialogues {
        let found = resolve(&turns(dialogue.earlier), dialogue.question);
        let wanted =
            Resolved { question: dialogue.resolved.into(), used: dialogue.used.into(), how: dialogue.how };
        if found != wanted {
            failures.push(format!("{:?}\n  found  {found:?}\n  wanted {wanted:?}", dialogue.question));
        }
    }
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), dialogues.len(), failures.join("\n"));
}
