use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use jiff::tz::TimeZone;
use ticket_core::api::TokenPair;
use ticket_core::client::{Client, ClientError};
use ticket_core::printable::printable_lines;
use tokio::sync::OnceCell;

use super::exit::{Exit, Reason};
use crate::lang::{Language, Say as _};
use crate::perform::zone_named;
use crate::tokens::TokenStore;
use crate::zones::Zones;

/// Who asks which server, in which language.
#[derive(Debug)]
pub struct Session {
    pub(super) client: Client,
    pub(super) lang: Language,
    zones: OnceCell<Zones>,
    tokens: TokenStore,
}

impl Session {
    /// With the login of `TICKET_TOKEN` when it is given, else with the one that is kept.
    ///
    /// # Errors
    ///
    /// When `server` is no address.
    pub fn new(server: &str, lang: Language, token: Option<String>) -> anyhow::Result<Self> {
        let client = Client::new(server)?.with_language(lang);
        let tokens = match token {
            // A login that was handed to us is not ours to keep.
            Some(_) => TokenStore::in_file(None, client.base_url()),
            None => TokenStore::of_user(client.base_url()),
        };
        let handed = token.map(|access_token| TokenPair { access_token, refresh_token: String::new() });
        client.set_tokens(handed.or_else(|| tokens.kept()));
        Ok(Self { client, lang, zones: OnceCell::new(), tokens })
    }

    /// Whose clocks times are told by; the server is asked once where it is.
    pub(super) async fn zones(&self) -> Result<&Zones, ClientError> {
        let ask = async || {
            let zones = Zones::of_user(TimeZone::system());
            let shop = self.client.time().await?.time_zone;
            Ok(match shop.as_deref().and_then(zone_named) {
                Some(shop) => zones.with_shop(shop),
                None => zones,
            })
        };
        self.zones.get_or_try_init(ask).await
    }

    /// The client, and where its login is kept.
    #[must_use]
    pub fn into_parts(self) -> (Client, TokenStore) {
        (self.client, self.tokens)
    }

    /// Keeps the login as it is now: its tokens may have been renewed.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn keep(&self) -> io::Result<()> {
        self.tokens.keep(self.client.tokens())
    }

    /// Refuses to go on without a login.
    pub(super) fn need_login(&self) -> anyhow::Result<()> {
        if self.client.tokens().is_some() {
            return Ok(());
        }
        Err(self.reason(
            Exit::NotPermitted,
            "nobody is logged in: run `ticket-tui login`, or set TICKET_TOKEN",
            "로그인이 필요합니다. `ticket-tui login`을 실행하거나 TICKET_TOKEN을 설정하세요",
        ))
    }

    pub(super) fn reason(&self, exit: Exit, english: impl Into<String>, korean: impl Into<String>) -> anyhow::Error {
        let message: String = self.lang.say(english.into(), korean.into());
        Reason::new(exit, message).into()
    }
}

/// Asks on standard error, reads a line of standard input; `None` at its end.
pub(super) fn ask(question: &str) -> anyhow::Result<Option<String>> {
    let mut error = io::stderr().lock();
    write!(error, "{} ", printable_lines(question))?;
    error.flush()?;
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line)?;
    if read == 0 || !io::stdin().is_terminal() {
        // What a pipe answers is not on the screen by itself, nor is the end of the input.
        writeln!(error)?;
    }
    Ok((read > 0).then(|| line.trim().to_owned()))
}

/// As [`ask`], on a terminal without showing what is typed.
pub(super) fn ask_secret(question: &str) -> anyhow::Result<Option<String>> {
    if !io::stdin().is_terminal() {
        return ask(question);
    }
    let mut error = io::stderr().lock();
    write!(error, "{question} ")?;
    error.flush()?;
    let secret = crate::terminal::read_secret()?;
    writeln!(error)?;
    Ok(secret)
}
