use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ticket_core::api::Me;
use ticket_core::domain::Role;

use super::{frame, login};
use crate::effect::Effect;
use crate::lang::{Language, Say};
use crate::model::{Form, Model, PASSWORD_FIELDS};
use crate::text::{fit, pad, wrap};

const LABEL_COLUMNS: usize = 10;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let lang = model.lang();
    let area = frame::body(model, frame);
    let Some(me) = &model.me else {
        let lines = frame::loading(model, area.width, |effect| *effect == Effect::LoadMe);
        frame::lines(frame, area, lines);
        return;
    };
    if let Some(form) = &model.password {
        return password(model, form, frame, area);
    }
    let entry = |label: &str, value: &str| {
        let room = usize::from(area.width).saturating_sub(LABEL_COLUMNS);
        Line::from(vec![Span::styled(pad(label, LABEL_COLUMNS), model.theme().muted()), Span::raw(fit(value, room))])
    };
    let logging_out = wrap(logging_out(lang), usize::from(area.width));
    let logging_out = logging_out.into_iter().map(|line| Line::styled(line, model.theme().muted()));
    let first =
        [Line::styled(lang.say("You are logged in.", "로그인되어 있습니다."), model.theme().good()), Line::default()];
    let entries = about(me, &model.server, lang).map(|(label, value)| entry(label, &value));
    let lines = first.into_iter().chain(entries).chain([Line::default()]).chain(logging_out);
    frame::lines(frame, area, lines);
}

/// Who is logged in, and where: what each entry is called, and what it is.
pub(crate) fn about(me: &Me, server: &str, lang: Language) -> [(&'static str, String); 4] {
    let role = match me.role {
        Role::Buyer => lang.say("Buyer", "구매자"),
        Role::Seller => lang.say("Seller", "판매자"),
        Role::Admin => lang.say("Admin", "관리자"),
    };
    [
        (lang.say("Name", "이름"), me.name.clone()),
        (lang.say("Email", "이메일"), me.email.clone()),
        (lang.say("Role", "역할"), role.to_owned()),
        (lang.say("Server", "서버"), server.to_owned()),
    ]
}

/// What logging out does.
pub(crate) fn logging_out(lang: Language) -> &'static str {
    lang.say("Logging out ends every session of this account.", "로그아웃하면 이 계정의 모든 로그인이 끝납니다.")
}

fn password(model: &Model, form: &Form, frame: &mut Frame<'_>, area: Rect) {
    let (lang, theme) = (model.lang(), model.theme());
    let title = lang.say("Change the password", "비밀번호 변경");
    let about = lang.say(
        "8 to 128 characters. Every other session of this account ends.",
        "8~128자. 이 계정의 다른 로그인은 모두 끝납니다.",
    );
    let about = wrap(about, usize::from(area.width)).into_iter().map(|line| Line::styled(line, theme.muted()));
    let heading = [Line::styled(title, theme.title())].into_iter().chain(about).chain([Line::default()]);
    let mut below = frame::lines(frame, area, heading);
    for i in 0..PASSWORD_FIELDS.len() {
        below = login::field(model, frame, below, (&PASSWORD_FIELDS, form, i), true);
    }
    frame::lines(frame, below, [Line::default(), login::closing(model, form, "")]);
}
