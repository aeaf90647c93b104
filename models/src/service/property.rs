//! Random histories of a queue against what must happen.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use tokio::sync::oneshot::error::TryRecvError;

use super::Priority;
use super::fake::{Caller, Does, Layer, Stage, Text};
use super::interactive::MICRO_BATCH_TOKENS;
use crate::batch::SLICE_TOKENS;
use crate::error::ModelError;

/// Unfinished jobs a lane takes.
const LIMIT: usize = 3;

#[derive(Clone, Debug)]
enum Step {
    /// Submit a job with texts of these many tokens; what its last text does.
    Submit(Priority, Vec<usize>, Does),
    /// The caller of one of the jobs so far goes.
    Leave(usize),
    /// A layer runs.
    Layer,
}

struct Submitted {
    caller: Option<Caller>,
    priority: Priority,
    texts: Vec<Text>,
    answered: bool,
}

/// What was done so far.
#[derive(Default)]
struct World {
    steps: VecDeque<Step>,
    jobs: Vec<Submitted>,
    next_id: u32,
}

impl World {
    /// Takes steps up to the next layer; whether there were any.
    fn advance(&mut self, stage: &Stage) -> bool {
        let mut any = false;
        while let Some(step) = self.steps.pop_front() {
            any = true;
            match step {
                Step::Layer => break,
                Step::Submit(priority, sizes, does) => self.submit(stage, priority, &sizes, does),
                Step::Leave(job) => {
                    let count = self.jobs.len().max(1);
                    if let Some(job) = self.jobs.get_mut(job % count) {
                        job.caller = None;
                    }
                }
            }
        }
        any
    }

    fn submit(&mut self, stage: &Stage, priority: Priority, sizes: &[usize], does: Does) {
        self.collect();
        let mut texts: Vec<Text> =
            sizes.iter().zip(self.next_id..).map(|(tokens, id)| Text::new(id, *tokens)).collect();
        texts.last_mut().unwrap().does = does;
        self.next_id += 100;
        let lane = |job: &&Submitted| job.priority == priority && !job.answered;
        let wanted = self.jobs.iter().filter(lane).filter(|job| job.caller.is_some()).count();
        let left = self.jobs.iter().filter(lane).count() - wanted;
        match stage.submit(priority, &texts) {
            Ok(caller) => {
                assert!(wanted < LIMIT, "a full lane takes no job");
                self.jobs.push(Submitted { caller: Some(caller), priority, texts, answered: false });
            }
            Err(ModelError::Overloaded { limit }) => {
                assert_eq!(limit, LIMIT);
                assert!(wanted + left >= LIMIT, "a lane with a place refuses no job");
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Checks the answers that have come.
    fn collect(&mut self) {
        for job in &mut self.jobs {
            let Some(caller) = &mut job.caller else { continue };
            if job.answered {
                continue;
            }
            let answer = match caller.try_recv() {
                Ok(answer) => answer,
                Err(TryRecvError::Empty) => continue,
                Err(TryRecvError::Closed) => panic!("a job was dropped though its caller waits"),
            };
            job.answered = true;
            match (job.texts.last().unwrap().does, answer) {
                (Does::Work, answer) => {
                    let expected: Vec<(u32, usize)> = job.texts.iter().map(Text::output).collect();
                    assert_eq!(answer.unwrap(), expected);
                }
                (Does::Fail, answer) => assert!(matches!(answer, Err(ModelError::Inference(_)))),
                (_, answer) => assert!(matches!(answer, Err(ModelError::Panicked))),
            }
        }
    }

    /// A slice that begins holds sequences of one lane whose callers wait, within the lane's budget.
    fn check(&self, layer: &Layer) {
        let owner =
            |id: &u32| self.jobs.iter().find(|job| job.texts.iter().any(|text| text.id == *id)).unwrap();
        let priority = owner(&layer.ids[0]).priority;
        let budget = match priority {
            Priority::Interactive => MICRO_BATCH_TOKENS,
            Priority::Bulk => SLICE_TOKENS,
        };
        assert!(layer.tokens <= budget || layer.ids.len() == 1, "{layer:?}");
        for id in &layer.ids {
            assert_eq!(owner(id).priority, priority, "{layer:?}");
            assert!(layer.number > 0 || owner(id).caller.is_some(), "nobody waits for {id}");
        }
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let priority = prop_oneof![Just(Priority::Interactive), Just(Priority::Bulk)];
    let sizes = prop_oneof![
        4 => proptest::collection::vec(1usize..40, 1..4),
        2 => proptest::collection::vec(1usize..600, 1..30),
        1 => proptest::collection::vec(500usize..1200, 1..4),
    ];
    let does = prop_oneof![
        12 => Just(Does::Work), 1 => Just(Does::Fail), 1 => Just(Does::Panic), 1 => Just(Does::PanicTokenising)
    ];
    let step = prop_oneof![
        4 => (priority, sizes, does).prop_map(|(priority, sizes, does)| Step::Submit(priority, sizes, does)),
        1 => (0usize..100).prop_map(Step::Leave),
        8 => Just(Step::Layer),
    ];
    proptest::collection::vec(step, 0..80)
}

proptest! {
    #[test]
    fn every_waiting_caller_gets_its_own_answer(steps in steps()) {
        let stage = Stage::new(LIMIT);
        let world = Arc::new(Mutex::new(World { steps: steps.into(), ..World::default() }));
        while world.lock().unwrap().advance(&stage) {
            let (hook_stage, hook_world) = (Arc::clone(&stage), Arc::clone(&world));
            stage.run(move |_, layer| {
                let mut world = hook_world.lock().unwrap();
                world.check(layer);
                world.advance(&hook_stage);
            });
            let mut world = world.lock().unwrap();
            world.collect();
            prop_assert!(world.jobs.iter().all(|job| job.answered || job.caller.is_none()));
        }
        // Whatever happened, every place is free again.
        let one = [Text::new(0, 1)];
        for priority in [Priority::Interactive, Priority::Bulk] {
            let jobs: Vec<_> = (0..LIMIT).map(|_| stage.submit(priority, &one)).collect();
            prop_assert!(jobs.iter().all(Result::is_ok));
        }
    }
}
