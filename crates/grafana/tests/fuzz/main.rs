//! Mutated input must never make the crate panic: it is what other people saved.
//!
//! A few hundred rounds run with the tests. `cargo xtask fuzz <target> --minutes N` runs the same for long; what breaks
//! something is written to `target/fuzz/` and can be given back with `FUZZ_INPUT=<file>`.

#![allow(clippy::unwrap_used)] // the helpers are tests too, which clippy cannot see

mod mutate;
mod seeds;
mod targets;
mod values;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use serde_json::Value as Json;

use mutate::Random;
use targets::{Seeds, TARGETS, Target};

/// What is worth a look even if nothing breaks.
const SLOW: Duration = Duration::from_secs(2);

/// One input; panics are told with it.
fn run(target: &Target, input: &Json) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| (target.run)(input))).map_err(|_| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/fuzz");
        let text = input.to_string();
        let file = format!("{folder}/{}-{:08x}.json", target.name, text.bytes().fold(5381_u32, |h, b| h.wrapping_mul(33) ^ u32::from(b)));
        let kept = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&file, &text));
        format!("{} panics; input kept in {file} ({kept:?})", target.name)
    })
}

fn rounds(name: &str, n: u64) {
    let (seeds, target) = (Seeds::read(), TARGETS.iter().find(|target| target.name == name).unwrap());
    for seed in 0..n {
        let input = (target.make)(&mut Random::new(seed), &seeds);
        run(target, &input).unwrap();
    }
}

#[test]
fn dashboards() {
    rounds("dashboard", 150);
}

#[test]
fn frames() {
    rounds("frames", 300);
}

#[test]
fn variables() {
    rounds("variables", 150);
}

#[test]
fn datemath() {
    rounds("datemath", 2_000);
}

#[test]
fn moments() {
    rounds("moments", 300);
}

#[test]
fn transforms() {
    rounds("transforms", 300);
}

#[test]
fn mappings() {
    rounds("mappings", 300);
}

/// What once broke something: `tests/corpus/fuzz/<target>-<what>.json`.
#[test]
fn found() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/corpus/fuzz");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let target = TARGETS.iter().find(|target| name.starts_with(target.name)).unwrap();
        let began = Instant::now();
        run(target, &serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap()).unwrap();
        assert!(began.elapsed() < Duration::from_secs(30), "{name} takes {:?}", began.elapsed());
        count += 1;
    }
    assert!(count > 0);
}

/// For as long as `FUZZ_MINUTES`, from `FUZZ_SEED`.
#[test]
#[ignore = "runs for minutes: cargo xtask fuzz"]
fn long() {
    let setting = |name: &str| std::env::var(name).ok();
    let name = setting("FUZZ_TARGET").unwrap_or_else(|| "dashboard".into());
    let Some(target) = TARGETS.iter().find(|target| target.name == name) else {
        panic!("no target {name}: {}", TARGETS.map(|target| target.name).join(", "));
    };
    if let Some(file) = setting("FUZZ_INPUT") {
        let text = std::fs::read_to_string(&file).unwrap();
        return (target.run)(&serde_json::from_str(&text).unwrap());
    }
    let minutes: f64 = setting("FUZZ_MINUTES").and_then(|text| text.parse().ok()).unwrap_or(1.0);
    let mut seed: u64 = setting("FUZZ_SEED").and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let (seeds, began, first) = (Seeds::read(), Instant::now(), seed);
    let (mut failures, mut slowest) = (Vec::new(), Duration::ZERO);
    while began.elapsed().as_secs_f64() < minutes * 60.0 && failures.len() < 20 {
        let input = (target.make)(&mut Random::new(seed), &seeds);
        let at = Instant::now();
        failures.extend(run(target, &input).err());
        if at.elapsed() > SLOW {
            println!("{name}: input {seed} took {:.1} s: {input}", at.elapsed().as_secs_f64());
        }
        slowest = slowest.max(at.elapsed());
        seed += 1;
    }
    println!(
        "{name}: {} inputs in {:.1} min, slowest {:.0} ms",
        seed - first,
        began.elapsed().as_secs_f64() / 60.0,
        slowest.as_secs_f64() * 1000.0
    );
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
