use anyhow::Result;
use ticket_core::BoxOffice;
use ticket_core::domain::{Language, Role, UserEdit};

use super::{Item, Who, password};
use crate::cli::Global;
use crate::commands::change::{DryRun, tell};
use crate::commands::in_shop;
use crate::exit::Exit;
use crate::output;
use crate::parse::one_of;

/// Change an account; another password or role ends every session
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin user edit mina@example.com --role seller
  ticket-admin user edit 12 --password-stdin < password.txt")]
pub(crate) struct Edit {
    /// Its id or email
    user: Who,
    /// Another name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// What it may do
    #[arg(long, value_name = "ROLE", value_parser = one_of(Role::ALL, Role::as_str))]
    role: Option<Role>,
    /// What it is written to in
    #[arg(long, value_name = "LANGUAGE", value_parser = one_of(Language::ALL, Language::as_str))]
    language: Option<Language>,
    /// Read another password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    dry: DryRun,
}

impl Edit {
    pub(super) fn run(self, global: &Global) -> Result<Exit> {
        let dry_run = self.dry.dry_run;
        let password = self.password_stdin.then(password).transpose()?;
        let edit = UserEdit { name: self.name, language: self.language, role: self.role };
        let is_all = edit == UserEdit::default();
        in_shop(global, async |shop: &BoxOffice| {
            let user = self.user.find(shop).await?;
            let changed = shop.edit_user(user.id, edit, password, dry_run).await?;
            if self.password_stdin && !dry_run {
                output::note("the password is another now, and every session has ended");
                if is_all {
                    return Ok(Exit::Ok);
                }
            }
            tell(global.format, changed, dry_run, Item::from)
        })
    }
}
