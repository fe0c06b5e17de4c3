//! `/admin/check`: what `xuanhu check` asks of a running server.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    app::Finding,
    base::error::Result,
    http::core::{
        context::Cx,
        table::{ADMIN, Endpoint},
        typed::{Flag, form, post, run},
    },
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("admin", "/admin/check", ADMIN, run!(Heavy(check)), "检查数据").without_key()
        .says("Looks at everything and changes nothing. Writes wait while an area is looked at."),
];

form! {
    struct CheckForm {
        /// Read every upload, and look for every entry of the search index
        deep: Option<Flag>,
    }
}

#[derive(Serialize, JsonSchema)]
struct Findings {
    /// Whether nothing is wrong.
    ok: bool,
    items: Vec<AreaView>,
}

#[derive(Serialize, JsonSchema)]
struct AreaView {
    area: &'static str,
    /// How many of it were looked at.
    count: u64,
    seconds: f64,
    remark: Option<String>,
    /// What is wrong, in English.
    problems: Vec<String>,
}

fn check(cx: &Cx, form: CheckForm) -> Result<Findings> {
    let found = cx.app.examine(form.deep.unwrap_or(false))?;
    let view = |one: Finding| {
        let Finding { area, count, seconds, remark, problems } = one;
        AreaView { area, count, seconds, remark, problems }
    };
    let items: Vec<AreaView> = found.into_iter().map(view).collect();
    Ok(Findings { ok: items.iter().all(|one| one.problems.is_empty()), items })
}
