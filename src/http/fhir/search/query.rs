//! A search as it is asked: which parameters, how many entries, in which order, what comes along.

use serde_json::{Map, Value};

use super::{
    date::{self, Compare},
    wanted::{Criterion, System, Wanted, Way, plain},
};
use crate::{
    base::{
        error::{Error, Result},
        settings::Handling,
    },
    http::fhir::{
        ask::{MANNERS, texts},
        outcome::{
            BAD_DATE, BAD_VALUE, NUMBER_SEARCH_DENIED, UNKNOWN_INCLUDE, UNKNOWN_MODIFIER, UNKNOWN_PARAMETER, UNKNOWN_PREFIX, UNKNOWN_SORT,
        },
        print::{ClinicFacts, Identifiers},
        served::{Include, Param, ParamKind, Served},
    },
};

/// Values of one parameter.
const MOST_VALUES: usize = 100;
const MOST_INCLUDES: usize = 5;
/// The systems of numbers that say who somebody is.
const NUMBERS: &[&str] = &["urn:oid:2.16.156.10011.1.3", "urn:xuanhu:id-kind:"];

/// A search, read and checked.
pub struct Query {
    pub served: &'static Served,
    pub criteria: Vec<Criterion>,
    pub includes: Vec<&'static Include>,
    pub count: usize,
    pub sort: Sort,
    pub summary: Summary,
    /// Empty for all.
    pub elements: Vec<String>,
    pub total: Total,
    /// What was passed over, by lenient handling.
    pub ignored: Vec<String>,
    /// As it is written in `self`, without what was passed over.
    pub told: Vec<(String, String)>,
    /// Whether somebody is looked for by the number of a certificate.
    pub by_number: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    pub by: SortBy,
    pub newest: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    Id,
    Updated,
    Date(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Summary {
    None,
    Elements,
    Count,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// Where a counter answers.
    Cheap,
    None,
    Accurate,
}

/// How queries are read here.
pub struct Rules<'a> {
    pub clinic: &'a ClinicFacts,
    pub handling: Handling,
    pub page_size: u32,
    pub max_page_size: u32,
    pub identifiers: Identifiers,
}

impl Query {
    /// Errors: `unknown_search_parameter`, `unknown_modifier`, `unknown_prefix`, `unknown_sort`, `unknown_include`, `bad_date`,
    /// `bad_search_value`, `number_search_denied`.
    pub fn read(served: &'static Served, fields: &Map<String, Value>, rules: &Rules) -> Result<Query> {
        let mut query = Query {
            served,
            criteria: Vec::new(),
            includes: Vec::new(),
            count: rules.page_size.min(rules.max_page_size) as usize,
            sort: Sort { by: SortBy::Id, newest: true },
            summary: Summary::None,
            elements: Vec::new(),
            total: Total::Cheap,
            ignored: Vec::new(),
            told: Vec::new(),
            by_number: false,
        };
        for (name, value) in fields {
            for text in texts(value) {
                if MANNERS.contains(&name.as_str()) || name == "_" {
                    continue;
                }
                match query.take(name, &text, rules) {
                    Ok(told) => query.told.push((name.clone(), told)),
                    Err(error) if rules.handling == Handling::Lenient && is_passed_over(&error) => query.ignored.push(name.clone()),
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(query)
    }

    /// Takes a parameter; answers how its value is told in `self`.
    fn take(&mut self, name: &str, text: &str, rules: &Rules) -> Result<String> {
        match name {
            "_count" => {
                let count: u32 = text.parse().map_err(|_| bad_value(name, "should be a number"))?;
                self.count = count.min(rules.max_page_size) as usize;
                if count == 0 {
                    self.summary = Summary::Count;
                }
                return Ok(self.count.to_string());
            }
            "_sort" => self.sort = self.sort_of(text)?,
            "_summary" => {
                self.summary = match text {
                    "true" => Summary::Elements,
                    "false" => Summary::None,
                    "count" => Summary::Count,
                    _ => return Err(bad_value(name, "should be true, false or count")),
                }
            }
            "_elements" => self.elements.extend(text.split(',').map(|element| element.trim().to_owned()).filter(|one| !one.is_empty())),
            "_total" => {
                self.total = match text {
                    "none" => Total::None,
                    "accurate" => Total::Accurate,
                    "estimate" => Total::Cheap,
                    _ => return Err(bad_value(name, "should be none, estimate or accurate")),
                }
            }
            "_include" => {
                for one in text.split(',') {
                    let include = self.include_of(one.trim())?;
                    self.includes.push(include);
                }
                if self.includes.len() > MOST_INCLUDES {
                    return Err(UNKNOWN_INCLUDE.with(format!("最多 {MOST_INCLUDES} 个")).field(name, "at most 5 includes are followed"));
                }
            }
            _ => self.criterion(name, text, rules)?,
        }
        Ok(text.to_owned())
    }

    fn sort_of(&self, text: &str) -> Result<Sort> {
        let (newest, key) = text.strip_prefix('-').map_or((false, text), |key| (true, key));
        let by = match (key, self.served.date) {
            ("_id", _) => SortBy::Id,
            ("_lastUpdated", _) => SortBy::Updated,
            ("date", Some(name)) => SortBy::Date(name),
            (key, Some(name)) if key == name => SortBy::Date(name),
            _ => {
                let diagnostics = format!(
                    "{} can be sorted by _id, _lastUpdated{}; each may have a - in front.",
                    self.served.kind,
                    match self.served.date {
                        Some(_) => ", date",
                        None => "",
                    }
                );
                return Err(UNKNOWN_SORT.with(text).field("_sort", diagnostics));
            }
        };
        Ok(Sort { by, newest })
    }

    fn include_of(&self, text: &str) -> Result<&'static Include> {
        let name = text.split_once(':').filter(|(kind, _)| *kind == self.served.kind).map(|(_, name)| name);
        let found = name.and_then(|name| self.served.includes.iter().find(|include| include.name == name));
        found.ok_or_else(|| {
            let known: Vec<String> = self.served.includes.iter().map(|include| format!("{}:{}", self.served.kind, include.name)).collect();
            UNKNOWN_INCLUDE.with(text).field("_include", format!("{} has these includes: {}", self.served.kind, known.join(", ")))
        })
    }

    fn criterion(&mut self, name: &str, text: &str, rules: &Rules) -> Result<()> {
        let (bare, modifier) = name.split_once(':').map_or((name, None), |(bare, modifier)| (bare, Some(modifier)));
        let param = self.served.all_params().find(|param| param.name == bare).ok_or_else(|| unknown(self.served, bare))?;
        let way = match (param.kind, modifier) {
            (_, None) => Way::Starts,
            (ParamKind::Text, Some("exact")) => Way::Exact,
            (ParamKind::Text, Some("contains")) => Way::Contains,
            (kind, Some(modifier)) => {
                let known = if kind == ParamKind::Text { "exact and contains" } else { "none" };
                let diagnostics = format!("The parameter {bare} knows the modifiers: {known}.");
                return Err(UNKNOWN_MODIFIER.with(format!("{bare}:{modifier}")).field(name, diagnostics));
            }
        };
        let values: Vec<&str> = text.split(',').map(str::trim).filter(|value| !value.is_empty()).collect();
        if values.len() > MOST_VALUES {
            return Err(bad_value(name, "should have at most 100 values"));
        }
        let any = values.into_iter().map(|value| wanted(param, value, way, rules)).collect::<Result<Vec<_>>>()?;
        self.by_number |= param.name == "identifier" && any.iter().any(|one| is_number(one, rules));
        self.criteria.push(Criterion { param, any });
        Ok(())
    }
}

fn is_passed_over(error: &Error) -> bool {
    [&UNKNOWN_PARAMETER, &UNKNOWN_MODIFIER, &UNKNOWN_SORT, &UNKNOWN_INCLUDE].iter().any(|reason| error.is(reason))
}

/// Whether a value can be the number of a certificate: of its system, or of none.
fn is_number(wanted: &Wanted, rules: &Rules) -> bool {
    match wanted {
        Wanted::Token { system: System::Is(system), .. } => NUMBERS.iter().any(|number| system.starts_with(number)),
        Wanted::Token { system: System::Any, .. } => rules.identifiers != Identifiers::Masked,
        _ => false,
    }
}

fn wanted(param: &Param, text: &str, way: Way, rules: &Rules) -> Result<Wanted> {
    Ok(match param.kind {
        ParamKind::Id => Wanted::Id(text.to_owned()),
        ParamKind::Token | ParamKind::Phone => token(param, text, rules)?,
        ParamKind::Text if way == Way::Exact => Wanted::Text { folded: text.to_owned(), way },
        ParamKind::Text => Wanted::Text { folded: plain(text), way },
        ParamKind::Reference(kinds) => reference(param, text, kinds, rules)?,
        ParamKind::Date | ParamKind::Updated => {
            let letters = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
            let (prefix, rest) = text.split_at(letters);
            let compare = Compare::of(prefix)
                .ok_or_else(|| UNKNOWN_PREFIX.with(prefix).field(param.name, "The prefixes eq, ge, gt, le and lt are understood."))?;
            let asked = date::stretch(rest, &rules.clinic.zone).ok_or_else(|| {
                BAD_DATE.with(rest).field(param.name, "A date is written as YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+zz:zz.")
            })?;
            Wanted::Date { compare, asked }
        }
    })
}

fn token(param: &Param, text: &str, rules: &Rules) -> Result<Wanted> {
    let (system, code) = match text.split_once('|') {
        None => (System::Any, text),
        Some(("", code)) => (System::None, code),
        Some((system, code)) => (System::Is(system.to_owned()), code),
    };
    if param.name != "identifier" || rules.identifiers != Identifiers::Masked {
        return Ok(Wanted::Token { system, code: code.to_owned() });
    }
    let system = match system {
        System::Is(system) if NUMBERS.iter().any(|number| system.starts_with(number)) => {
            let diagnostics =
                "This integration is shown no identity numbers, and cannot search by them: it needs identifiers match or full.";
            return Err(NUMBER_SEARCH_DENIED.err().field(param.name, diagnostics));
        }
        System::Any => System::Within(format!("urn:xuanhu:{}:", rules.clinic.instance)),
        other => other,
    };
    Ok(Wanted::Token { system, code: code.to_owned() })
}

/// `1665`, `Patient/1665`, or our own absolute address.
fn reference(param: &Param, text: &str, kinds: &[&str], rules: &Rules) -> Result<Wanted> {
    let base = format!("{}/", rules.clinic.base());
    let relative = text.strip_prefix(base.as_str()).unwrap_or(text);
    let (kind, id) = match relative.split_once('/') {
        None => (None, relative),
        Some((kind, id)) if kinds.contains(&kind) => (Some(kind.to_owned()), id),
        Some(_) => return Err(bad_value(param.name, &format!("should be an id, or a reference to {}", kinds.join(" or ")))),
    };
    match !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.') {
        true => Ok(Wanted::Reference { kind, id: id.to_owned() }),
        false => Err(bad_value(param.name, "should be an id or a reference")),
    }
}

fn bad_value(name: &str, problem: &str) -> Error {
    BAD_VALUE.with(name).field(name, format!("The parameter {name} {problem}."))
}

fn unknown(served: &Served, name: &str) -> Error {
    const OURS: &[&str] = &["_count", "_sort", "_summary", "_elements", "_total", "_include"];
    let known = served.all_params().map(|param| param.name).chain(OURS.iter().copied());
    let likeness = |known: &str| strsim::normalized_damerau_levenshtein(known, name);
    let nearest = known.max_by(|a, b| likeness(a).total_cmp(&likeness(b))).unwrap_or_default();
    let shown: String = name.chars().filter(|c| c.is_ascii_graphic()).take(60).collect();
    let diagnostics =
        format!("{} does not know the search parameter \"{shown}\"; nearest: \"{nearest}\". See /fhir/metadata.", served.kind);
    UNKNOWN_PARAMETER.with(format!("{name}，是否为 {nearest}？")).field(name, diagnostics)
}
