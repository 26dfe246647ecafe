//! Who decides: Muster's host, and others, each with what it needs made ready.

use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use cel::{Context, Program};
use muster_record::advice::Item;
use muster_rules::{Host, HostLimits};
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use wit_component::ComponentEncoder;

use crate::situations::Given;

const RULE: &str = "data.bench.decision";
const REGO: &str = include_str!("decision.rego");
const CEL: &str = include_str!("decision.cel");
const OTHERS: [&str; 6] = ["lead", "informed", "informed", "none", "informed", "none"];

type Decide<'a> = Box<dyn FnMut(usize) -> Result<Vec<String>> + 'a>;

/// One who decides on a situation, by its number.
pub struct Engine<'a> {
    pub name: &'static str,
    pub decide: Decide<'a>,
}

/// All of them. Muster's host comes first, then Rego as the goals are set: compiled, on input that is parsed and on input
/// that is not.
pub fn all(given: &[Given]) -> Result<Vec<Engine<'_>>> {
    let module = std::env::var("RULE_SET").context("RULE_SET names no module")?;
    let component = ComponentEncoder::default().module(&std::fs::read(module)?)?.validate(true).encode()?;
    let host = Host::new(HostLimits::default())?;
    let rules = host.load(&component, "").map_err(|error| anyhow!("{error}"))?;
    let muster = move |number: usize| {
        let advice = rules.advise(&given[number].situation).outcome.map_err(|failure| anyhow!("{failure}"))?;
        let titles = advice.items.into_iter().filter_map(|item| match item {
            Item::Finding(finding) => Some(finding.title),
            _ => None,
        });
        Ok(titles.collect())
    };

    let parsed: Vec<regorus::Value> =
        given.iter().map(|given| regorus::Value::from_json_str(&given.json)).collect::<Result<_>>()?;
    let engine = || {
        let mut engine = regorus::Engine::new();
        engine.add_policy("decision.rego".to_owned(), REGO.to_owned())?;
        Ok::<_, anyhow::Error>(engine)
    };
    let machine = || {
        let compiled = engine()?.compile_with_entrypoint(&RULE.into())?;
        let program = Compiler::compile_from_policy(&compiled, &[RULE]).map_err(|error| anyhow!("{error}"))?;
        let mut machine = RegoVM::new();
        machine.load_program(Arc::clone(&program));
        Ok::<_, anyhow::Error>(machine)
    };
    let (mut on_parsed, mut on_raw) = (machine()?, machine()?);
    let inputs = parsed.clone();
    let compiled_parsed = move |number: usize| {
        on_parsed.set_input(inputs[number].clone());
        texts(&on_parsed.execute().map_err(|error| anyhow!("{error}"))?)
    };
    let compiled_raw = move |number: usize| {
        on_raw.set_input(regorus::Value::from_json_str(&given[number].json)?);
        texts(&on_raw.execute().map_err(|error| anyhow!("{error}"))?)
    };
    let mut interpreter = engine()?;
    let interpreted = move |number: usize| {
        interpreter.set_input(parsed[number].clone());
        texts(&interpreter.eval_rule(RULE.to_owned())?)
    };

    let program = Program::compile(CEL).map_err(|error| anyhow!("{error}"))?;
    let again = Program::compile(CEL).map_err(|error| anyhow!("{error}"))?;
    let ready: Vec<Context<'_, '_>> = given.iter().map(context).collect::<Result<_>>()?;
    let cel_ready = move |number: usize| cel_texts(&program, &ready[number]);
    let cel_raw = move |number: usize| cel_texts(&again, &context(&given[number])?);

    Ok(vec![
        Engine { name: "Muster: a fresh component instance, lowered, lifted and checked", decide: Box::new(muster) },
        Engine { name: "Rego (regorus), compiled, on parsed input", decide: Box::new(compiled_parsed) },
        Engine { name: "Rego (regorus), compiled, on raw JSON", decide: Box::new(compiled_raw) },
        Engine { name: "Rego (regorus), interpreted, on parsed input", decide: Box::new(interpreted) },
        Engine { name: "CEL, with its context made", decide: Box::new(cel_ready) },
        Engine { name: "CEL, its context made of JSON each time", decide: Box::new(cel_raw) },
    ])
}

fn texts(value: &regorus::Value) -> Result<Vec<String>> {
    value.as_array()?.iter().map(|text| Ok(text.as_string()?.to_string())).collect()
}

fn context(given: &Given) -> Result<Context<'static, 'static>> {
    let input: serde_json::Value = serde_json::from_str(&given.json)?;
    let mut context = Context::default();
    let mut add = |name: &str, value: &serde_json::Value| {
        context.add_variable(name, value.clone()).map_err(|error| anyhow!("{name}: {error}"))
    };
    for name in ["facts", "people", "services"] {
        add(name, &input[name])?;
    }
    let agencies =
        ["council", "health-commissioner", "regulator", "public-health", "placing-authority", "safeguarding-board"];
    add("agencies", &serde_json::json!(agencies))?;
    add("otherwise", &serde_json::json!(OTHERS))?;
    add(
        "matrix",
        &serde_json::json!({
            "residential": ["lead", "informed", "involved", "informed", "involved", "informed"],
            "nursing": ["lead", "involved", "involved", "informed", "involved", "informed"],
            "home-support": ["lead", "informed", "involved", "none", "involved", "informed"],
        }),
    )?;
    Ok(context)
}

/// The decision, which CEL has as lists within a list.
fn cel_texts(program: &Program, context: &Context<'_, '_>) -> Result<Vec<String>> {
    let decided = program.execute(context).map_err(|error| anyhow!("{error}"))?;
    let lists = decided.json().map_err(|error| anyhow!("{error:?}"))?;
    let lists: Vec<Vec<String>> = serde_json::from_value(lists)?;
    Ok(lists.into_iter().flatten().collect())
}
