//! Venues, shows, performances and accounts, one by one.

use insta::assert_snapshot;

use crate::pty::Pty;
use crate::support::Folder;

#[test]
fn a_venue_is_made_changed_and_deleted() {
    let folder = Folder::with_show();
    assert_snapshot!("venue_list", folder.run(&["venue", "list"]));
    let create = ["venue", "create", "--name", "Opera", "--contact", "02-1234", "--url", "https://opera.example"];
    assert_snapshot!("venue_create_dry_run", folder.run(&[&create[..], &["--dry-run"]].concat()));
    assert_snapshot!("venue_create", folder.run(&create));
    assert_snapshot!("venue_create_again", folder.run(&create));
    assert_snapshot!("venue_get", folder.run(&["venue", "get", "2"]));
    assert_snapshot!("venue_get_json", folder.run(&["venue", "get", "2", "--format", "json"]));
    let edit = ["venue", "edit", "2", "--name", "Grand Opera", "--contact", ""];
    assert_snapshot!("venue_edit_dry_run", folder.run(&[&edit[..], &["--dry-run", "--format", "json"]].concat()));
    assert_snapshot!("venue_edit", folder.run(&edit));
    assert_snapshot!("venue_edit_again", folder.run(&edit));
    assert_snapshot!("venue_edit_to_nothing", folder.run(&["venue", "edit", "2", "--name", " "]));
    assert_snapshot!("venue_delete_in_use", folder.run(&["venue", "delete", "1", "--yes"]));
    assert_snapshot!("venue_delete_not_asked", folder.run_with_input(&["venue", "delete", "2"], "Grand Opera\n"));
    assert_snapshot!("venue_delete_dry_run", folder.run(&["venue", "delete", "2", "--dry-run"]));
    assert_snapshot!("venue_delete", folder.run(&["venue", "delete", "2", "--yes"]));
    assert_snapshot!("venue_delete_again", folder.run(&["venue", "delete", "2", "--yes"]));
}

#[test]
fn a_show_is_made_changed_and_deleted() {
    let folder = Folder::with_show();
    let create = "show create --venue 1 --name Macbeth --category play --start-date 2099-06-01 --end-date 2099-06-02 \
                  --running-minutes 130 --max-seats-per-user 4";
    let create: Vec<&str> = create.split_whitespace().collect();
    assert_snapshot!("show_create_dry_run", folder.run(&[&create[..], &["--dry-run"]].concat()));
    assert_snapshot!("show_create", folder.run(&create));
    assert_snapshot!("show_create_again", folder.run(&create));
    assert_snapshot!("show_get", folder.run(&["show", "get", "2"]));
    assert_snapshot!("show_get_unknown", folder.run(&["show", "get", "9"]));
    let edit = ["show", "edit", "2", "--name", "The Scottish Play", "--cancel-until-hours", "48"];
    assert_snapshot!("show_edit", folder.run(&edit));
    assert_snapshot!("show_edit_again", folder.run(&edit));
    assert_snapshot!("show_delete", folder.run(&["show", "delete", "2", "--yes"]));
    folder.book(&[1, 5]);
    assert_snapshot!("show_edit_below_what_is_sold", folder.run(&["show", "edit", "1", "--max-seats-per-user", "1"]));
    assert_snapshot!("show_delete_sold", folder.run(&["show", "delete", "1", "--yes"]));
}

