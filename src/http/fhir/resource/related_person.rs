//! RelatedPerson: the holder of the account that looks after a patient of another relation than 本人.

use serde_json::{Value, json};

use super::{
    super::print::Print,
    code::{self, Code},
    identifier, name,
    patient::{gender, masked, phone},
    reference,
    tidy::tidy,
};
use crate::{
    base::error::Result,
    domain::{
        directory::patient::{self, ONESELF, Patient},
        identity::account::Account,
    },
};

/// The account holder beside one of the family; its id is that patient's. `None` of a 本人, who is the holder.
pub fn patient(print: &Print, row: &Patient) -> Result<Option<Value>> {
    if row.relation == ONESELF {
        return Ok(None);
    }
    let account = print.view.get::<Account>(row.owner.account())?;
    let known = patient::oneself_ever(print.view, row.owner)?;
    let sex = known.as_ref().map_or(0, |holder| holder.sex);
    let holder = known.as_ref();
    Ok(Some(tidy(json!({
        "resourceType": "RelatedPerson",
        "id": row.id.to_string(),
        "meta": masked(print),
        "identifier": [identifier::own(print, "account", row.owner)],
        "active": row.deleted_at.is_none(),
        "patient": reference::of_patient(row),
        "relationship": [relationship(&row.relation, sex)],
        "name": [name::official(holder.map_or("", |holder| holder.name.as_str()))],
        "telecom": [identifier::phone(print, phone(holder.unwrap_or(&Patient::default()), account.as_ref()))],
        "gender": holder.map(|holder| gender(holder.sex)),
    }))))
}

/// What the holder is to the patient, from what the holder calls the patient.
fn relationship(called: &str, holder_sex: u8) -> Value {
    let text = match called.trim() {
        "" => "账户持有人".to_owned(),
        called => format!("账户持有人；其称就诊人为：{called}"),
    };
    match turned_round(called.trim(), holder_sex) {
        Some(code) => code.with_text(&text),
        None => json!({ "text": text }),
    }
}

fn turned_round(called: &str, holder_sex: u8) -> Option<Code> {
    Some(match called {
        "父亲" | "母亲" => code::CHILD,
        "儿子" | "女儿" | "子女" => match holder_sex {
            1 => code::FATHER,
            2 => code::MOTHER,
            _ => code::PARENT,
        },
        "丈夫" | "妻子" | "配偶" => code::SPOUSE,
        "哥哥" | "姐姐" | "弟弟" | "妹妹" => code::SIBLING,
        "祖父" | "祖母" | "祖父母" | "爷爷" | "奶奶" | "外祖父" | "外祖母" | "外祖父母" | "外公" | "外婆" | "姥爷" | "姥姥" => {
            code::GRANDCHILD
        }
        "孙子" | "孙女" | "外孙" | "外孙子" | "外孙女" => code::GRANDPARENT,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations_are_turned_round() {
        for (called, sex, code) in [
            ("父亲", 1, "CHILD"),
            ("女儿", 0, "PRN"),
            ("女儿", 1, "FTH"),
            ("儿子", 2, "MTH"),
            ("配偶", 1, "SPS"),
            ("妹妹", 1, "SIB"),
            ("外祖母", 1, "GRNDCHILD"),
            ("外孙女", 1, "GRPRN"),
        ] {
            assert_eq!(turned_round(called, sex).map(|known| known.code), Some(code), "{called}");
        }
        assert_eq!(relationship("其他", 1), json!({ "text": "账户持有人；其称就诊人为：其他" }));
        assert_eq!(relationship("", 1), json!({ "text": "账户持有人" }));
    }
}
