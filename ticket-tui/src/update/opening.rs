//! Shortly before a sale opens: what would cost time after the key is done now.

use jiff::SignedDuration;

use crate::effect::Effect;
use crate::model::Model;

/// So long before the opening.
const READY_SECONDS: i64 = 20;
/// A look at the server's clock is good for so long.
const CLOCK_IS_GOOD: SignedDuration = SignedDuration::from_secs(60);

/// Looks at the server's clock once more. Whoever is logged in also asks something that needs the login: an access token that
/// has run out while one waited is renewed now, and the connection is there. So the key after the opening is one request.
pub(super) fn get_ready(model: &mut Model) -> Vec<Effect> {
    let Some(hall) = model.hall_on_screen() else { return Vec::new() };
    let is_near = model.opens_in(hall).is_some_and(|seconds| seconds <= READY_SECONDS);
    let is_known = model.clock_read_at.is_some_and(|at| model.now.duration_since(at) < CLOCK_IS_GOOD);
    if !is_near || is_known || model.offline.is_some() {
        return Vec::new();
    }
    let login = model.me.is_some().then(|| Effect::LoadHolds(hall.performance()));
    model.clock_read_at = Some(model.now);
    std::iter::once(Effect::Probe { attempt: 0 }).chain(login).collect()
}
