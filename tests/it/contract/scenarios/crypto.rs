//! Crypto withdrawals and refunds.

use oceafin_partner::blocking::Wait as _;
use oceafin_partner::{
    CryptoDepositId, CustomerId, Error, PartnerCryptoWithdrawal, RefreshKey, SubmitPartnerCryptoRefundRequest,
    SubmitPartnerCryptoWithdrawalRequest, WalletBeneficiaryId,
};

use super::place::Place;

pub(crate) fn crypto_withdrawals(place: &Place) {
    let (client, customer) = (&place.client, place.customer(""));
    let beneficiary = |tail: &str| -> WalletBeneficiaryId {
        let body = place.body(
            "createPartnerCryptoWalletBeneficiary",
            &[("clientReference", &place.text(tail))],
        );
        let made = client
            .wallet_beneficiaries()
            .create(place.key(), &customer, &body)
            .wait()
            .expect("a beneficiary");
        place.watch(|| {
            let own = client.wallet_beneficiaries().get(&made.wallet_beneficiary_id).wait();
            place.see(&own.expect("a beneficiary").status);
        });
        made.wallet_beneficiary_id
    };
    beneficiary("-rejected");
    let wallet = beneficiary("");
    let withdraw = |amount: &str, tail: &str, wait: u32| -> Result<PartnerCryptoWithdrawal, Error> {
        let members = [("walletBeneficiaryId", wallet.as_str()), ("amount", amount)];
        let body = place.body("createPartnerCryptoWithdrawalQuote", &members);
        let refresh = RefreshKey::random().expect("a key");
        let quote = client
            .crypto_withdrawal_quotes()
            .create(refresh, &customer, &body)
            .wait()
            .expect("a quote");
        place.see(&quote.status);
        place.server.step(wait);
        let operation = "createPartnerCryptoWithdrawalApprovalDraft";
        let reference = place.text(tail);
        let body = [
            ("quoteId", quote.quote_id.as_str()),
            ("clientReference", &reference),
            members[0],
            members[1],
        ];
        let draft = client
            .crypto_withdrawals()
            .draft(&customer, &place.body(operation, &body))
            .expect("a draft");
        let body = place.authorized(operation, draft);
        let made = client
            .crypto_withdrawals()
            .create(place.key(), &body)
            .retries(0)
            .wait()?;
        place.see(&made.status);
        if tail.is_empty() {
            let submission = SubmitPartnerCryptoWithdrawalRequest::from_authorized(&body);
            client
                .crypto_withdrawals()
                .submit(place.key(), &made.withdrawal_id, &submission)
                .wait()?;
        }
        Ok(made)
    };
    for (amount, tail) in [("75.00", ""), ("75.91", ""), ("75.95", ""), ("75.00", "-expired")] {
        let made = withdraw(amount, tail, 0).expect("a withdrawal");
        place.watch(|| {
            place.see(
                &client
                    .crypto_withdrawals()
                    .get(&made.withdrawal_id)
                    .wait()
                    .expect("one")
                    .status,
            );
        });
    }
    for (amount, wait) in [("75.97", 0), ("75.99", 0), ("75.98", 1)] {
        place.refused(withdraw(amount, "", wait));
    }
    let body = place.body("removePartnerCryptoWalletBeneficiary", &[]);
    let removed = client.wallet_beneficiaries().remove(place.key(), &wallet, &body).wait();
    place.see(&removed.expect("a beneficiary").status);
}

pub(crate) fn refunds(place: &Place) {
    let client = &place.client;
    let deposit = |customer: &CustomerId, state: &str| -> CryptoDepositId {
        let page = client.crypto_deposits().list(customer).wait().expect("a page");
        let mut all = page.data.into_iter().filter(|one| one.status.as_str() == state);
        all.next()
            .unwrap_or_else(|| panic!("a deposit that is {state}"))
            .deposit_id
    };
    let operation = "createPartnerCryptoRefundApprovalDraft";
    let approved = |customer: &CustomerId, deposit: &CryptoDepositId, amount: &str, tail: &str| {
        let reference = place.text(tail);
        let members = [
            ("source/depositId", deposit.as_str()),
            ("amount", amount),
            ("clientReference", &reference),
        ];
        let draft = client
            .crypto_refunds()
            .draft(customer, &place.body(operation, &members))
            .expect("a draft");
        place.authorized(operation, draft)
    };
    let customer = place.customer("-crypto-deposit");
    place.server.step(8);
    let credited = deposit(&customer, "COMPLETED");
    for (amount, tail) in [("75.00", ""), ("75.91", ""), ("75.00", "-expired")] {
        let body = approved(&customer, &credited, amount, tail);
        let made = client
            .crypto_refunds()
            .create(place.key(), &body)
            .wait()
            .expect("a refund");
        place.see(&made.status);
        if tail.is_empty() {
            let next = SubmitPartnerCryptoRefundRequest::from_authorized(&body);
            let submitted = client
                .crypto_refunds()
                .submit(place.key(), &made.refund_id, &next)
                .wait();
            place.see(&submitted.expect("a submission").status);
            let confirmed = client
                .crypto_refunds()
                .confirm(place.key(), &made.refund_id, &next)
                .wait();
            place.see(&confirmed.expect("a confirmation").status);
        }
        place.watch(|| {
            place.see(
                &client
                    .crypto_refunds()
                    .get(&made.refund_id)
                    .wait()
                    .expect("a refund")
                    .status,
            );
        });
    }
    let customer = place.customer("-travel-rule");
    place.server.step(2);
    let held = deposit(&customer, "PENDING_TRAVEL_RULE");
    place.refused(
        client
            .crypto_refunds()
            .create(place.key(), &approved(&customer, &held, "75.00", ""))
            .wait(),
    );
}
