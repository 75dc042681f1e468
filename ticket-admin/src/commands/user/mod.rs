mod create;
mod edit;

use std::io;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use serde::Serialize;
use ticket_core::BoxOffice;
use ticket_core::domain::{self, Email, Language, Role, UserFilter, UserId};

use super::change::{Deletion, tell};
use super::in_shop;
use super::performance::local;
use crate::cli::Global;
use crate::consent::{by_name, end_without};
use crate::csv::Record;
use crate::exit::Exit;
use crate::output::{self, number, text, word};
use crate::parse::one_of;

/// Look at accounts, and change them
#[derive(Debug, clap::Subcommand)]
pub(crate) enum User {
    List(List),
    /// One account
    Get {
        /// Its id or email
        user: Who,
    },
    Create(create::Create),
    Edit(edit::Edit),
    Delete(Delete),
}

/// The accounts, newest first
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin user list --contains mina")]
pub(crate) struct List {
    /// Only those with this in their email or name
    #[arg(long, value_name = "TEXT")]
    contains: Option<String>,
    /// Only those with this role
    #[arg(long, value_name = "ROLE", value_parser = one_of(Role::ALL, Role::as_str))]
    role: Option<Role>,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

/// Delete an account
///
/// Its email, name, password and sessions are gone; its holds and its waiting end. What it has booked in the past stays, without
/// a name. Valid tickets for what is to come stand in the way: they are named, and the exit code is 5.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin user delete mina@example.com --dry-run")]
pub(crate) struct Delete {
    /// Its id or email
    user: Who,
    #[command(flatten)]
    deletion: Deletion,
}

/// An account as it is named.
#[derive(Debug, Clone)]
pub(crate) enum Who {
    Id(UserId),
    Email(Email),
}

/// An account with the field names of the API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    user_id: UserId,
    email: String,
    name: String,
    role: Role,
    language: Language,
}

impl Record for Item {
    const COLUMNS: &'static [&'static str] = &["userId", "email", "name", "role", "language"];
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    #[serde(flatten)]
    user: Item,
    joined_at: Timestamp,
}

impl Record for Listed {
    const COLUMNS: &'static [&'static str] = &["userId", "email", "name", "role", "language", "joinedAt"];
}

impl User {
    pub(crate) fn run(self, global: &Global) -> Result<Exit> {
        match self {
            Self::List(list) => list.run(global),
            Self::Get { user } => get(global, &user),
            Self::Create(create) => create.run(global),
            Self::Edit(edit) => edit.run(global),
            Self::Delete(delete) => delete.run(global),
        }
    }
}

impl List {
    fn run(self, global: &Global) -> Result<Exit> {
        let filter = UserFilter { contains: self.contains, role: self.role, limit: self.limit };
        let (users, zone) =
            in_shop(global, async |shop: &BoxOffice| Ok((shop.users(filter).await?, shop.time_zone().clone())))?;
        let users: Vec<Listed> =
            users.into_iter().map(|(user, joined_at)| Listed { user: Item::from(user), joined_at }).collect();
        let columns = [
            number("ID"),
            text("EMAIL"),
            text("NAME"),
            word("ROLE").spare(1),
            word("LANGUAGE").spare(3),
            word("JOINED").spare(2),
        ];
        output::list(global.format, "accounts", &users, columns, |Listed { user, joined_at }| {
            [
                user.user_id.to_string(),
                user.email.clone(),
                user.name.clone(),
                user.role.to_string(),
                user.language.as_str().to_owned(),
                local(*joined_at, &zone),
            ]
        })?;
        Ok(Exit::Ok)
    }
}

fn get(global: &Global, user: &Who) -> Result<Exit> {
    let user = Item::from(in_shop(global, async |shop: &BoxOffice| user.find(shop).await)?);
    output::record(global.format, &user, output::fields)?;
    Ok(Exit::Ok)
}

impl Delete {
    fn run(self, global: &Global) -> Result<Exit> {
        let Deletion { dry_run, yes } = self.deletion;
        in_shop(global, async |shop: &BoxOffice| {
            let user = self.user.find(shop).await?;
            let question = format!("Delete account {}?", user.id);
            let consent = by_name(yes || dry_run, &question, user.email.as_str());
            if let Some(exit) = end_without(consent, "nothing was deleted") {
                return Ok(exit);
            }
            tell(global.format, shop.delete_user(user.id, dry_run).await?, dry_run, Item::from)
        })
    }
}

impl Who {
    async fn find(&self, shop: &BoxOffice) -> Result<domain::User> {
        Ok(match self {
            Self::Id(id) => shop.user(*id).await?,
            Self::Email(email) => shop.user_of_email(email.clone()).await?,
        })
    }
}

impl std::str::FromStr for Who {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(id) => Ok(Self::Id(id)),
            Err(_) => text.parse().map(Self::Email).map_err(|_| "allowed is an id or an email address".to_owned()),
        }
    }
}

impl From<domain::User> for Item {
    fn from(user: domain::User) -> Self {
        Self {
            user_id: user.id,
            email: user.email.to_string(),
            name: user.name,
            role: user.role,
            language: user.language,
        }
    }
}

/// A password: the first line of standard input.
fn password() -> Result<String> {
    let mut line = String::new();
    io::stdin().read_line(&mut line).context("cannot read the password from standard input")?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}
