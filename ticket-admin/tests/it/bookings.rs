//! One booking, and its end.

use insta::assert_snapshot;

use crate::support::Folder;

#[test]
fn a_booking_is_shown_with_its_tickets() {
    let folder = Folder::with_show();
    folder.book(&[1, 5]);
    assert_snapshot!("booking_get", folder.run(&["booking", "get", "1"]));
    assert_snapshot!("booking_get_json", folder.run(&["booking", "get", "1", "--format", "json"]));
    assert_snapshot!("booking_get_unknown", folder.run(&["booking", "get", "7"]));
}

#[test]
fn an_admin_cancels_what_he_names_and_the_buyer_is_told() {
    let folder = Folder::with_show();
    folder.book(&[1, 5]);
    let contents = folder.contents();
    assert_snapshot!("cancel_dry_run", folder.run(&["booking", "cancel", "1", "--dry-run"]));
    assert_snapshot!("cancel_without_yes", folder.run_with_input(&["booking", "cancel", "1"], "y\n"));
    assert_snapshot!("cancel_foreign_ticket", folder.run(&["booking", "cancel", "1", "--ticket", "9", "--yes"]));
    assert_eq!(folder.contents(), contents);

    assert_snapshot!("cancel_ticket", folder.run(&["booking", "cancel", "1", "--ticket", "2", "--yes"]));
    assert_snapshot!("cancel_rest", folder.run(&["booking", "cancel", "1", "--yes"]));
    assert_snapshot!("cancel_again", folder.run(&["booking", "cancel", "1", "--yes"]));
    assert_snapshot!("cancel_unknown", folder.run(&["booking", "cancel", "7", "--yes"]));
    let mails = folder.output(&["mail", "list", "--format", "csv"]).stdout;
    assert_eq!(String::from_utf8(mails).unwrap().matches("mina@example.com").count(), 3);
    assert!(folder.run(&["audit"]).starts_with("exit code 0"));
}
