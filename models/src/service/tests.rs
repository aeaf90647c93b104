//! What the scheduler promises, one promise a test.

use std::num::NonZeroUsize;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::oneshot::error::TryRecvError;

use super::Priority::{Bulk, Interactive};
use super::batcher::Batcher;
use super::fake::{Caller, Does, Fake, LAYERS, Layer, Stage, Text};
use super::interactive::{MICRO_BATCH_TOKENS, PASSED_OVER_AT_MOST};
use super::{Priority, ServiceOptions};
use crate::batch::SLICE_TOKENS;
use crate::error::ModelError;

/// Ids of bulk sequences.
const BULK: u32 = 1_000_000;

/// `count` texts of so many tokens with ids from `first` on.
fn texts(first: u32, count: usize, tokens: usize) -> Vec<Text> {
    (first..).take(count).map(|id| Text::new(id, tokens)).collect()
}

fn outputs(texts: &[Text]) -> Vec<(u32, usize)> {
    texts.iter().map(Text::output).collect()
}

fn answered(caller: &mut Caller, texts: &[Text]) -> bool {
    caller.try_recv().is_ok_and(|answer| answer.unwrap() == outputs(texts))
}

fn is_bulk(layer: &Layer) -> bool {
    layer.ids[0] >= BULK
}

/// A place for the callers of jobs that a hook submits.
type Callers = Arc<Mutex<Vec<(Caller, Vec<Text>)>>>;

fn submit(stage: &Stage, callers: &Callers, priority: Priority, texts: Vec<Text>) {
    let caller = stage.submit(priority, &texts).unwrap();
    callers.lock().unwrap().push((caller, texts));
}

fn assert_all_answered(callers: &Callers) {
    for (caller, texts) in callers.lock().unwrap().iter_mut() {
        assert!(answered(caller, texts), "{:?}", texts[0]);
    }
}

#[test]
fn an_interactive_job_starts_after_the_bulk_layer_it_came_in() {
    for arrival in 0..4 * LAYERS {
        let stage = Stage::new(8);
        let bulk = texts(BULK, 80, 100);
        let mut caller = stage.submit(Bulk, &bulk).unwrap();
        let callers = Callers::default();
        let (hook_stage, hook_callers) = (Arc::clone(&stage), Arc::clone(&callers));
        stage.run(move |layer, _| {
            if layer == arrival {
                submit(&hook_stage, &hook_callers, Interactive, texts(1, 3, 10));
            }
        });
        let layers = stage.layers();
        assert!(is_bulk(&layers[arrival]));
        assert!(!is_bulk(&layers[arrival + 1]), "the layer after {arrival}");
        assert_eq!(layers[arrival + 1].number, 0);
        assert_all_answered(&callers);
        assert!(answered(&mut caller, &bulk));
    }
}

#[test]
fn bulk_goes_on_under_a_flood_of_interactive_jobs() {
    let stage = Stage::new(64);
    let bulk = texts(BULK, 40, 100);
    let caller = Mutex::new(stage.submit(Bulk, &bulk).unwrap());
    let callers = Callers::default();
    let (hook_stage, hook_callers) = (Arc::clone(&stage), Arc::clone(&callers));
    stage.run(move |layer, _| {
        // Each fills a micro-batch, and there is always one more.
        if caller.lock().unwrap().try_recv().is_err_and(|e| e == TryRecvError::Empty) && layer < 1000 {
            let full = texts(layer as u32, 1, MICRO_BATCH_TOKENS);
            for _ in 0..2 {
                if let Ok(caller) = hook_stage.submit(Interactive, &full) {
                    hook_callers.lock().unwrap().push((caller, full.clone()));
                }
            }
        }
    });
    let layers = stage.layers();
    let bulk_layers: Vec<usize> = (0..layers.len()).filter(|at| is_bulk(&layers[*at])).collect();
    assert_eq!(bulk_layers.len(), 4 * LAYERS);
    assert!(layers.len() < 1000, "the bulk job ended while the flood went on");
    for pair in bulk_layers.windows(2) {
        assert_eq!(pair[1] - pair[0], 1 + LAYERS, "one micro-batch from one bulk layer to the next");
    }
    assert_all_answered(&callers);
}

#[test]
fn interactive_jobs_that_wait_together_run_together() {
    let stage = Stage::new(64);
    let jobs: Vec<Vec<Text>> = (0..20).map(|job| texts(job * 10, 2, 12)).collect();
    let mut callers: Vec<Caller> = jobs.iter().map(|job| stage.submit(Interactive, job).unwrap()).collect();
    stage.run(|_, _| {});
    assert_eq!(stage.layers().len(), LAYERS);
    for (caller, job) in callers.iter_mut().zip(&jobs) {
        assert!(answered(caller, job));
    }
}

