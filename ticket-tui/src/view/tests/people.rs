//! Logging in, joining, the account.

use ticket_core::api::ErrorCode;

use super::looks::{Named, see};
use crate::event::Failure;
use crate::testing::{Scene, offline, refused};

pub(super) const SCENES: &[Named] = &[
    ("login", open_login),
    ("login_refused", |scene| {
        open_login(scene);
        scene.press("mina@example.com<Tab>secret 123<Enter>");
        let message = scene.say("Wrong email or password.", "이메일 또는 비밀번호가 올바르지 않습니다.");
        scene.fail(scene.effects[0].clone(), refused(ErrorCode::WrongCredentials, message, &[]));
    }),
    ("login_server_gone", |scene| {
        open_login(scene);
        scene.press("mina@example.com<Tab>secret 123<Enter>");
        scene.fail(scene.effects[0].clone(), offline());
    }),
    ("join", |scene| {
        open_login(scene);
        scene.press("<C-n>");
    }),
    ("join_name_missing", |scene| {
        open_login(scene);
        scene.press("<C-n>mina@example.com<Tab>secret 123<Tab><Enter>");
    }),
    ("join_password_too_short", |scene| {
        open_login(scene);
        scene.press("mina@example.com<Tab>비밀 secret<Tab><C-n><Tab><Tab>김민아<Enter>");
        let message = "password: has 5 characters; allowed are 8 to 128";
        let refusal = Failure { field: Some("password".into()), ..refused(ErrorCode::Malformed, message, &[]) };
        scene.fail(scene.effects[0].clone(), refusal);
    }),
    ("account", |scene| {
        scene.load_shows();
        scene.press("A");
    }),
    ("account_password", |scene| {
        scene.load_shows();
        scene.press("Ap");
    }),
    ("account_passwords_differ", |scene| {
        scene.load_shows();
        scene.press("Apold secret<Enter>new secret<Enter>new sekret<Enter>");
    }),
];

fn open_login(scene: &mut Scene) {
    scene.load_shows();
    scene.press("AoA");
}

#[test]
fn in_every_look() {
    see(SCENES);
}
