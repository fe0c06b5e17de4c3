//! What goes wrong again and again until somebody mends it: said once in the log when it begins and once when it is over, and meanwhile by
//! `/readyz`.

use crate::base::trouble::Trouble;

pub struct Troubles {
    pub index: Trouble,
    /// Matters are events.
    pub sms: Trouble,
    pub push: Trouble,
    pub payment: Trouble,
    /// Payments and refunds at which trying again does not help, by event.
    pub odd_payment: Trouble,
    /// Matters are places in the list of chores.
    pub chores: Trouble,
    /// What commits asked for.
    pub work: Trouble,
    pub bell: Trouble,
    pub certificate: Trouble,
    pub backup: Trouble,
    pub audit: Trouble,
}

impl Troubles {
    pub const fn new() -> Troubles {
        Troubles {
            index: Trouble::new("the search index cannot be written", "the search index is written again"),
            sms: Trouble::new("text messages cannot be delivered", "text messages are delivered again"),
            push: Trouble::new("sleeping phones cannot be woken", "sleeping phones are woken again"),
            payment: Trouble::new("the payment provider cannot be asked", "the payment provider answers again"),
            odd_payment: Trouble::new("a payment or refund needs somebody to see to it", "no payment or refund is left to be seen to"),
            chores: Trouble::new("timed work fails", "timed work is done again"),
            work: Trouble::new("what commits asked for cannot be carried out", "what commits asked for is carried out again"),
            bell: Trouble::new("connected devices cannot be told of news", "connected devices are told of news again"),
            certificate: Trouble::new("the new TLS certificate cannot be used, the old one stays", "the new TLS certificate is in use"),
            backup: Trouble::new("backups fail", "backups are made again"),
            audit: Trouble::new("the audit log's newest hash cannot be handed over", "the audit log's newest hash is handed over again"),
        }
    }

    /// What does not work at present, one sentence each.
    pub fn now(&self) -> impl Iterator<Item = &'static str> {
        let all = [
            &self.index,
            &self.sms,
            &self.push,
            &self.payment,
            &self.odd_payment,
            &self.chores,
            &self.work,
            &self.bell,
            &self.certificate,
            &self.backup,
            &self.audit,
        ];
        all.into_iter().filter_map(Trouble::now)
    }
}

impl Default for Troubles {
    fn default() -> Troubles {
        Troubles::new()
    }
}
