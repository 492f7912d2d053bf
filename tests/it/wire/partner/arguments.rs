//! Arguments of the calls: ids that earlier responses contained, and bodies with their approval.

use crate::suite::World;
use oceafin_partner::operations::conversions::CreatePartnerConversionApprovalDraft;
use oceafin_partner::operations::crypto_refunds::CreatePartnerCryptoRefundApprovalDraft;
use oceafin_partner::operations::crypto_withdrawals::CreatePartnerCryptoWithdrawalApprovalDraft;
use oceafin_partner::operations::fiat_withdrawals::CreatePartnerFiatWithdrawalApprovalDraft;
use oceafin_partner::{
    BuyerId, CheckoutId, Client, CollectionPaymentId, CollectionWalletId, ConversionId, ConversionQuoteId,
    CryptoDepositId, CryptoRefundId, CryptoWithdrawalId, CustomerId, FiatAccountApplicationId, FiatDepositId,
    FiatWithdrawalCapabilityActivationId, FiatWithdrawalId, PartnerDocumentType, PartnerOperationAuthorizationEvidence,
    TransactionId, UploadPartnerCustomerFileRequest, WalletBeneficiaryId,
    calls::{Authorized, Draft},
    values::Upload,
};
use sdkwright_runtime::glue::Approval;

