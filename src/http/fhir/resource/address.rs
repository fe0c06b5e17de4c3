//! Where something is: names of province, city and county with their GB/T 2260 codes, and the rest of the address.

use serde_json::{Value, json};

use super::{super::print::Print, code::GBT2260};
use crate::{
    base::{error::Result, id::RegionId},
    domain::shared::region::{self, Place},
};

const SC_CODING: &str = "http://hl7.org/fhir/StructureDefinition/iso21090-SC-coding";
const COUNTRY: &str = "CN";

/// Where an institution is; empty where nothing is known.
pub fn whole(print: &Print, place: &Place) -> Result<Value> {
    let names = Names::of(print, place)?;
    let line = names.rest(&place.addr);
    if names.are_unknown() && line.is_empty() {
        return Ok(Value::Null);
    }
    let mut address = names.regions(place);
    let regions = names.joined();
    // What somebody wrote around the names (`示范街66号（成都市）`) stays as it is.
    address["text"] = json!(format!("{regions}{line}"));
    address["line"] = if names.are_unknown() { Value::Null } else { json!([line]) };
    Ok(address)
}

/// Where somebody lives: whole, or to the district.
pub fn home(print: &Print, place: &Place) -> Result<Value> {
    let masked = print.identifiers.is_masked();
    let mut address = if masked { to_district(print, place)? } else { whole(print, place)? };
    if !address.is_null() {
        address["use"] = json!("home");
        address["type"] = if masked { Value::Null } else { json!("physical") };
    }
    Ok(address)
}

/// An address that is only a text.
pub fn written(text: &str) -> Value {
    match text.trim() {
        "" => Value::Null,
        text => json!({ "text": text, "country": COUNTRY }),
    }
}

fn to_district(print: &Print, place: &Place) -> Result<Value> {
    let names = Names::of(print, place)?;
    Ok(if names.are_unknown() { Value::Null } else { names.regions(place) })
}

/// Of province, city and county; empty where unknown.
struct Names([String; 3]);

impl Names {
    fn of(print: &Print, place: &Place) -> Result<Names> {
        let name = |id: RegionId| region::name(print.view, id);
        Ok(Names([name(place.province_id)?, name(place.city_id)?, name(place.county_id)?]))
    }

    fn are_unknown(&self) -> bool {
        self.0.iter().all(String::is_empty)
    }

    fn regions(&self, place: &Place) -> Value {
        let mut address = json!({ "country": COUNTRY });
        let [state, city, district] = &self.0;
        for (field, name, id) in
            [("state", state, place.province_id), ("city", city, place.city_id), ("district", district, place.county_id)]
        {
            if !name.is_empty() {
                let coding = json!({ "system": GBT2260, "code": id.to_string() });
                address[field] = json!(name);
                address[format!("_{field}")] = json!({ "extension": [{ "url": SC_CODING, "valueCoding": coding }] });
            }
        }
        address
    }

    /// The names in a row; of two that are the same, as of 北京市, one.
    fn joined(&self) -> String {
        let [state, city, district] = &self.0;
        let city = if city == state { "" } else { city };
        format!("{state}{city}{district}")
    }

    /// What somebody wrote, without these names in front.
    fn rest(&self, written: &str) -> String {
        let mut rest = written.trim();
        for name in self.0.iter().filter(|name| !name.is_empty()) {
            rest = rest.strip_prefix(name.as_str()).unwrap_or(rest).trim_start();
        }
        rest.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_not_written_twice() {
        let sichuan = Names(["四川省", "成都市", "锦江区"].map(String::from));
        for written in ["四川省成都市锦江区示范街66号", "锦江区示范街66号", " 成都市 锦江区 示范街66号", "示范街66号"]
        {
            assert_eq!(sichuan.rest(written), "示范街66号");
        }
        assert_eq!(sichuan.joined(), "四川省成都市锦江区");
        let beijing = Names(["北京市", "北京市", "东城区"].map(String::from));
        assert_eq!((beijing.rest("北京市东城区一号路1号"), beijing.joined()), ("一号路1号".into(), "北京市东城区".into()));
        assert_eq!(Names(["", "", "东城区"].map(String::from)).joined(), "东城区");
    }
}
