//! Which template of the official account is filled with which facts. A template's fields have names that WeChat gives out (`thing1`, `time3`), so
//! the setting says which of them tells what: `ID thing1=what name2=who time3=when`.

use serde_json::{Map, Value, json};

use crate::base::{
    error::Result,
    settings::{BAD_SETTING, PushProvider, Settings},
};

/// What a message is about: each has a template of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Visit,
    Answer,
    Refund,
}

/// What may stand in a message; empty where there is no such thing. Amounts are yuan.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    pub what: &'a str,
    pub who: &'a str,
    pub when: &'a str,
    pub amount: &'a str,
    pub text: &'a str,
}

pub struct Templates {
    visit: Option<Template>,
    answer: Option<Template>,
    refund: Option<Template>,
}

struct Template {
    id: String,
    /// The name of a field, and the fact that it tells.
    fields: Vec<(String, String)>,
}

/// Fields of templates from before WeChat named them itself.
const USUAL: &str = "first=what keyword1=who keyword2=when keyword3=amount remark=text";
const FACTS: [&str; 5] = ["what", "who", "when", "amount", "text"];

/// The longest values that WeChat takes, by how a field's name begins.
const LENGTHS: &[(&str, usize)] =
    &[("thing", 20), ("name", 10), ("short_thing", 5), ("phrase", 5), ("const", 20), ("character_string", 32)];

impl Templates {
    /// `None` where `push.provider` is something else. Errors: `bad_setting`, which names what is missing or not understood.
    pub fn open(settings: &Settings) -> Result<Option<Templates>> {
        if settings.push.provider != PushProvider::Wechat {
            return Ok(None);
        }
        let wechat = &settings.wechat;
        if wechat.official_app_id.is_none() || wechat.official_secret.is_none() {
            return Err(BAD_SETTING.with("push.provider is wechat, which needs wechat.official.app_id and wechat.official.secret"));
        }
        let read = |name: &str, text: &Option<String>| text.as_deref().map(|text| Template::read(name, text)).transpose();
        let all = &wechat.templates;
        let (visit, answer, refund) = (read("visit", &all.visit)?, read("answer", &all.answer)?, read("refund", &all.refund)?);
        if visit.is_none() && answer.is_none() && refund.is_none() {
            return Err(BAD_SETTING.with("push.provider is wechat, which needs wechat.templates.visit, .answer or .refund"));
        }
        Ok(Some(Templates { visit, answer, refund }))
    }

    /// The template's number and what stands in it; `None` where there is no template for this.
    pub fn filled(&self, about: About, facts: &Facts) -> Option<(&str, Value)> {
        let template = match about {
            About::Visit => &self.visit,
            About::Answer => &self.answer,
            About::Refund => &self.refund,
        };
        template.as_ref().map(|template| (template.id.as_str(), template.data(facts)))
    }
}

impl Template {
    fn read(name: &str, text: &str) -> Result<Template> {
        let mut words = text.split_whitespace();
        let id = words.next().unwrap_or_default().to_owned();
        let pairs: Vec<&str> = words.collect();
        let pairs = if pairs.is_empty() { USUAL.split(' ').collect() } else { pairs };
        let fields = pairs.into_iter().map(|pair| match pair.split_once('=') {
            Some((field, fact)) if FACTS.contains(&fact) && !field.is_empty() => Ok((field.to_owned(), fact.to_owned())),
            _ => Err(BAD_SETTING
                .with(format!("wechat.templates.{name}: {pair:?} should be FIELD=FACT, where a fact is one of {}", FACTS.join(", ")))),
        });
        Ok(Template { id, fields: fields.collect::<Result<_>>()? })
    }

    fn data(&self, facts: &Facts) -> Value {
        let fact = |name: &str| match name {
            "what" => facts.what.to_owned(),
            "who" => facts.who.to_owned(),
            "when" => facts.when.to_owned(),
            "amount" if facts.amount.is_empty() => String::new(),
            "amount" => format!("{}元", facts.amount),
            _ => facts.text.to_owned(),
        };
        let value = |field: &str, text: String| {
            let most = LENGTHS.iter().find(|(begin, _)| field.starts_with(begin)).map_or(usize::MAX, |(_, most)| *most);
            let text = if text.is_empty() { "-".to_owned() } else { text };
            match text.chars().count() > most {
                true => text.chars().take(most - 1).chain(['…']).collect(),
                false => text,
            }
        };
        let filled = self.fields.iter().map(|(field, name)| (field.clone(), json!({ "value": value(field, fact(name)) })));
        Value::Object(filled.collect::<Map<_, _>>())
    }
}
