use crate::testing::Scene;

#[test]
fn a_terminal_that_is_too_small_says_so() {
    let mut scene = Scene::hall();
    scene.resize(59, 30);
    assert!(scene.screen().contains("It has 59x30, needed are 60x16."));
    scene.resize(10, 3);
    let screen = scene.screen();
    assert!(["Too small.", "min 60x16", "q quits"].iter().all(|line| screen.contains(line)), "{screen}");
    scene.resize(1, 1);
    scene.screen();
}
