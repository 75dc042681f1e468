use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ticket_core::domain::Role;

use super::{frame, login};
use crate::lang::Say;
use crate::model::{Form, Model, PASSWORD_FIELDS};
use crate::text::{fit, pad};

const LABEL_COLUMNS: usize = 10;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let Some(me) = &model.me else { return };
    let lang = model.lang();
    let area = frame::body(model, frame);
    if let Some(form) = &model.password {
        return password(model, form, frame, area);
    }
    let entry = |label: &str, value: &str| {
        let room = usize::from(area.width).saturating_sub(LABEL_COLUMNS);
        Line::from(vec![Span::styled(pad(label, LABEL_COLUMNS), model.theme().muted()), Span::raw(fit(value, room))])
    };
    let role = match me.role {
        Role::Buyer => lang.say("Buyer", "구매자"),
        Role::Seller => lang.say("Seller", "판매자"),
        Role::Admin => lang.say("Admin", "관리자"),
    };
    let lines = [
        Line::styled(lang.say("You are logged in.", "로그인되어 있습니다."), model.theme().good()),
        Line::default(),
        entry(lang.say("Name", "이름"), &me.name),
        entry(lang.say("Email", "이메일"), &me.email),
        entry(lang.say("Role", "역할"), role),
        entry(lang.say("Server", "서버"), &model.server),
        Line::default(),
        Line::styled(
            lang.say(
                "Logging out ends every session of this account.",
                "로그아웃하면 이 계정의 모든 로그인이 끝납니다.",
            ),
            model.theme().muted(),
        ),
    ];
    frame::lines(frame, area, lines);
}

fn password(model: &Model, form: &Form, frame: &mut Frame<'_>, area: Rect) {
    let (lang, theme) = (model.lang(), model.theme());
    let title = lang.say("Change the password", "비밀번호 변경");
    let about = lang.say(
        "8 to 128 characters. Every other session of this account ends.",
        "8~128자. 이 계정의 다른 로그인은 모두 끝납니다.",
    );
    let heading = [Line::styled(title, theme.title()), Line::styled(about, theme.muted()), Line::default()];
    let mut below = frame::lines(frame, area, heading);
    for i in 0..PASSWORD_FIELDS.len() {
        below = login::field(model, frame, below, (&PASSWORD_FIELDS, form, i), true);
    }
    frame::lines(frame, below, [Line::default(), login::closing(model, form, "")]);
}
