//! Buyers in bulk: they have tokens, and no passwords.

use ticket_core::BoxOffice;
use ticket_core::domain::{Email, Language, NewUser, ParseError, Role, UserId};

/// Somebody who buys.
#[derive(Debug, Clone)]
pub struct Buyer {
    /// The account.
    pub user: UserId,
    /// Good for half an hour.
    pub access_token: String,
}

/// Makes so many buyers at once. `name` tells them from those of other runs over the same database.
///
/// # Errors
///
/// When there is a crowd of this name already.
pub async fn gather(box_office: &BoxOffice, name: &str, count: u32) -> anyhow::Result<Vec<Buyer>> {
    let users = (0..count).map(|number| buyer(name, number)).collect::<Result<_, _>>()?;
    let mut buyers = Vec::new();
    for user in box_office.add_users(users).await? {
        buyers.push(Buyer { user, access_token: box_office.access_token_for(user).await? });
    }
    Ok(buyers)
}

fn buyer(name: &str, number: u32) -> Result<NewUser, ParseError> {
    let email: Email = format!("{name}-{number}@example.com").parse()?;
    Ok(NewUser { email, name: format!("Buyer {number}"), role: Role::Buyer, language: Language::English })
}
