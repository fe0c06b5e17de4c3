//! `/admin/import/{kind}`, `/admin/export/{kind}` and `/admin/reindex`: CSV tables for spreadsheets, and what `xuanhu import`, `export` and
//! `reindex` ask of a running server.

use crate::{
    base::{
        error::{INTERNAL, Result},
        id::AnyId,
        memory::PICTURES,
    },
    domain::identity::audit::{self, Action, Deed, Subject},
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Read, Upload},
            get, post,
        },
    },
    store::{Tx, View},
    tables,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("admin", "/admin/import/{kind}", ADMIN, Upload(import_table), "导入表格"),
    get ("admin", "/admin/import/{kind}", ADMIN, Read(show_template),  "导入模板"),
    get ("admin", "/admin/export/{kind}", ADMIN, Heavy(export_table),  "导出表格"),
    post("admin", "/admin/reindex",       ADMIN, Heavy(reindex),       "重建搜索索引"),
];

/// What a byte of a table becomes while its rows are brought in, all in one commit.
const GROWS: u64 = 100;

/// The table comes as the file of a multipart form. All rows or none.
fn import_table(cx: &Cx, request: &Request) -> Result<Reply> {
    let kind = tables::kind(request.segment("kind"))?;
    let file = request.file()?;
    let (table, room, app, actor) = (file.bytes.clone(), request.room.clone(), cx.app.clone(), cx.actor()?);
    let note = cx.changing(move |db: &mut Tx| audit::note(db, &actor, Action::Import, Subject::Table, AnyId::NONE));
    // Rows wait for memory, which must keep nobody from signing in.
    Reply::later(async move {
        let work = move || {
            let (_room, _memory) = (room, PICTURES.take(table.len() as u64 * GROWS));
            Reply::of(&tables::import(&app.store, kind, table.as_ref(), Default::default(), note)?)
        };
        tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| Err(INTERNAL.caused_by(e)))
    })
}

/// A table with nothing but the names of its columns, to fill in.
fn show_template(_: &Cx, _: &View, request: &Request) -> Result<Reply> {
    let kind = tables::kind(request.segment("kind"))?;
    Ok(csv(kind.name, tables::template(kind)?))
}

fn csv(name: &str, table: Vec<u8>) -> Reply {
    let name = format!("attachment; filename=\"{name}.csv\"");
    Reply::bytes("text/csv; charset=utf-8", table).header("content-disposition", name)
}

/// Masked as lists are; with `full` whole, and then `reason` says why.
fn export_table(cx: &Cx, request: &Request) -> Result<Reply> {
    let (sheet, actor) = (tables::sheet(request.segment("kind"))?, cx.actor()?);
    let table = match request.flag_or_none("full")?.unwrap_or(false) {
        true => {
            let reason = request.text("reason", 200)?;
            cx.write(move |db| {
                audit::note_why(db, &actor, Action::Export, Subject::Table, AnyId::NONE, reason.clone())?;
                tables::export_whole(db, sheet, &actor, &reason)
            })?
        }
        false => {
            let table = tables::export(&cx.view(), sheet, &actor)?;
            let deed = Deed::new(Action::Export, Subject::Table, AnyId::NONE).about(table.patients);
            cx.write(move |db| audit::write(db, &actor, &deed))?;
            table.bytes
        }
    };
    Ok(csv(sheet.name, table))
}

/// Searches see the old index until the new one is done.
fn reindex(cx: &Cx, _: &Request) -> Result<Reply> {
    Reply::of(&serde_json::json!({ "entries": cx.app.reindex()? }))
}
