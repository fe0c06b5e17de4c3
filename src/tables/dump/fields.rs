//! What is said of each field, from the types of the rows: their names, kinds and the sentences above them.

use std::collections::BTreeMap;

use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

use super::{
    cover::{self, Cover},
    entity::Entity,
};

/// What a leaf of a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// Of another row, or its own; 0 in the store is null here.
    Id,
    /// RFC 3339.
    Time,
    Fen,
    Date,
    Text,
    /// In hex.
    Bytes,
    /// A word out of a few.
    Choice,
    Other,
}

/// An entity with its schema.
pub struct Described {
    pub entity: &'static str,
    file: String,
    about: &'static str,
    pub root: Value,
}

impl Described {
    pub fn of(entity: &Entity) -> Described {
        let root = (entity.schema)(&mut SchemaGenerator::default()).to_value();
        Described { entity: entity.name, file: entity.file(), about: entity.about, root }
    }

    /// What a reference leads to.
    pub fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let Some(pointer) = schema["$ref"].as_str().and_then(|name| name.strip_prefix('#')) else { return schema };
        self.root.pointer(pointer).map_or(schema, |found| self.resolved(found))
    }

    /// The other schema of `[T, null]`, else the schema itself; and whether there was a null.
    pub fn without_null<'a>(&'a self, schema: &'a Value) -> (&'a Value, bool) {
        let schema = self.resolved(schema);
        match schema["anyOf"].as_array() {
            Some(any) if any.len() == 2 && any[1]["type"] == "null" => (self.resolved(&any[0]), true),
            _ => (schema, schema["type"].as_array().is_some_and(|types| types.iter().any(|one| one == "null"))),
        }
    }

    pub fn view(&mut self, rows: u64) -> Value {
        let fields: Map<String, Value> = self.fields(&self.root).into_iter().collect();
        json!({ "file": self.file, "about": self.about, "rows": rows, "fields": fields })
    }

    /// Of an object, by name.
    fn fields(&self, schema: &Value) -> BTreeMap<String, Value> {
        let properties = schema["properties"].as_object().into_iter().flatten();
        properties.map(|(name, schema)| (name.clone(), self.field(name, schema))).collect()
    }

    fn field(&self, name: &str, schema: &Value) -> Value {
        let (inner, null) = self.without_null(schema);
        let own = schema["description"].as_str().or(inner["description"].as_str());
        let mut told = self.shape(name, inner);
        told.insert("nullable".into(), (null || leaf(inner) == Some(Leaf::Id)).into());
        let about = own.map_or_else(|| by_itself(name, inner), str::to_owned);
        told.insert("about".into(), about.into());
        Value::Object(told)
    }

    fn shape(&self, name: &str, schema: &Value) -> Map<String, Value> {
        let mut told = Map::new();
        match leaf(schema) {
            Some(leaf) => {
                told.insert("kind".into(), kind(leaf, schema).into());
                let cover = match leaf {
                    Leaf::Text | Leaf::Bytes => cover::of_text(self.entity, name),
                    Leaf::Date => Cover::Birthday,
                    _ => cover::of_other(self.entity, name),
                };
                if let Some(masked) = masked(cover) {
                    told.insert("masked".into(), masked.into());
                }
                let choices: Vec<Value> = choices(schema);
                if !choices.is_empty() {
                    told.insert("choices".into(), choices.into());
                }
            }
            None if schema["type"] == "array" => {
                told.insert("kind".into(), "list".into());
                let (items, _) = self.without_null(&schema["items"]);
                told.insert("items".into(), self.shape(name, items).into());
            }
            None if schema["oneOf"].is_array() => {
                told.insert("kind".into(), "one of".into());
                let branches = schema["oneOf"].as_array().into_iter().flatten().map(|branch| self.branch(name, branch));
                told.insert("choices".into(), branches.collect::<Vec<_>>().into());
            }
            None => {
                told.insert("kind".into(), "object".into());
                told.insert("fields".into(), self.fields(schema).into_iter().collect::<Map<_, _>>().into());
            }
        }
        told
    }

    /// A choice that brings something along is an object of one field.
    fn branch(&self, name: &str, schema: &Value) -> Value {
        let schema = self.resolved(schema);
        match schema["properties"].as_object().and_then(|all| all.iter().next()) {
            Some((word, inner)) => {
                json!({ "value": word, "with": self.shape(name, self.without_null(inner).0), "about": schema["description"] })
            }
            None => json!({ "value": words(schema), "about": schema["description"] }),
        }
    }
}

fn words(schema: &Value) -> Value {
    match &schema["const"] {
        Value::Null => schema["enum"].clone(),
        one => one.clone(),
    }
}

