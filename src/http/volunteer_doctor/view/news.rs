//! 2.2.1 banner广告 and 2.2.2 新闻公告, and the front pages that show them.

use serde::Serialize;

use super::{clinic_session::ProjectView, special_event::SpecialView};
use crate::{
    base::{
        error::Result,
        id::{AnyId, HospitalId, OrgId},
        page::Page,
    },
    domain::{
        free_clinic::{
            listing::{self, SessionFilter},
            special_event,
        },
        identity::account::Role,
        notice::news::{self, Banner, News},
    },
    http::core::context::Cx,
    store::View,
};

/// How many of each a front page shows.
pub const NEWEST: usize = 10;

#[derive(Serialize)]
pub struct BannerView {
    id: AnyId,
    title: String,
    photo: String,
    jump_mode: u8,
    jump_id: AnyId,
    href: String,
}

impl From<Banner> for BannerView {
    fn from(banner: Banner) -> BannerView {
        BannerView {
            id: banner.id.any(),
            title: banner.title,
            photo: banner.photo,
            jump_mode: banner.jump_mode,
            jump_id: banner.jump_id,
            href: banner.href,
        }
    }
}

#[derive(Serialize)]
pub struct NewsView {
    id: AnyId,
    title: String,
    photo: String,
    content: String,
    publish_time: String,
}

impl NewsView {
    pub fn of(db: &View, news: News) -> NewsView {
        NewsView {
            id: news.id.any(),
            title: news.title,
            photo: news.photo,
            content: news.content,
            publish_time: db.settings.clinic.zone.date_time(news.published_at),
        }
    }

    /// The newest ones of a client's front page.
    pub fn newest(db: &View, reader: Role) -> Result<Vec<NewsView>> {
        Ok(news::newest(db, reader, NEWEST)?.into_iter().map(|news| NewsView::of(db, news)).collect())
    }
}

/// 3.3.19 and 3.4.12: the front pages of patients and assistants, of whom the document gives only the first the special events.
#[derive(Serialize)]
pub struct HomepageView {
    banner: Vec<BannerView>,
    news: Vec<NewsView>,
    project_list: Vec<ProjectView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    special_pro_list: Option<Vec<SpecialView>>,
}

impl HomepageView {
    /// What patients see, of a hospital or an org where one is named.
    pub fn of_patients(db: &View, hospital: Option<HospitalId>, org: Option<OrgId>, cx: &Cx) -> Result<HomepageView> {
        let wanted = SessionFilter { hospital_id: hospital, org_id: org, ..SessionFilter::default() };
        let specials = special_event::newest_to_come(db, hospital, org, NEWEST)?.into_iter();
        let specials = specials.map(|special| SpecialView::of(db, special, cx.reader())).collect::<Result<_>>()?;
        Ok(HomepageView { special_pro_list: Some(specials), ..HomepageView::of(db, Role::Patient, &wanted, cx)? })
    }

    pub fn of_assistants(db: &View, cx: &Cx) -> Result<HomepageView> {
        HomepageView::of(db, Role::Assistant, &SessionFilter::default(), cx)
    }

    fn of(db: &View, reader: Role, wanted: &SessionFilter, cx: &Cx) -> Result<HomepageView> {
        let projects = listing::find(db, &cx.app.index, wanted, Page { skip: 0, limit: NEWEST })?.items.into_iter();
        Ok(HomepageView {
            banner: news::newest_banners(db, reader, NEWEST)?.into_iter().map(BannerView::from).collect(),
            news: NewsView::newest(db, reader)?,
            project_list: projects.map(|found| ProjectView::of(db, found.project, cx.reader())).collect::<Result<_>>()?,
            special_pro_list: None,
        })
    }
}
