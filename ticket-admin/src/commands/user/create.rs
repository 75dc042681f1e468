use anyhow::Result;
use ticket_core::BoxOffice;
use ticket_core::domain::{Email, Language, NewUser, Role};

use super::{Item, password};
use crate::cli::Global;
use crate::commands::change::{DryRun, tell};
use crate::commands::in_shop;
use crate::exit::Exit;
use crate::parse::one_of;

/// Make an account
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin user create --email mina@example.com --name Mina --role admin \\
      --password-stdin < password.txt")]
pub(crate) struct Create {
    /// Its email, which no other has
    #[arg(long, value_name = "EMAIL")]
    email: Email,
    /// How it is called
    #[arg(long, value_name = "NAME")]
    name: String,
    /// What it may do
    #[arg(long, value_name = "ROLE", default_value = "buyer", value_parser = one_of(Role::ALL, Role::as_str))]
    role: Role,
    /// What it is written to in
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = one_of(Language::ALL, Language::as_str))]
    language: Language,
    /// Read its password from the first line of standard input. Without one nobody can log in to it
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    dry_run: DryRun,
}

impl Create {
    pub(super) fn run(self, global: &Global) -> Result<Exit> {
        let password = self.password_stdin.then(password).transpose()?;
        in_shop(global, async |shop: &BoxOffice| {
            let DryRun { dry_run } = self.dry_run;
            let user = NewUser { email: self.email, name: self.name, role: self.role, language: self.language };
            tell(global.format, shop.add_user(user, password, dry_run).await?, dry_run, Item::from)
        })
    }
}
