use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::frame;
use crate::lang::Say;
use crate::model::Model;
use crate::text::{fit, pad};

const LABEL_COLUMNS: usize = 10;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let Some(me) = &model.me else { return };
    let lang = model.lang();
    let area = frame::body(model, frame);
    let entry = |label: &str, value: &str| {
        let room = usize::from(area.width).saturating_sub(LABEL_COLUMNS);
        Line::from(vec![Span::styled(pad(label, LABEL_COLUMNS), model.theme().muted()), Span::raw(fit(value, room))])
    };
    let role = me.role.as_str();
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