#[test]
fn a_small_interactive_job_passes_a_large_one_and_the_large_one_gets_its_turns() {
    let stage = Stage::new(64);
    let large = texts(1, 50, 100);
    let mut caller = stage.submit(Interactive, &large).unwrap();
    let callers = Callers::default();
    let (hook_stage, hook_callers) = (Arc::clone(&stage), Arc::clone(&callers));
    stage.run(move |layer, _| {
        if layer < 300 {
            submit(&hook_stage, &hook_callers, Interactive, texts(1000 + layer as u32, 1, 5));
        }
    });
    assert_all_answered(&callers);
    assert!(answered(&mut caller, &large));
    let slices: Vec<Layer> = stage.layers().into_iter().filter(|layer| layer.number == 0).collect();
    let turns: Vec<usize> = (0..slices.len()).filter(|at| slices[*at].ids[0] < 1000).collect();
    assert_eq!(turns.len(), 50usize.div_ceil(MICRO_BATCH_TOKENS / 100));
    for pair in turns.windows(2) {
        let between = pair[1] - pair[0] - 1;
        assert_eq!(between, PASSED_OVER_AT_MOST as usize, "micro-batches of small jobs between two turns");
    }
    assert!(slices.iter().all(|slice| slice.tokens <= MICRO_BATCH_TOKENS));
}

#[test]
fn bulk_jobs_share_slices_and_finish_in_order() {
    let stage = Stage::new(64);
    let sizes = [300, 90, 512, 250, 33, 700, 120, 64, 480, 16];
    let jobs: Vec<Vec<Text>> = (0..40)
        .map(|job| {
            let text =
                |at: usize| Text::new(BULK + (job * 10 + at) as u32, sizes[(job + 3 * at) % sizes.len()]);
            (0..1 + job % 4).map(text).collect()
        })
        .collect();
    let mut callers: Vec<Caller> = jobs.iter().map(|job| stage.submit(Bulk, job).unwrap()).collect();
    stage.run(|_, _| {});
    for (caller, job) in callers.iter_mut().zip(&jobs) {
        assert!(answered(caller, job));
    }
    let slices: Vec<Layer> = stage.layers().into_iter().filter(|layer| layer.number == 0).collect();
    let total: usize = jobs.iter().flatten().map(|text| text.tokens).sum();
    assert_eq!(slices.iter().map(|slice| slice.tokens).sum::<usize>(), total);
    assert!(slices.iter().all(|slice| slice.tokens <= SLICE_TOKENS));
    let least = total.div_ceil(SLICE_TOKENS);
    assert!(slices.len() <= least + 1, "{} slices, {least} would do", slices.len());
    let last = |job: usize| {
        slices.iter().rposition(|slice| slice.ids.iter().any(|id| (id - BULK) / 10 == job as u32))
    };
    assert!(last(0) <= last(20) && last(20) < last(39), "an early job is not kept to the end");
}

#[test]
fn a_bulk_job_that_comes_later_joins_at_the_next_slice() {
    let stage = Stage::new(64);
    let first = texts(BULK, 15, 100);
    let mut caller = stage.submit(Bulk, &first).unwrap();
    let callers = Callers::default();
    let (hook_stage, hook_callers) = (Arc::clone(&stage), Arc::clone(&callers));
    stage.run(move |layer, _| {
        if layer == 1 {
            submit(&hook_stage, &hook_callers, Bulk, texts(BULK + 100, 4, 100));
        }
    });
    assert_eq!(stage.layers().len(), 2 * LAYERS, "10 sequences, then the other 5 with the 4 new ones");
    assert!(answered(&mut caller, &first));
    assert_all_answered(&callers);
}

#[test]
fn a_job_whose_caller_goes_is_not_computed_any_further() {
    for priority in [Interactive, Bulk] {
        let stage = Stage::new(64);
        let job = texts(BULK, 100, 100);
        let caller = Mutex::new(Some(stage.submit(priority, &job).unwrap()));
        stage.run(move |layer, _| {
            if layer == LAYERS + 1 {
                drop(caller.lock().unwrap().take());
            }
        });
        assert_eq!(stage.layers().len(), 2 * LAYERS, "{priority:?}: the slice in progress was the last");
    }
}

#[test]
fn a_full_lane_refuses_and_leaves_the_other_alone() {
    let stage = Stage::new(2);
    let one = texts(BULK, 1, 10);
    let first = stage.submit(Bulk, &one).unwrap();
    let mut second = stage.submit(Bulk, &one).unwrap();
    assert!(matches!(stage.submit(Bulk, &one), Err(ModelError::Overloaded { limit: 2 })));
    let mut other = stage.submit(Interactive, &texts(1, 1, 10)).unwrap();
    drop(first);
    let mut third = stage.submit(Bulk, &one).unwrap();
    stage.run(|_, _| {});
    assert!(answered(&mut second, &one) && answered(&mut third, &one));
    assert!(answered(&mut other, &texts(1, 1, 10)));
    assert!(stage.submit(Bulk, &one).is_ok(), "finished jobs leave their places");
}

