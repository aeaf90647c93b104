//! From what a request says to the question that is searched with. Pure.

use super::conversation::{Resolved, Role, Turn, resolve};
use crate::app::AppError;
use crate::wire::{AnswerBody, Role as Wrote};

/// Most messages of a conversation.
pub const MAX_MESSAGES: usize = 100;

/// The question of a request, made whole from its messages where it leans on them.
pub(crate) fn asked(body: &AnswerBody) -> Result<Resolved, AppError> {
    if body.messages.len() > MAX_MESSAGES {
        return Err(AppError::Invalid(format!(
            "messages has {} entries, {MAX_MESSAGES} are the most: send the latest ones",
            body.messages.len()
        )));
    }
    let turns: Vec<Turn<'_>> = body
        .messages
        .iter()
        .filter_map(|message| {
            let role = match message.role {
                Wrote::User => Role::User,
                Wrote::Assistant => Role::Assistant,
                Wrote::System => return None,
            };
            Some(Turn { role, content: &message.content })
        })
        .collect();
    Ok(resolve(&turns, &body.question))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::ChatMessage;

    fn body(messages: &[(Wrote, &str)], question: &str) -> AnswerBody {
        let messages = messages.iter().map(|&(role, text)| ChatMessage { role, content: text.to_owned() });
        AnswerBody { question: question.to_owned(), messages: messages.collect(), ..AnswerBody::default() }
    }

    #[test]
    fn a_follow_up_takes_its_topic_from_the_user_and_never_from_the_backend() {
        let messages = [
            (Wrote::System, "You are the assistant of the bicycle shop."),
            (Wrote::User, "How long is the warranty of the Aqua 600 pump?"),
            (Wrote::Assistant, "Three years."),
        ];
        let resolved = asked(&body(&messages, "And the 800?")).unwrap();
        assert!(resolved.question.contains("warranty") && resolved.question.contains("800"), "{resolved:?}");
        assert!(!resolved.question.contains("bicycle"));
        let alone = asked(&body(&messages, "What does the Aqua 800 pump weigh?")).unwrap();
        assert_eq!(alone.question, "What does the Aqua 800 pump weigh?");
    }

    #[test]
    fn a_hundred_messages_are_read_and_one_more_is_refused() {
        let messages = vec![(Wrote::User, "What does it cost?"); MAX_MESSAGES + 1];
        assert!(asked(&body(&messages[1..], "And now?")).is_ok());
        let error = asked(&body(&messages, "And now?")).unwrap_err().to_string();
        assert!(error.contains("101") && error.contains("100 are the most"), "{error}");
    }
}