/// The person: once approved, a customer with this reference has a deposit.
pub(super) fn person() -> [(&'static str, String); 1] {
    [("/partnerCustomerRef", "cust-100001-travel-rule".to_owned())]
}

/// The customer, whom the platform approves once evidence was submitted.
pub(super) fn customer(w: &World<Client>) -> CustomerId {
    let id = w.text("createPartnerCustomer", "/customerId");
    if w.state(&id)
        .is_some_and(|state| state != "DRAFT" && state != "MISSING_INFO_REQUIRED")
    {
        w.put(&id, "APPROVED");
    }
    id.into()
}

pub(super) fn transaction(w: &World<Client>) -> TransactionId {
    w.id("listPartnerCustomerTransactions", "/data/0/transactionId")
}

pub(super) fn conversion_quote(w: &World<Client>) -> ConversionQuoteId {
    w.id("createPartnerConversionQuote", "/quoteId")
}

pub(super) fn conversion(w: &World<Client>) -> ConversionId {
    w.id("createPartnerConversionApprovalDraft", "/conversionId")
}

pub(super) fn application(w: &World<Client>) -> FiatAccountApplicationId {
    w.id("createPartnerFiatAccountApplication", "/applicationId")
}

pub(super) fn fiat_deposit(w: &World<Client>) -> FiatDepositId {
    w.id("listPartnerFiatDeposits", "/data/0/depositId")
}

pub(super) fn activation(w: &World<Client>) -> FiatWithdrawalCapabilityActivationId {
    w.id("activatePartnerFiatWithdrawalCapability", "/activationId")
}

pub(super) fn fiat_withdrawal(w: &World<Client>) -> FiatWithdrawalId {
    w.id("createPartnerFiatWithdrawalApprovalDraft", "/withdrawalId")
}

pub(super) fn crypto_deposit(w: &World<Client>) -> CryptoDepositId {
    w.id("listPartnerCryptoDeposits", "/data/0/depositId")
}

pub(super) fn wallet_beneficiary(w: &World<Client>) -> WalletBeneficiaryId {
    accepted(w, "createPartnerCryptoWalletBeneficiary", "/walletBeneficiaryId").into()
}

pub(super) fn crypto_withdrawal(w: &World<Client>) -> CryptoWithdrawalId {
    w.id("createPartnerCryptoWithdrawalApprovalDraft", "/withdrawalId")
}

pub(super) fn refund(w: &World<Client>) -> CryptoRefundId {
    w.id("createPartnerCryptoRefundApprovalDraft", "/refundId")
}

pub(super) fn buyer(w: &World<Client>) -> BuyerId {
    accepted(w, "createPartnerCollectionBuyer", "/buyerId").into()
}

pub(super) fn checkout(w: &World<Client>) -> CheckoutId {
    w.id("createPartnerCryptoCheckout", "/checkoutId")
}

pub(super) fn collection_wallet(w: &World<Client>) -> CollectionWalletId {
    w.id("createPartnerCollectionWallet", "/walletId")
}

pub(super) fn collection_payment(w: &World<Client>) -> CollectionPaymentId {
    w.id("listPartnerCollectionPayments", "/data/0/paymentId")
}

pub(super) fn file(w: &World<Client>) -> String {
    w.text("uploadOrLinkAFileToAPartnerCustomer", "/fileAssetId")
}

pub(super) fn bank_account(w: &World<Client>) -> String {
    accepted(w, "createPartnerBankAccount", "/bankAccountId")
}

/// The id of a resource that the platform has accepted.
pub(super) fn accepted(w: &World<Client>, operation: &str, pointer: &str) -> String {
    let id = w.text(operation, pointer);
    if w.state(&id).is_some_and(|state| state == "PENDING") {
        w.put(&id, "ACTIVE");
    }
    id
}

pub(super) fn passport(w: &World<Client>) -> UploadPartnerCustomerFileRequest {
    let upload = Upload::from_bytes(&b"%PDF-1.7 \r\n--\0 sentinel9f2 of a file"[..]).named("sentinel9f2.pdf");
    let request = UploadPartnerCustomerFileRequest::new(upload, PartnerDocumentType::Passport)
        .with_file_name("Jane's \"sentinel9f2\".pdf");
    w.tell(&request);
    request
}

pub(super) fn authorized<O>(w: &World<Client>, operation: &str, draft: Draft<O>) -> Authorized<O>
where
    O: Approval<Evidence = PartnerOperationAuthorizationEvidence>,
{
    w.tell(&draft);
    let evidence = w.evidence(operation, "operationAuthorization", "operationHash", draft.hash());
    let body = draft.authorize(evidence).unwrap();
    w.tell(&body);
    body
}

pub(super) fn approved_conversion(w: &World<Client>) -> Authorized<CreatePartnerConversionApprovalDraft> {
    let operation = "createPartnerConversionApprovalDraft";
    let members = [
        "/quoteId",
        "/sourceAsset",
        "/sourceAmount",
        "/destinationAsset",
        "/destinationAmount",
    ];
    let quoted = members.map(|member| (member, w.text("createPartnerConversionQuote", member)));
    let request = w.body(operation, &quoted);
    let draft = w.client.conversions().draft(&customer(w), &request).unwrap();
    authorized(w, operation, draft)
}

pub(super) fn approved_fiat_withdrawal(w: &World<Client>) -> Authorized<CreatePartnerFiatWithdrawalApprovalDraft> {
    let operation = "createPartnerFiatWithdrawalApprovalDraft";
    let quote = w.text("createPartnerFiatWithdrawalQuote", "/quoteId");
    let request = w.body(operation, &[("/quoteId", quote), ("/bankAccountId", bank_account(w))]);
    let draft = w.client.fiat_withdrawals().draft(&customer(w), &request).unwrap();
    authorized(w, operation, draft)
}

pub(super) fn approved_crypto_withdrawal(w: &World<Client>) -> Authorized<CreatePartnerCryptoWithdrawalApprovalDraft> {
    let operation = "createPartnerCryptoWithdrawalApprovalDraft";
    let quote = w.text("createPartnerCryptoWithdrawalQuote", "/quoteId");
    let beneficiary = wallet_beneficiary(w).as_str().to_owned();
    let request = w.body(operation, &[("/quoteId", quote), ("/walletBeneficiaryId", beneficiary)]);
    let draft = w.client.crypto_withdrawals().draft(&customer(w), &request).unwrap();
    authorized(w, operation, draft)
}

pub(super) fn approved_refund(w: &World<Client>) -> Authorized<CreatePartnerCryptoRefundApprovalDraft> {
    let operation = "createPartnerCryptoRefundApprovalDraft";
    let deposit = crypto_deposit(w).as_str().to_owned();
    w.put(&deposit, "COMPLETED");
    let request = w.body(operation, &[("/source/depositId", deposit)]);
    let draft = w.client.crypto_refunds().draft(&customer(w), &request).unwrap();
    authorized(w, operation, draft)
}
