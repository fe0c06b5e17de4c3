//! Holds answers of typed rows against their own schema in the reference (OpenAPI), with a JSON Schema implementation that is not ours.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock},
};

use boon::{Compiler, Draft, SchemaIndex, Schemas};
use serde_json::{Value, json};
use xuanhu::http::{self, core::table::Endpoint};

/// The whole reference.
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::from_str(&http::reference()).unwrap())
}

/// The operation of a row.
pub fn operation(row: &Endpoint) -> &'static Value {
    &document()["paths"][row.path][row.method.name().to_lowercase()]
}

/// What compares values with schemas of the reference.
pub struct Checker {
    schemas: Schemas,
    compiled: Vec<SchemaIndex>,
}

impl Checker {
    pub fn new(schema: &Value) -> Checker {
        Checker::of(&[schema])
    }

    pub fn of(all: &[&Value]) -> Checker {
        const PLACE: &str = "https://reference.example/schema.json";
        let whole = json!({ "all": all, "components": { "schemas": document()["components"]["schemas"] } });
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.set_default_draft(Draft::V2020_12);
        compiler.add_resource(PLACE, whole).unwrap();
        let mut compile =
            |i: usize| compiler.compile(&format!("{PLACE}#/all/{i}"), &mut schemas).unwrap_or_else(|e| panic!("{}: {e:#}", all[i]));
        let compiled = (0..all.len()).map(&mut compile).collect();
        Checker { schemas, compiled }
    }

    pub fn check(&self, value: &Value) -> Result<(), String> {
        self.check_by(0, value)
    }

    /// By one of the schemas.
    pub fn check_by(&self, schema: usize, value: &Value) -> Result<(), String> {
        self.schemas.validate(value, self.compiled[schema]).map_err(|e| format!("{e:#}"))
    }
}

/// Holds a success of a typed row against what the row says that it answers.
pub fn check(row: &Endpoint, status: u16, answer: &Value) -> Result<(), String> {
    /// By operation and status.
    type Checkers = HashMap<(String, u16), Arc<Checker>>;
    static KNOWN: Mutex<Option<Checkers>> = Mutex::new(None);
    if row.signature.is_none() {
        return Ok(());
    }
    let operation = operation(row);
    let schema = &operation["responses"][status.to_string()]["content"]["application/json"]["schema"];
    if schema.is_null() {
        return Err(format!("the reference knows no JSON with status {status} from {}", operation["operationId"]));
    }
    let name = (operation["operationId"].as_str().unwrap().to_owned(), status);
    let known = KNOWN.lock().unwrap().get_or_insert_default().get(&name).cloned();
    let compiled = known.unwrap_or_else(|| {
        let compiled = Arc::new(Checker::new(schema));
        KNOWN.lock().unwrap().get_or_insert_default().insert(name, compiled.clone());
        compiled
    });
    compiled.check(answer).map_err(|problem| format!("not what its own schema says: {problem}"))
}
