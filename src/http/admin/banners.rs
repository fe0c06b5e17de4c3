//! `/admin/banners`: the pictures at the top of the clients' pages. `type` says whose: 1 patients, 2 doctors, 3 assistants.

use serde::Serialize;

use super::{
    form,
    listing::{Asked, Listing},
    resource::{self, Resource},
};
use crate::{
    base::{
        error::{Result, missing},
        id::{AnyId, Id},
        page::Slice,
    },
    domain::{
        identity::audit::Subject,
        notice::news::{self, Banner},
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
    get   ("admin", "/admin/banners",      ADMIN, Heavy(resource::list::<Banner>),   "广告列表"),
    post  ("admin", "/admin/banners",      ADMIN, Write(resource::create::<Banner>), "新增广告"),
    get   ("admin", "/admin/banners/{id}", ADMIN, Read(resource::show::<Banner>),    "广告详情"),
    patch ("admin", "/admin/banners/{id}", ADMIN, Write(resource::change::<Banner>), "修改广告"),
    delete("admin", "/admin/banners/{id}", ADMIN, Write(resource::remove::<Banner>), "删除广告"),
];

impl Resource for Banner {
    const SUBJECT: Subject = Subject::Banner;
    const LISTING: Listing<Banner> = Listing {
        filters: &["type"],
        time: Some(|banner| banner.created_at),
        sorts: &[
            ("id", |_, banner| Ok(banner.id.into())),
            ("type", |_, banner| Ok(u64::from(banner.reader.number()).into())),
            ("title", |_, banner| Ok(banner.title.as_str().into())),
            ("created_at", |_, banner| Ok(banner.created_at.into())),
        ],
    };
    type View = BannerView;

    fn find(_: &Cx, db: &View, request: &Request, asked: Asked) -> Result<Slice<Banner>> {
        news::find_banners(db, form::reader(request)?, &asked.needle, asked.page)
    }

    fn view(_: &View, banner: Banner) -> Result<BannerView> {
        Ok(BannerView {
            id: banner.id.any(),
            kind: banner.reader.number(),
            title: banner.title,
            photo: banner.photo,
            jump_mode: banner.jump_mode,
            jump_id: banner.jump_id,
            href: banner.href,
            created_at: banner.created_at.rfc3339(),
        })
    }

    fn create(db: &mut Tx, request: &Request) -> Result<Banner> {
        let banner = Banner {
            id: Id::NONE,
            reader: form::reader(request)?.ok_or_else(|| missing("type"))?,
            title: request.text("title", 200)?,
            photo: request.picture_or_empty("photo")?,
            jump_mode: jump_mode(request)?.unwrap_or(0),
            jump_id: request.id_or_zero("jump_id")?,
            href: request.page_address_or_empty("href")?,
            created_at: db.now,
        };
        news::save_banner(db, banner)
    }

    fn change(db: &mut Tx, mut banner: Banner, request: &Request) -> Result<Banner> {
        banner.reader = form::reader(request)?.unwrap_or(banner.reader);
        banner.title = form::filled(request, "title", 200)?.unwrap_or(banner.title);
        banner.photo = form::picture(request, "photo")?.unwrap_or(banner.photo);
        banner.jump_mode = jump_mode(request)?.unwrap_or(banner.jump_mode);
        banner.jump_id = form::reference(request, "jump_id")?.unwrap_or(banner.jump_id);
        banner.href = form::emptied(request, "href", |name| request.page_address_or_empty(name).map(Some))?.unwrap_or(banner.href);
        news::save_banner(db, banner)
    }

    fn remove(db: &mut Tx, id: Id<Banner>) -> Result<()> {
        news::remove_banner(db, db.need::<Banner>(id)?.id)
    }
}

fn jump_mode(request: &Request) -> Result<Option<u8>> {
    Ok(request.integer_or_none("jump_mode", 0..=9)?.and_then(|mode| u8::try_from(mode).ok()))
}

#[derive(Serialize)]
pub struct BannerView {
    id: AnyId,
    #[serde(rename = "type")]
    kind: u8,
    title: String,
    photo: String,
    jump_mode: u8,
    jump_id: AnyId,
    href: String,
    created_at: String,
}
