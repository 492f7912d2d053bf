//! The first contract's table: every operation through the generated crate, in the order of its workflows. Bodies are the
//! contract's own examples, with the ids that earlier answers gave.

mod arguments;

use crate::suite::{Entry, How, Seen, Sent, Typed};
use arguments::{
    activation, application, approved_conversion, approved_crypto_withdrawal, approved_fiat_withdrawal,
    approved_refund, bank_account, buyer, checkout, collection_payment, collection_wallet, conversion,
    conversion_quote, crypto_deposit, crypto_withdrawal, customer, fiat_deposit, fiat_withdrawal, file, passport,
    person, refund, transaction, wallet_beneficiary,
};
use oceafin_partner::{
    Call, Client, Error, PartnerFiatWithdrawalStatus, PartnerProblem, PartnerProblemCode,
    SubmitPartnerCryptoRefundRequest, SubmitPartnerCryptoWithdrawalRequest, SubmitPartnerFiatWithdrawalRequest,
};
use sdkwright_runtime::glue::Operation;
use sdkwright_sandbox_server::Running;
use serde::Serialize;

/// The contract.
pub(crate) const FILE: &str = "openapi/partner-api.yaml";

/// A client of a sandbox, which also checks each request by the rules of the crate.
pub(crate) fn client(sandbox: &Running) -> Client {
    sdkwright_watch::listen();
    Client::builder()
        .without_journal()
        .base_url(&sandbox.base_url)
        .client_id(&sandbox.client_id)
        .client_secret(sandbox.client_secret.clone())
        .validate_requests(true)
        .build()
        .unwrap()
}

/// A failure in the words of the crate.
pub(crate) fn typed(error: &Error) -> Typed {
    let problem: PartnerProblem = error.problem_as().unwrap().unwrap();
    Typed {
        code: problem.code.as_str().to_owned(),
        is_known: !matches!(problem.code, PartnerProblemCode::Unknown(_)),
        is_error: error.is(&problem.code) && !error.is(PartnerProblemCode::from("NO_SUCH_CODE")),
        status: problem.code.status(),
        retry: problem.code.retry(),
    }
}

