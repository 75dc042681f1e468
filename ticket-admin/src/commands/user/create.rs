use anyhow::Result;
use ticket_core::BoxOffice;
use ticket_core::domain::{Change, Changed, Email, Language, Role};

use super::{Item, password};
use crate::cli::Global;
use crate::commands::change::tell;
use crate::commands::in_shop;
use crate::exit::Exit;

/// Make an account
#[derive(Debug, clap::Args)]
pub(crate) struct Create {
    /// Its email, which no other has
    #[arg(long, value_name = "EMAIL")]
    email: Email,
    /// How it is called
    #[arg(long, value_name = "NAME")]
    name: String,
    /// What it may do: BUYER, SELLER or ADMIN
    #[arg(long, value_name = "ROLE", default_value_t = Role::Buyer)]
    role: Role,
    /// What it is written to in: en or ko
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    language: Language,
    /// Read its password from the first line of standard input. Without one nobody can log in to it
    #[arg(long)]
    password_stdin: bool,
}

impl Create {
    pub(super) fn run(self, global: &Global) -> Result<Exit> {
        let password = self.password_stdin.then(password).transpose()?;
        in_shop(global, async |shop: &BoxOffice| {
            let id = shop.add_user((self.email, self.name), (self.role, self.language), password).await?;
            let made = Change { before: None, after: Some(shop.user(id).await?) };
            tell(global.format, Changed::Done(made), false, Item::from)
        })
    }
}
