//! `/admin/diagnosis-terms`: the words of diagnoses. Diagnoses keep theirs: they hold the name, not the term.

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
    },
    domain::{
        identity::audit::Subject,
        shared::dictionary::{self, DiagnosisTerm},
    },
    http::core::{
        context::Cx,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Read, Search, Write},
            delete, get, patch, post,
        },
    },
    search::HitOrder,
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/diagnosis-terms",      ADMIN, Search(resource::search::<DiagnosisTerm>), "诊断词条列表"),
    post  ("admin", "/admin/diagnosis-terms",      ADMIN, Write(resource::create::<DiagnosisTerm>),  "新增诊断词条"),
    get   ("admin", "/admin/diagnosis-terms/{id}", ADMIN, Read(resource::show::<DiagnosisTerm>),     "诊断词条详情"),
    patch ("admin", "/admin/diagnosis-terms/{id}", ADMIN, Write(resource::change::<DiagnosisTerm>),  "修改诊断词条"),
    delete("admin", "/admin/diagnosis-terms/{id}", ADMIN, Write(resource::remove::<DiagnosisTerm>),  "删除诊断词条"),
];

impl Resource for DiagnosisTerm {
    const SUBJECT: Subject = Subject::DiagnosisTerm;
    const LISTING: Listing<DiagnosisTerm> = Listing {
        filters: &[],
        time: Some(|term| term.created_at),
        sorts: &[
            ("id", |_, term| Ok(term.id.into())),
            ("name", |_, term| Ok(term.name.as_str().into())),
            ("code", |_, term| Ok(term.code.as_str().into())),
            ("created_at", |_, term| Ok(term.created_at.into())),
        ],
    };
    type View = TermView;

    fn find(cx: &Cx, db: &View, _: &Request, asked: Asked) -> Result<Slice<DiagnosisTerm>> {
        dictionary::find_terms(db, &cx.app.index, &asked.keyword, HitOrder::Relevance, asked.page)
    }

    fn view(_: &View, term: DiagnosisTerm) -> Result<TermView> {
        Ok(TermView { id: term.id.any(), name: term.name, code: term.code })
    }

    fn create(db: &mut Tx, request: &Request) -> Result<DiagnosisTerm> {
        let code = request.word_or_none("code", 50)?.unwrap_or_default();
        let term = DiagnosisTerm { id: Id::NONE, name: request.text("name", 100)?, code, created_at: db.now };
        dictionary::save_term(db, term)
    }

    fn change(db: &mut Tx, mut term: DiagnosisTerm, request: &Request) -> Result<DiagnosisTerm> {
        term.name = form::filled(request, "name", 100)?.unwrap_or(term.name);
        term.code = form::emptied(request, "code", |name| request.word_or_none(name, 50))?.unwrap_or(term.code);
        dictionary::save_term(db, term)
    }

    fn remove(db: &mut Tx, id: Id<DiagnosisTerm>) -> Result<()> {
        dictionary::remove_term(db, db.need::<DiagnosisTerm>(id)?.id)
    }
}

#[derive(Serialize)]
pub struct TermView {
    id: AnyId,
    name: String,
    code: String,
}
