//! `/admin/consultation-reasons`: what patients choose from when they ask a doctor.

use serde::Serialize;

use super::{
    form,
    listing::{Asked, Listing},
    resource::{self, Resource},
};
use crate::{
    base::{
        error::Result,
        id::{AnyId, Id},
        page::Slice,
        time::Time,
    },
    domain::{
        identity::audit::Subject,
        shared::dictionary::{self, ConsultationReason},
    },
    http::core::{
        context::Cx,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Read, Write},
            delete, get, patch, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/consultation-reasons",      ADMIN, Heavy(resource::list::<ConsultationReason>),   "咨询原因列表"),
    post  ("admin", "/admin/consultation-reasons",      ADMIN, Write(resource::create::<ConsultationReason>), "新增咨询原因"),
    get   ("admin", "/admin/consultation-reasons/{id}", ADMIN, Read(resource::show::<ConsultationReason>),    "咨询原因详情"),
    patch ("admin", "/admin/consultation-reasons/{id}", ADMIN, Write(resource::change::<ConsultationReason>), "修改咨询原因"),
    delete("admin", "/admin/consultation-reasons/{id}", ADMIN, Write(resource::remove::<ConsultationReason>), "删除咨询原因"),
];

impl Resource for ConsultationReason {
    const SUBJECT: Subject = Subject::ConsultationReason;
    const LISTING: Listing<ConsultationReason> = Listing {
        filters: &[],
        time: Some(|row| row.created_at),
        sorts: &[
            ("id", |_, row| Ok(row.id.into())),
            ("reason", |_, row| Ok(row.reason.as_str().into())),
            ("sort", |_, row| Ok(row.sort.into())),
            ("created_at", |_, row| Ok(row.created_at.into())),
            ("updated_at", |_, row| Ok(row.updated_at.into())),
        ],
    };
    type View = ReasonView;

    fn find(_: &Cx, db: &View, _: &Request, asked: Asked) -> Result<Slice<ConsultationReason>> {
        dictionary::find_reasons(db, &asked.needle, asked.page)
    }

    fn view(_: &View, row: ConsultationReason) -> Result<ReasonView> {
        Ok(ReasonView {
            id: row.id.any(),
            reason: row.reason,
            sort: row.sort,
            created_at: row.created_at.rfc3339(),
            updated_at: row.updated_at.rfc3339(),
        })
    }

    fn create(db: &mut Tx, request: &Request) -> Result<ConsultationReason> {
        let (reason, sort) = (request.text("reason", 100)?, form::number(request, "sort")?.unwrap_or(0));
        dictionary::save_reason(db, ConsultationReason { id: Id::NONE, reason, sort, created_at: Time(0), updated_at: Time(0) })
    }

    fn change(db: &mut Tx, mut row: ConsultationReason, request: &Request) -> Result<ConsultationReason> {
        row.reason = form::filled(request, "reason", 100)?.unwrap_or(row.reason);
        row.sort = form::number(request, "sort")?.unwrap_or(row.sort);
        dictionary::save_reason(db, row)
    }

    fn remove(db: &mut Tx, id: Id<ConsultationReason>) -> Result<()> {
        dictionary::remove_reason(db, db.need::<ConsultationReason>(id)?.id)
    }
}

#[derive(Serialize)]
pub struct ReasonView {
    id: AnyId,
    reason: String,
    sort: u32,
    created_at: String,
    updated_at: String,
}
