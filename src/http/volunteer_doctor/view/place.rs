//! 2.2.10 医院信息, and the region fields that hospitals and people share.

use serde::Serialize;

use crate::{
    base::{
        error::Result,
        id::{HospitalId, RegionId},
    },
    domain::{
        directory::hospital::Hospital,
        shared::region::{self, Place, Region},
        shared::sight::Sight,
    },
    store::View,
};

#[derive(Clone, Default, Serialize)]
pub struct PlaceView {
    pub province_id: RegionId,
    pub province_name: String,
    pub city_id: RegionId,
    pub city_name: String,
    pub county_id: RegionId,
    pub county_name: String,
    pub addr: String,
}

impl PlaceView {
    pub fn of(db: &View, place: &Place) -> Result<PlaceView> {
        Ok(PlaceView {
            province_id: place.province_id,
            province_name: region::name(db, place.province_id)?,
            city_id: place.city_id,
            city_name: region::name(db, place.city_id)?,
            county_id: place.county_id,
            county_name: region::name(db, place.county_id)?,
            addr: place.addr.clone(),
        })
    }
}

/// Where a patient lives, as far as the reader may see it.
#[derive(Default, Serialize)]
pub struct PersonPlaceView {
    province_id: Option<RegionId>,
    province_name: String,
    city_id: Option<RegionId>,
    city_name: String,
    county_id: Option<RegionId>,
    county_name: String,
    addr: String,
}

impl PersonPlaceView {
    pub fn of(db: &View, place: &Place, sight: Sight) -> Result<PersonPlaceView> {
        let Some(region) = sight.person(PlaceView::of(db, place)?) else { return Ok(PersonPlaceView::default()) };
        Ok(PersonPlaceView {
            addr: sight.address(&region.county_name, &region.addr),
            province_id: Some(region.province_id),
            province_name: region.province_name,
            city_id: Some(region.city_id),
            city_name: region.city_name,
            county_id: Some(region.county_id),
            county_name: region.county_name,
        })
    }
}

#[derive(Clone, Default, Serialize)]
pub struct HospitalView {
    pub id: HospitalId,
    pub name: String,
    pub logo: String,
    pub banner: Vec<String>,
    pub level: String,
    pub tag: String,
    #[serde(flatten)]
    pub place: PlaceView,
}

impl HospitalView {
    pub fn of(db: &View, hospital: Hospital) -> Result<HospitalView> {
        let place = PlaceView::of(db, &hospital.place)?;
        Ok(HospitalView {
            id: hospital.id,
            name: hospital.name,
            logo: hospital.logo,
            banner: hospital.banner,
            level: hospital.level,
            tag: hospital.tag,
            place,
        })
    }

    /// The hospital with this id; an empty one where it is gone.
    pub fn by_id(db: &View, id: HospitalId) -> Result<HospitalView> {
        db.get::<Hospital>(id)?.map_or(Ok(HospitalView::default()), |hospital| HospitalView::of(db, hospital))
    }
}

/// A region of 1.2.5 and 1.2.6.
#[derive(Serialize)]
pub struct RegionView {
    id: RegionId,
    parent_id: RegionId,
    name: String,
    short_name: String,
    pinyin: String,
    sort: u32,
}

impl From<Region> for RegionView {
    fn from(region: Region) -> RegionView {
        RegionView {
            id: region.id,
            parent_id: region.parent_id,
            name: region.name,
            short_name: region.short_name,
            pinyin: region.pinyin,
            sort: region.sort,
        }
    }
}