/// The words of a choice, each with what it means where that is said.
fn choices(schema: &Value) -> Vec<Value> {
    if let Some(all) = schema["enum"].as_array() {
        return all.iter().filter(|one| !one.is_null()).map(|one| json!({ "value": one })).collect();
    }
    let branches = schema["oneOf"].as_array().into_iter().flatten();
    branches
        .flat_map(|one| match &one["enum"] {
            Value::Array(all) => all.iter().map(|word| json!({ "value": word })).collect(),
            _ => vec![json!({ "value": one["const"], "about": one["description"] })],
        })
        .collect()
}

/// What a schema is, where it is no list and no object.
pub fn leaf(schema: &Value) -> Option<Leaf> {
    let of_words = |one: &Value| one["const"].is_string() || one["enum"].is_array();
    let is = |kind: &str| schema["type"] == kind || schema["type"].as_array().is_some_and(|types| types[0] == kind);
    match schema["format"].as_str() {
        Some("unix-ms") => return Some(Leaf::Time),
        Some("fen") => return Some(Leaf::Fen),
        Some("date") => return Some(Leaf::Date),
        _ => {}
    }
    if schema["enum"].is_array() || schema["const"].is_string() {
        return Some(Leaf::Choice);
    }
    if let Some(branches) = schema["oneOf"].as_array() {
        return branches.iter().all(of_words).then_some(Leaf::Choice);
    }
    if is("string") {
        return Some(Leaf::Text);
    }
    if is("array") && schema["items"]["format"] == "uint8" {
        return Some(Leaf::Bytes);
    }
    // An id's schema is an integer from 0 without a width.
    if is("integer") && schema["minimum"] == 0 && schema["format"].is_null() {
        return Some(Leaf::Id);
    }
    (is("integer") || is("number") || is("boolean")).then_some(Leaf::Other)
}

fn kind(leaf: Leaf, schema: &Value) -> String {
    match leaf {
        Leaf::Id => "id".into(),
        Leaf::Time => "time".into(),
        Leaf::Fen => "fen".into(),
        Leaf::Date => "date".into(),
        Leaf::Text => "text".into(),
        Leaf::Bytes => "hex".into(),
        Leaf::Choice => "choice".into(),
        Leaf::Other => schema["type"].as_str().or(schema["type"][0].as_str()).unwrap_or("any").to_owned(),
    }
}

fn masked(cover: Cover) -> Option<&'static str> {
    match cover {
        Cover::Plain | Cover::Public => None,
        Cover::Name => Some("its first sign"),
        Cover::Phone => Some("the middle digits"),
        Cover::IdNumber => Some("all digits"),
        Cover::Birthday => Some("all but the year"),
        Cover::Whole => Some("all"),
        Cover::Secret => Some("never told"),
    }
}

/// What a name and a kind say by themselves.
fn by_itself(name: &str, schema: &Value) -> String {
    match (name, leaf(schema), WORDS.iter().find(|(word, _)| *word == name)) {
        ("id", ..) => "Of this row.".into(),
        (_, Some(Leaf::Id), _) => format!("The id of the {}.", name.trim_end_matches("_id").replace('_', " ")),
        ("created_at", ..) => "When it came to be.".into(),
        (_, _, Some((_, about))) => (*about).into(),
        (_, Some(Leaf::Time), _) => format!("When it was {}.", name.trim_end_matches("_at").replace('_', " ")),
        _ => String::new(),
    }
}