fn sent<O>(how: How<'_>, call: Call<O>) -> Sent
where
    O: Operation,
    O::Output: Serialize + std::fmt::Debug,
{
    let call = match how.header() {
        Some((name, value)) => call.header(name, value),
        None => call,
    };
    let call = call.retries(0);
    let told = format!("{call:?} {call:#?}");
    Box::pin(async move {
        let mut seen = Seen::from_response(&call.with_response().await?);
        seen.told.push_str(&told);
        Ok(seen)
    })
}

/// Every operation.
pub(crate) const TABLE: &[Entry<Client>] = &[
    Entry {
        operation: "createPartnerCustomer",
        send: |w, how| {
            let company = [("/customerType", "CORPORATE"), ("/partnerCustomerRef", "cust-company")];
            let company = company.map(|(pointer, text)| (pointer, text.to_owned()));
            sent(
                how,
                w.client
                    .customers()
                    .create(w.key(), &w.body("createPartnerCustomer", &company)),
            )
        },
    },
    Entry {
        operation: "uploadOrLinkAFileToAPartnerCustomer",
        send: |w, how| {
            sent(
                how,
                w.client.customers().upload_file(w.key(), &customer(w), &passport(w)),
            )
        },
    },
    Entry {
        operation: "submitPartnerAttestedKycOrKybEvidence",
        send: |w, how| {
            w.put(&w.text("createPartnerCustomer", "/customerId"), "MISSING_INFO_REQUIRED");
            sent(
                how,
                w.client.customers().submit_onboarding(
                    w.key(),
                    &customer(w),
                    &w.example("submitPartnerAttestedKycOrKybEvidence", "corporateKyb", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "createPartnerCustomer",
        send: |w, how| {
            sent(
                how,
                w.client
                    .customers()
                    .create(w.key(), &w.body("createPartnerCustomer", &person())),
            )
        },
    },
    Entry {
        operation: "uploadOrLinkAFileToAPartnerCustomer",
        send: |w, how| {
            sent(
                how,
                w.client.customers().upload_file(w.key(), &customer(w), &passport(w)),
            )
        },
    },
    Entry {
        operation: "uploadOrLinkAFileToAPartnerCustomer",
        send: |w, how| {
            let linked = ("/fileAssetId", "b9d2e5f7-4c18-4a63-8f0e-7a1c3d5e9b24".to_owned());
            sent(
                how,
                w.client.customers().link_file(
                    w.key(),
                    &customer(w),
                    &w.body("uploadOrLinkAFileToAPartnerCustomer", &[linked]),
                ),
            )
        },
    },
    Entry {
        operation: "submitPartnerAttestedKycOrKybEvidence",
        send: |w, how| {
            sent(
                how,
                w.client.customers().submit_onboarding(
                    w.key(),
                    &customer(w),
                    &w.example(
                        "submitPartnerAttestedKycOrKybEvidence",
                        "individualKyc",
                        &[("/evidence/supportingDocuments/0/fileAssetId", file(w))],
                    ),
                ),
            )
        },
    },
    Entry {
        operation: "createPartnerCustomer",
        send: |w, how| {
            sent(
                how,
                w.client
                    .customers()
                    .lookup(w.refresh_key(), &w.body("createPartnerCustomer", &person())),
            )
        },
    },
    Entry {
        operation: "listPartnerCustomerBalances",
        send: |w, how| sent(how, w.client.balances().list(&customer(w)).limit(20)),
    },
    Entry {
        operation: "listPartnerCustomerTransactions",
        send: |w, how| sent(how, w.client.transactions().list(&customer(w))),
    },
    Entry {
        operation: "getPartnerTransaction",
        send: |w, how| sent(how, w.client.transactions().get(&transaction(w))),
    },
    Entry {
        operation: "createPartnerConversionQuote",
        send: |w, how| {
            sent(
                how,
                w.client.conversion_quotes().create(
                    w.refresh_key(),
                    &customer(w),
                    &w.example("createPartnerConversionQuote", "source", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "createPartnerConversionQuote",
        send: |w, how| {
            sent(
                how,
                w.client.conversion_quotes().create(
                    w.refresh_key(),
                    &customer(w),
                    &w.example("createPartnerConversionQuote", "destination", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "getPartnerConversionQuote",
        send: |w, how| sent(how, w.client.conversion_quotes().get(&conversion_quote(w))),
    },
    Entry {
        operation: "listPartnerConversionQuotes",
        send: |w, how| sent(how, w.client.conversion_quotes().list(&customer(w))),
    },
    Entry {
        operation: "createPartnerConversionApprovalDraft",
        send: |w, how| sent(how, w.client.conversions().create(w.key(), &approved_conversion(w))),
    },
    Entry {
        operation: "getPartnerConversion",
        send: |w, how| sent(how, w.client.conversions().get(&conversion(w))),
    },
    Entry {
        operation: "listPartnerConversions",
        send: |w, how| {
            sent(
                how,
                w.client.conversions().list(&customer(w)).client_reference("conv-7001"),
            )
        },
    },
    Entry {
        operation: "getPartnerFiatAccountCapabilities",
        send: |w, how| sent(how, w.client.fiat_account_capabilities().get(&customer(w))),
    },
    Entry {
        operation: "createPartnerFiatAccountApplication",
        send: |w, how| {
            sent(
                how,
                w.client.fiat_account_applications().create(
                    w.key(),
                    &customer(w),
                    &w.body(
                        "createPartnerFiatAccountApplication",
                        &[("/clientReference", "fa-6001-deposit".to_owned())],
                    ),
                ),
            )
        },
    },
    Entry {
        operation: "submitAdditionalInformationForAPartnerFiatAccountApplication",
        send: |w, how| {
            w.put(application(w).as_str(), "ADDITIONAL_INFO_REQUIRED");
            sent(
                how,
                w.client.fiat_account_applications().submit_additional_info(
                    w.key(),
                    &application(w),
                    &w.body("submitAdditionalInformationForAPartnerFiatAccountApplication", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "listPartnerFiatAccounts",
        send: |w, how| {
            w.put(application(w).as_str(), "APPROVED");
            sent(how, w.client.fiat_accounts().list(&customer(w)))
        },
    },
    Entry {
        operation: "getPartnerFiatDepositInstructions",
        send: |w, how| sent(how, w.client.fiat_deposit_instructions().get(&customer(w))),
    },
    Entry {
        operation: "listPartnerFiatDeposits",
        send: |w, how| sent(how, w.client.fiat_deposits().list(&customer(w))),
    },
    Entry {
        operation: "getPartnerFiatDeposit",
        send: |w, how| sent(how, w.client.fiat_deposits().get(&fiat_deposit(w))),
    },
    Entry {
        operation: "createPartnerBankAccount",
        send: |w, how| {
            sent(
                how,
                w.client.bank_accounts().create(
                    w.key(),
                    &customer(w),
                    &w.example("createPartnerBankAccount", "sameName", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "createPartnerBankAccount",
        send: |w, how| {
            sent(
                how,
                w.client.bank_accounts().create(
                    w.key(),
                    &customer(w),
                    &w.example("createPartnerBankAccount", "thirdParty", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "listPartnerBankAccounts",
        send: |w, how| sent(how, w.client.bank_accounts().list(&customer(w))),
    },
    Entry {
        operation: "getPartnerFiatWithdrawalCapabilities",
        send: |w, how| sent(how, w.client.fiat_withdrawal_capabilities().get(&customer(w))),
    },
    Entry {
        operation: "activatePartnerFiatWithdrawalCapability",
        send: |w, how| {
            sent(
                how,
                w.client.fiat_withdrawal_capabilities().activate(
                    w.key(),
                    &customer(w),
                    &w.body("activatePartnerFiatWithdrawalCapability", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "submitFiatWithdrawalCapabilityActivationAdditionalInformation",
        send: |w, how| {
            w.put(activation(w).as_str(), "ADDITIONAL_INFO_REQUIRED");
            sent(
                how,
                w.client.fiat_withdrawal_capabilities().submit_additional_info(
                    w.key(),
                    &activation(w),
                    &w.body("submitFiatWithdrawalCapabilityActivationAdditionalInformation", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "createPartnerFiatWithdrawalQuote",
        send: |w, how| {
            w.put(activation(w).as_str(), "APPROVED");
            sent(
                how,
                w.client.fiat_withdrawal_quotes().create(
                    w.refresh_key(),
                    &customer(w),
                    &w.body(
                        "createPartnerFiatWithdrawalQuote",
                        &[("/bankAccountId", bank_account(w))],
                    ),
                ),
            )
        },
    },
    Entry {
        operation: "createPartnerFiatWithdrawalApprovalDraft",
        send: |w, how| {
            sent(
                how,
                w.client
                    .fiat_withdrawals()
                    .create(w.key(), &approved_fiat_withdrawal(w)),
            )
        },
    },
    Entry {
        operation: "submitAnApprovedPartnerFiatWithdrawalForProcessing",
        send: |w, how| {
            let body = SubmitPartnerFiatWithdrawalRequest::from_authorized(&approved_fiat_withdrawal(w));
            sent(
                how,
                w.client.fiat_withdrawals().submit(w.key(), &fiat_withdrawal(w), &body),
            )
        },
    },
    Entry {
        operation: "submitAdditionalInformationForAPartnerFiatWithdrawal",
        send: |w, how| {
            w.put(fiat_withdrawal(w).as_str(), "ADDITIONAL_INFO_REQUIRED");
            sent(
                how,
                w.client.fiat_withdrawals().submit_additional_info(
                    w.key(),
                    &fiat_withdrawal(w),
                    &w.body("submitAdditionalInformationForAPartnerFiatWithdrawal", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "getPartnerFiatWithdrawal",
        send: |w, how| sent(how, w.client.fiat_withdrawals().get(&fiat_withdrawal(w))),
    },
    Entry {
        operation: "listPartnerFiatWithdrawals",
        send: |w, how| {
            sent(
                how,
                w.client
                    .fiat_withdrawals()
                    .list(&customer(w))
                    .status(PartnerFiatWithdrawalStatus::Processing),
            )
        },
    },
    Entry {
        operation: "listPartnerCryptoDepositWallets",
        send: |w, how| sent(how, w.client.crypto_deposit_wallets().list(&customer(w))),
    },
    Entry {
        operation: "listPartnerCryptoDeposits",
        send: |w, how| sent(how, w.client.crypto_deposits().list(&customer(w))),
    },
    Entry {
        operation: "getPartnerCryptoDeposit",
        send: |w, how| sent(how, w.client.crypto_deposits().get(&crypto_deposit(w))),
    },
    Entry {
        operation: "submitPartnerCryptoDepositTravelRuleInformation",
        send: |w, how| {
            w.put(crypto_deposit(w).as_str(), "PENDING_TRAVEL_RULE");
            sent(
                how,
                w.client.crypto_deposits().submit_travel_rule_info(
                    w.key(),
                    &crypto_deposit(w),
                    &w.example("submitPartnerCryptoDepositTravelRuleInformation", "hosted", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "submitPartnerCryptoDepositTravelRuleInformation",
        send: |w, how| {
            w.put(crypto_deposit(w).as_str(), "PENDING_TRAVEL_RULE");
            sent(
                how,
                w.client.crypto_deposits().submit_travel_rule_info(
                    w.key(),
                    &crypto_deposit(w),
                    &w.example("submitPartnerCryptoDepositTravelRuleInformation", "selfHosted", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "createPartnerCryptoWalletBeneficiary",
        send: |w, how| {
            sent(
                how,
                w.client.wallet_beneficiaries().create(
                    w.key(),
                    &customer(w),
                    &w.example("createPartnerCryptoWalletBeneficiary", "ownHosted", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "createPartnerCryptoWalletBeneficiary",
        send: |w, how| {
            sent(
                how,
                w.client.wallet_beneficiaries().create(
                    w.key(),
                    &customer(w),
                    &w.example("createPartnerCryptoWalletBeneficiary", "thirdPartySelfHosted", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "getPartnerCryptoWalletBeneficiary",
        send: |w, how| sent(how, w.client.wallet_beneficiaries().get(&wallet_beneficiary(w))),
    },
    Entry {
        operation: "syncPartnerCryptoWalletBeneficiary",
        send: |w, how| {
            sent(
                how,
                w.client.wallet_beneficiaries().sync(
                    w.refresh_key(),
                    &wallet_beneficiary(w),
                    &w.body("syncPartnerCryptoWalletBeneficiary", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "listPartnerCryptoWalletBeneficiaries",
        send: |w, how| sent(how, w.client.wallet_beneficiaries().list(&customer(w))),
    },
    Entry {
        operation: "createPartnerCryptoWithdrawalQuote",
        send: |w, how| {
            sent(
                how,
                w.client.crypto_withdrawal_quotes().create(
                    w.refresh_key(),
                    &customer(w),
                    &w.body(
                        "createPartnerCryptoWithdrawalQuote",
                        &[("/walletBeneficiaryId", wallet_beneficiary(w).as_str().to_owned())],
                    ),
                ),
            )
        },
    },
    Entry {
        operation: "createPartnerCryptoWithdrawalApprovalDraft",
        send: |w, how| {
            sent(
                how,
                w.client
                    .crypto_withdrawals()
                    .create(w.key(), &approved_crypto_withdrawal(w)),
            )
        },
    },
    Entry {
        operation: "submitAnApprovedPartnerCryptoWithdrawalForProcessing",
        send: |w, how| {
            let body = SubmitPartnerCryptoWithdrawalRequest::from_authorized(&approved_crypto_withdrawal(w));
            sent(
                how,
                w.client
                    .crypto_withdrawals()
                    .submit(w.key(), &crypto_withdrawal(w), &body),
            )
        },
    },
    Entry {
        operation: "getPartnerCryptoWithdrawal",
        send: |w, how| sent(how, w.client.crypto_withdrawals().get(&crypto_withdrawal(w))),
    },
    Entry {
        operation: "listPartnerCryptoWithdrawals",
        send: |w, how| sent(how, w.client.crypto_withdrawals().list(&customer(w))),
    },
    Entry {
        operation: "removePartnerCryptoWalletBeneficiary",
        send: |w, how| {
            w.put(wallet_beneficiary(w).as_str(), "ACTIVE");
            sent(
                how,
                w.client.wallet_beneficiaries().remove(
                    w.key(),
                    &wallet_beneficiary(w),
                    &w.body("removePartnerCryptoWalletBeneficiary", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "createPartnerCryptoRefundApprovalDraft",
        send: |w, how| sent(how, w.client.crypto_refunds().create(w.key(), &approved_refund(w))),
    },
    Entry {
        operation: "submitAnApprovedPartnerCryptoRefundForProcessing",
        send: |w, how| {
            let body = SubmitPartnerCryptoRefundRequest::from_authorized(&approved_refund(w));
            sent(how, w.client.crypto_refunds().submit(w.key(), &refund(w), &body))
        },
    },
    Entry {
        operation: "confirmPartnerCryptoRefund",
        send: |w, how| {
            // A new approval of the same hash.
            let approved = approved_refund(w);
            let fresh = approved.evidence().clone().with_approval_reference("appr-again");
            let body = SubmitPartnerCryptoRefundRequest::from_fresh_evidence(&approved, fresh).unwrap();
            sent(how, w.client.crypto_refunds().confirm(w.key(), &refund(w), &body))
        },
    },
    Entry {
        operation: "getPartnerCryptoRefund",
        send: |w, how| sent(how, w.client.crypto_refunds().get(&refund(w))),
    },
    Entry {
        operation: "listPartnerCryptoRefunds",
        send: |w, how| sent(how, w.client.crypto_refunds().list(&customer(w))),
    },
    Entry {
        operation: "createPartnerCollectionBuyer",
        send: |w, how| {
            sent(
                how,
                w.client.buyers().create(
                    w.key(),
                    &customer(w),
                    &w.example("createPartnerCollectionBuyer", "company", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "createPartnerCollectionBuyer",
        send: |w, how| {
            sent(
                how,
                w.client.buyers().create(
                    w.key(),
                    &customer(w),
                    &w.example("createPartnerCollectionBuyer", "person", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "getPartnerCollectionBuyer",
        send: |w, how| sent(how, w.client.buyers().get(&buyer(w))),
    },
    Entry {
        operation: "updatePartnerCollectionBuyer",
        send: |w, how| {
            sent(
                how,
                w.client.buyers().update(
                    w.key(),
                    &buyer(w),
                    &w.example("updatePartnerCollectionBuyer", "change", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "updatePartnerCollectionBuyer",
        send: |w, how| {
            sent(
                how,
                w.client.buyers().update(
                    w.key(),
                    &buyer(w),
                    &w.example("updatePartnerCollectionBuyer", "clear", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "listPartnerCollectionBuyers",
        send: |w, how| sent(how, w.client.buyers().list(&customer(w))),
    },
    Entry {
        operation: "createPartnerCryptoCheckout",
        send: |w, how| {
            sent(
                how,
                w.client.crypto_checkouts().create(
                    w.key(),
                    &customer(w),
                    &w.body(
                        "createPartnerCryptoCheckout",
                        &[("/buyerId", buyer(w).as_str().to_owned())],
                    ),
                ),
            )
        },
    },
    Entry {
        operation: "getPartnerCryptoCheckout",
        send: |w, how| sent(how, w.client.crypto_checkouts().get(&checkout(w))),
    },
    Entry {
        operation: "createPartnerCheckoutLink",
        send: |w, how| {
            sent(
                how,
                w.client.crypto_checkouts().create_link(
                    w.refresh_key(),
                    &checkout(w),
                    &w.body("createPartnerCheckoutLink", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "createPartnerCheckoutPosPaymentRequest",
        send: |w, how| {
            sent(
                how,
                w.client.crypto_checkouts().create_pos_payment_request(
                    w.key(),
                    &checkout(w),
                    &w.body("createPartnerCheckoutPosPaymentRequest", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "closePartnerCryptoCheckout",
        send: |w, how| {
            w.put(checkout(w).as_str(), "OPEN");
            sent(
                how,
                w.client
                    .crypto_checkouts()
                    .close(w.key(), &checkout(w), &w.body("closePartnerCryptoCheckout", &[])),
            )
        },
    },
    Entry {
        operation: "listPartnerCryptoCheckouts",
        send: |w, how| sent(how, w.client.crypto_checkouts().list(&customer(w))),
    },
    Entry {
        operation: "createPartnerCollectionWallet",
        send: |w, how| {
            sent(
                how,
                w.client.collection_wallets().create(
                    w.key(),
                    &customer(w),
                    &w.body(
                        "createPartnerCollectionWallet",
                        &[
                            ("/buyerId", buyer(w).as_str().to_owned()),
                            ("/clientReference", "cw-4001-payment".to_owned()),
                        ],
                    ),
                ),
            )
        },
    },
    Entry {
        operation: "getPartnerCollectionWallet",
        send: |w, how| sent(how, w.client.collection_wallets().get(&collection_wallet(w))),
    },
    Entry {
        operation: "updatePartnerCollectionWalletExpiry",
        send: |w, how| {
            sent(
                how,
                w.client.collection_wallets().update_expiry(
                    w.key(),
                    &collection_wallet(w),
                    &w.body("updatePartnerCollectionWalletExpiry", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "deactivatePartnerCollectionWallet",
        send: |w, how| {
            sent(
                how,
                w.client.collection_wallets().deactivate(
                    w.key(),
                    &collection_wallet(w),
                    &w.body("deactivatePartnerCollectionWallet", &[]),
                ),
            )
        },
    },
    Entry {
        operation: "listPartnerCollectionWallets",
        send: |w, how| sent(how, w.client.collection_wallets().list(&customer(w))),
    },
    Entry {
        operation: "listPartnerCollectionPayments",
        send: |w, how| sent(how, w.client.collection_payments().list(&customer(w))),
    },
    Entry {
        operation: "getPartnerCollectionPayment",
        send: |w, how| sent(how, w.client.collection_payments().get(&collection_payment(w))),
    },
];