#[test]
fn a_bad_input_fails_its_own_job_only() {
    for priority in [Interactive, Bulk] {
        for does in [Does::Fail, Does::Panic, Does::PanicTokenising] {
            let stage = Stage::new(64);
            let good = texts(BULK, 2, 10);
            let bad = [Text::new(BULK + 10, 10), Text { does, ..Text::new(BULK + 11, 10) }];
            let mut before = stage.submit(priority, &good).unwrap();
            let mut failed = stage.submit(priority, &bad).unwrap();
            let mut after = stage.submit(priority, &good).unwrap();
            stage.run(|_, _| {});
            assert!(answered(&mut before, &good) && answered(&mut after, &good), "{priority:?} {does:?}");
            let error = failed.try_recv().unwrap().unwrap_err();
            let panicked = matches!(error, ModelError::Panicked);
            assert_eq!(panicked, does != Does::Fail, "{error}");
        }
    }
}

#[test]
fn a_panic_in_an_interactive_job_leaves_the_bulk_slice_around_it_alone() {
    let stage = Stage::new(64);
    let bulk = texts(BULK, 5, 100);
    let mut caller = stage.submit(Bulk, &bulk).unwrap();
    let hook_stage = Arc::clone(&stage);
    let failed = Arc::new(Mutex::new(None));
    let hook_failed = Arc::clone(&failed);
    stage.run(move |layer, _| {
        if layer == 0 {
            let bad = [Text { does: Does::Panic, ..Text::new(1, 10) }];
            *hook_failed.lock().unwrap() = Some(hook_stage.submit(Interactive, &bad).unwrap());
        }
    });
    assert!(answered(&mut caller, &bulk));
    let mut failed = failed.lock().unwrap().take().unwrap();
    assert!(matches!(failed.try_recv().unwrap(), Err(ModelError::Panicked)));
}

/// A service whose layers each wait for a permit, and a receiver that sees the model's end.
fn gated(queue: usize) -> (Batcher<Fake>, Sender<()>, Receiver<String>) {
    let (permit, permits) = mpsc::channel::<()>();
    let (alive, ended) = mpsc::channel();
    let on_layer = Box::new(move |_: Layer| {
        // Once the test has dropped its end, layers run freely.
        let _ = permits.recv();
        let threads = rayon::broadcast(|_| std::thread::current().name().unwrap_or_default().to_owned());
        let _ = alive.send(threads.join(" "));
    });
    let threads = NonZeroUsize::new(3);
    let options = ServiceOptions { queue, threads, ..ServiceOptions::default() };
    (Batcher::spawn(Fake { on_layer }, "fake", &options), permit, ended)
}

#[test]
fn the_threads_have_names_and_end_with_the_last_handle() {
    let (service, permit, layers) = gated(4);
    drop(permit);
    let clone = service.clone();
    drop(service);
    let job = texts(1, 2, 10);
    assert_eq!(clone.run_blocking(Interactive, job.clone()).unwrap(), outputs(&job));
    assert_eq!(clone.run_blocking(Bulk, Vec::new()).unwrap(), []);
    drop(clone);
    for _ in 0..LAYERS {
        assert_eq!(layers.recv_timeout(Duration::from_secs(60)).unwrap(), "fake-0 fake-1 fake-2");
    }
    // The model is dropped by its thread.
    assert_eq!(layers.recv_timeout(Duration::from_secs(60)), Err(mpsc::RecvTimeoutError::Disconnected));
}

#[test]
fn blocking_callers_wait_for_a_place_and_a_panic_stops_nobody() {
    let (service, permit, _layers) = gated(1);
    std::thread::scope(|scope| {
        let jobs: Vec<_> = (0..6)
            .map(|id| {
                let does = if id == 3 { Does::Panic } else { Does::Work };
                let text = Text { does, ..Text::new(id, 10) };
                let service = &service;
                let priority = if id % 2 == 0 { Interactive } else { Bulk };
                (text, scope.spawn(move || service.run_blocking(priority, vec![text])))
            })
            .collect();
        drop(permit);
        for (text, job) in jobs {
            match (text.does, job.join().unwrap()) {
                (Does::Panic, answer) => assert!(matches!(answer, Err(ModelError::Panicked))),
                (_, answer) => assert_eq!(answer.unwrap(), [text.output()]),
            }
        }
    });
}