/// Names that mean the same wherever they stand, where the row itself says nothing of them.
#[rustfmt::skip]
const WORDS: &[(&str, &str)] = &[
    ("addr", "The address."),
    ("afternoon", "On which afternoons."),
    ("amount", "How much."),
    ("answer", "What the clinic answered."),
    ("answers", "What was answered, question by question."),
    ("audience", "To whom it goes."),
    ("avatar", "The address of the portrait."),
    ("banner", "The addresses of pictures."),
    ("birth_count", "How often she gave birth."),
    ("casebook", "What the patient told before the visit."),
    ("certificate_type", "What kind of certificate the number is of."),
    ("chief_complaint", "What the patient complains of (主诉)."),
    ("code", "The code."),
    ("content", "What was written."),
    ("count", "How many there were."),
    ("description", "What it is for."),
    ("diag_photo", "Pictures of what was found."),
    ("diag_result", "What was found."),
    ("doctor_comment", "What the patient wrote of the doctor."),
    ("drinks", "Whether the patient drinks."),
    ("email", "The e-mail address."),
    ("evaluated", "Whether the patient has said how it was."),
    ("fee", "How much it costs."),
    ("followed_role", "Of whom is followed."),
    ("follower_role", "Of who follows."),
    ("good_at", "What the doctor is good at (擅长)."),
    ("height", "In centimetres."),
    ("honours", "What the doctor was honoured with."),
    ("href", "Where it leads."),
    ("idno", "The number of the identity card or other certificate."),
    ("image_and_text_price", "The price of a consultation."),
    ("images", "The addresses of pictures."),
    ("introduction", "What is told of it."),
    ("is_hot", "Whether the doctor is recommended."),
    ("job_position", "The title (职称)."),
    ("kind", "Of what kind it is."),
    ("lat", "Degrees north."),
    ("level", "The grade of the hospital (等级)."),
    ("lng", "Degrees east."),
    ("logo", "The address of the emblem."),
    ("main", "The main finding."),
    ("mime", "What it holds (MIME)."),
    ("mimetype", "What the content is (MIME)."),
    ("morning", "On which mornings."),
    ("name", "What it, or the person, is called."),
    ("open_id", "The account's id with WeChat."),
    ("out_trade_no", "The number of the payment that it belongs to."),
    ("past_illness", "Earlier illnesses (既往史)."),
    ("phone", "The telephone number."),
    ("photo", "The addresses of pictures, or of the one."),
    ("pinyin", "The name in Latin letters."),
    ("pregnancy_count", "How often she was pregnant."),
    ("punctuality_score", "How punctual the patient was, 1 to 5."),
    ("question", "What is asked."),
    ("reason", "Why."),
    ("refund_sn", "The number of the refund."),
    ("reject_msg", "Why the doctor refused."),
    ("role", "As what."),
    ("seats", "How many may come."),
    ("second", "The other findings."),
    ("seq", "Its number."),
    ("service_target", "For whom it is."),
    ("short_name", "The name without what kind of place it is."),
    ("size", "Bytes."),
    ("slot", "Which of the times, from 0."),
    ("slots", "The times that are offered."),
    ("smokes", "Whether the patient smokes."),
    ("sn", "The number of the payment."),
    ("sort", "The place in the list, smallest first."),
    ("source", "Where it came from."),
    ("stage", "How far it has come."),
    ("state", "How it stands."),
    ("status", "How it stands."),
    ("sum", "What they add up to."),
    ("tag", "Words about it."),
    ("taken", "How many have booked."),
    ("team_name", "The team that the assistant writes of."),
    ("text", "What was written."),
    ("title", "The heading."),
    ("used", "Whether the code was used."),
    ("weight", "The weight in a list of doctors, or in kilos."),
    ("work_photo", "Pictures of certificates."),
    ("work_time", "When the doctor sees patients."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain,
        tables::dump::{ENTITIES, LEFT_OUT},
    };

    #[test]
    fn every_table_is_dumped_or_left_out_for_a_reason() {
        let told: Vec<&str> = ENTITIES.iter().map(|one| one.name).chain(LEFT_OUT.iter().map(|(name, _)| *name)).collect();
        let missing: Vec<&str> = domain::TABLES.iter().map(|info| info.table.name).filter(|name| !told.contains(name)).collect();
        assert!(missing.is_empty(), "put these into ENTITIES or LEFT_OUT: {missing:?}");
        assert_eq!(told.len(), domain::TABLES.len());
    }

    /// Is shown a field's entity, name and shape.
    type See<'a> = dyn FnMut(&str, &str, &Map<String, Value>) + 'a;

    /// Every field of every entity, below lists and objects too.
    fn walk(of: &str, fields: &Map<String, Value>, see: &mut See) {
        for (name, field) in fields {
            let mut shape = field.as_object().unwrap();
            see(of, name, shape);
            while let Some(items) = shape.get("items") {
                shape = items.as_object().unwrap();
            }
            see(of, name, shape);
            if let Some(inner) = shape.get("fields") {
                walk(of, inner.as_object().unwrap(), see);
            }
            for with in shape.get("choices").and_then(Value::as_array).into_iter().flatten().filter_map(|one| one["with"].as_object()) {
                see(of, name, with);
            }
        }
    }

    fn everything(see: &mut See) {
        for entity in ENTITIES {
            let view = Described::of(entity).view(0);
            walk(entity.name, view["fields"].as_object().unwrap(), see);
        }
    }

    #[test]
    fn every_text_has_been_thought_of() {
        let mut missing = std::collections::BTreeSet::new();
        everything(&mut |of, name, shape| {
            if (shape["kind"] == "text" || shape["kind"] == "hex") && !cover::is_named(of, name) {
                missing.insert(format!("(\"{of}\", \"{name}\") {}", shape.get("about").unwrap_or(&Value::Null)));
            }
        });
        assert!(missing.is_empty(), "say in COVERS what covers these: {missing:#?}");
    }

    #[test]
    fn every_field_says_what_it_is() {
        let mut silent = std::collections::BTreeSet::new();
        everything(&mut |of, name, shape| {
            if shape.get("about").is_some_and(|about| about == "") {
                silent.insert(format!("{of}.{name}"));
            }
        });
        assert!(silent.is_empty(), "a sentence is missing above {} fields: {silent:#?}", silent.len());
    }
}
