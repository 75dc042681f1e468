//! Questions, and what can be answered to them.

use crate::commands::output;
use crate::commands::session;
use crate::lang::{Language, Say as _};

/// What was answered; `None` is that one wants to go back.
pub(super) type Answer<T> = anyhow::Result<Option<T>>;

/// The input has ended: nobody is there to be told so.
#[derive(Debug)]
pub(super) struct End;

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the input has ended")
    }
}

impl std::error::Error for End {}

/// Any line. `q` goes back, also while a Korean input method is on.
pub(super) fn line(question: &str) -> Answer<String> {
    let text = session::ask(question)?.ok_or(End)?;
    Ok(Some(text).filter(|text| !matches!(text.as_str(), "q" | "ㅂ")))
}

/// A line that is not shown while it is typed.
pub(super) fn secret(question: &str) -> anyhow::Result<String> {
    Ok(session::ask_secret(question)?.ok_or(End)?)
}

/// One of so many that were just told; asks again until it is.
pub(super) fn number(lang: Language, question: &str, count: usize) -> Answer<usize> {
    loop {
        let Some(text) = line(question)? else { return Ok(None) };
        match one_of(&text, count) {
            Some(index) => return Ok(Some(index)),
            None => is_none_of(lang, &text, count),
        }
    }
}

/// Tells what can be done, a line for each, and asks which.
pub(super) fn menu(lang: Language, question: &str, choices: &[&str]) -> Answer<usize> {
    list(choices.iter().copied());
    number(lang, question, choices.len())
}

/// Tells things with their numbers.
pub(super) fn list(things: impl Iterator<Item = impl std::fmt::Display>) {
    for (i, thing) in things.enumerate() {
        output::note(format_args!("{}. {thing}", i + 1));
    }
}

/// The index that a number from 1 on means.
pub(super) fn one_of(text: &str, count: usize) -> Option<usize> {
    text.parse::<usize>().ok().filter(|number| (1..=count).contains(number)).map(|number| number - 1)
}

pub(super) fn is_none_of(lang: Language, text: &str, count: usize) {
    let english = format!("{text:?} is none of 1 to {count}.");
    output::note(lang.say(english, format!("{text:?}: 1부터 {count}까지 입력하세요.")));
}

/// Yes or no; asks again until it is one of them. Going back is no.
pub(super) fn is_sure(lang: Language, question: &str) -> anyhow::Result<bool> {
    let question = format!("{question} (y/n)");
    loop {
        let Some(text) = line(&question)? else { return Ok(false) };
        match text.to_lowercase().as_str() {
            "y" | "yes" | "ㅛ" | "예" => return Ok(true),
            "n" | "no" | "ㅜ" | "아니요" => return Ok(false),
            _ => {
                output::note(
                    lang.say(format!("{text:?} is neither y nor n."), format!("{text:?}: y 또는 n을 입력하세요.")),
                );
            }
        }
    }
}