#[test]
fn a_performance_is_added_changed_and_deleted() {
    let folder = Folder::with_show();
    let create = "performance create 1 --date 2099-05-03 --start 15:00 --sale-opens-at 2099-03-02T14:00";
    let create: Vec<&str> = create.split_whitespace().collect();
    assert_snapshot!("performance_create_dry_run", folder.run(&[&create[..], &["--dry-run"]].concat()));
    assert_snapshot!("performance_create", folder.run(&create));
    assert_snapshot!("performance_created_list", folder.run(&["performance", "list", "1"]));
    assert_snapshot!("performance_created_map", folder.run(&["seat", "map", "3"]));
    assert_snapshot!("performance_create_taken", folder.run(&[&create[..], &["--round", "1"]].concat()));
    let edit = "performance edit 3 --start 16:30 --sale-opens-at always";
    let edit: Vec<&str> = edit.split_whitespace().collect();
    assert_snapshot!("performance_edit_dry_run", folder.run(&[&edit[..], &["--dry-run"]].concat()));
    assert_snapshot!("performance_edit", folder.run(&edit));
    let edit = ["performance", "edit", "3", "--sale-closes-at", "tomorrow"];
    assert_snapshot!("performance_edit_nonsense", folder.run(&edit));
    assert_snapshot!("performance_get", folder.run(&["performance", "get", "3"]));
    assert_snapshot!("performance_delete", folder.run(&["performance", "delete", "3", "--yes"]));
    folder.book(&[1, 5]);
    assert_snapshot!("performance_delete_sold", folder.run(&["performance", "delete", "1", "--yes"]));
    assert_snapshot!("performance_get_json", folder.run(&["performance", "get", "1", "--format", "json"]));
    assert!(folder.run(&["audit"]).starts_with("exit code 0"));
}

#[test]
fn an_account_is_made_changed_and_deleted() {
    let folder = Folder::with_show();
    let create = ["user", "create", "--email", "Hana@example.com", "--name", "하나", "--language", "ko"];
    assert_snapshot!("user_create_dry_run", folder.run(&[&create[..], &["--dry-run"]].concat()));
    assert_snapshot!(
        "user_create",
        folder.run_with_input(&[&create[..], &["--password-stdin"]].concat(), "correct horse\n")
    );
    assert_snapshot!("user_create_again", folder.run(&create));
    let short = ["user", "create", "--email", "a@example.com", "--name", "A", "--password-stdin"];
    assert_snapshot!("user_create_short_password", folder.run_with_input(&short, "short\n"));
    assert_snapshot!("user_get", folder.run(&["user", "get", "hana@EXAMPLE.com"]));
    assert_snapshot!("user_get_json", folder.run(&["user", "get", "1", "--format", "json"]));
    assert_snapshot!("user_get_nobody", folder.run(&["user", "get", "jun@example.com"]));
    assert_snapshot!("user_get_nonsense", folder.run(&["user", "get", "hana"]));
    let edit = ["user", "edit", "1", "--name", "Hana Kim", "--role", "admin"];
    assert_snapshot!("user_edit_dry_run", folder.run(&[&edit[..], &["--dry-run"]].concat()));
    assert_snapshot!("user_edit", folder.run(&edit));
    assert_snapshot!(
        "user_edit_password",
        folder.run_with_input(&["user", "edit", "1", "--password-stdin"], "another horse\n")
    );
    let listed = folder.run(&["user", "list", "--contains", "kim", "--role", "ADMIN"]);
    assert!(listed.contains("Hana@example.com  Hana Kim  ADMIN  ko"), "{listed}");
    folder.book(&[1, 5]);
    assert_snapshot!("user_delete_with_tickets", folder.run(&["user", "delete", "mina@example.com", "--yes"]));
    assert_snapshot!("user_delete_dry_run", folder.run(&["user", "delete", "1", "--dry-run"]));
    assert_snapshot!("user_delete", folder.run(&["user", "delete", "1", "--yes"]));
    assert_snapshot!("user_delete_again", folder.run(&["user", "delete", "1", "--yes"]));
    folder.run(&["booking", "cancel", "1", "--yes"]);
    assert!(folder.run(&["user", "delete", "2", "--yes"]).starts_with("exit code 0"));
    assert!(folder.run(&["booking", "get", "1"]).contains("booking 1 of a deleted account"));
    assert!(folder.run(&["audit"]).starts_with("exit code 0"));
}

/// On a terminal the name of what is lost has to be typed, and nothing else will do.
#[test]
fn what_cannot_be_undone_asks_for_its_name() {
    let folder = Folder::with_show();
    for (typed, code) in [("y", 1), ("햄릿", 1), ("Hamlet 햄릿", 0)] {
        let asked = Pty::start(&folder, &["performance", "cancel", "2"], 100, &[]);
        let (shown, exit) = asked.answer("Type \"Hamlet 햄릿\" to go on: ", typed);
        assert_eq!(exit, code, "{shown}");
    }
    let listed = folder.run(&["performance", "list", "1"]);
    assert_eq!(listed.matches("cancelled").count(), 1, "{listed}");
}
