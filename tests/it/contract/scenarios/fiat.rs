//! Withdrawals of fiat money.

use oceafin_partner::SubmitPartnerFiatWithdrawalRequest;
use oceafin_partner::blocking::Wait as _;

use super::place::Place;

pub(crate) fn fiat_withdrawals(place: &Place) {
    let customer = place.payer();
    let account = place.account(&customer, "");
    place.account(&customer, "-rejected");
    for amount in ["75.00", "75.91", "75.92", "75.93", "75.94"] {
        let made = place.fiat_withdrawal(&customer, &account, amount, "");
        place.follow_fiat(&customer, &made.withdrawal_id);
    }
    let made = place.fiat_withdrawal(&customer, &account, "75.00", "-expired");
    place.follow_fiat(&customer, &made.withdrawal_id);
    // An hour for each step: nothing within eight seconds.
    let slow = place.fiat_withdrawal(&customer, &account, "75.95", "");
    place.follow_fiat(&customer, &slow.withdrawal_id);
    let state = || {
        place
            .client
            .fiat_withdrawals()
            .get(&slow.withdrawal_id)
            .wait()
            .expect("a withdrawal")
            .status
    };
    assert_eq!(state().as_str(), "SUBMITTED");
    place.server.step(3600);
    assert_eq!(state().as_str(), "PROCESSING");
    place.server.step(3600);
    assert_eq!(state().as_str(), "COMPLETED");
    for (amount, wait) in [("75.97", 0), ("75.99", 0), ("75.98", 1)] {
        let body = place.fiat_draft(&customer, &account, amount, "", wait);
        place.refused(
            place
                .client
                .fiat_withdrawals()
                .create(place.key(), &body)
                .retries(0)
                .wait(),
        );
    }
    let body = place.fiat_draft(&customer, &account, "75.00", "", 0);
    let made = place
        .client
        .fiat_withdrawals()
        .create(place.key(), &body)
        .wait()
        .expect("a withdrawal");
    let submission = SubmitPartnerFiatWithdrawalRequest::from_authorized(&body);
    let submit = || {
        place
            .client
            .fiat_withdrawals()
            .submit(place.key(), &made.withdrawal_id, &submission)
            .wait()
    };
    submit().expect("a submission");
    place.refused(submit());
}
