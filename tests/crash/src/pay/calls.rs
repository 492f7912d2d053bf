//! The calls of one customer, as a partner writes them: quote, draft, approval, creation, submission. Never: a key of their own
//! for what has an effect.

use super::Settings;
use super::order::reference;
use anyhow::Context as _;
use oceafin_partner::operations::conversions::CreatePartnerConversionApprovalDraft;
use oceafin_partner::operations::crypto_checkouts::CreatePartnerCryptoCheckout;
use oceafin_partner::operations::fiat_withdrawals::{
    CreatePartnerFiatWithdrawalApprovalDraft, SubmitAnApprovedPartnerFiatWithdrawalForProcessing,
};
use oceafin_partner::{
    BankAccountId, Call, Client, ClientReference, CreatePartnerCheckoutRequest, CreatePartnerConversionQuoteRequest,
    CreatePartnerConversionQuoteRequestRequired, CreatePartnerConversionRequest,
    CreatePartnerConversionRequestRequired, CreatePartnerFiatWithdrawalQuoteRequest,
    CreatePartnerFiatWithdrawalRequest, CryptoAsset, CryptoNetwork, CurrencyCode, CustomerId, FiatWithdrawalId,
    IdempotencyKey, PartnerApprovalMethod, PartnerCryptoAssetOption, PartnerOperationAuthorizationEvidence,
    PartnerOperationAuthorizationEvidenceRequired, RefreshKey, SubmitPartnerFiatWithdrawalRequest, Timestamp,
};
use std::time::SystemTime;

/// The calls of one customer.
pub(super) struct Calls {
    client: Client,
    customer: CustomerId,
    account: BankAccountId,
}

impl Calls {
    pub(super) fn new(settings: &Settings, client: Client) -> Self {
        Self {
            client,
            customer: CustomerId::from(settings.customer.as_str()),
            account: BankAccountId::from(settings.account.as_str()),
        }
    }

    /// Draft of a withdrawal, approved and not sent.
    pub(super) async fn withdrawal(
        &self,
        key: IdempotencyKey,
        number: u64,
    ) -> anyhow::Result<Call<CreatePartnerFiatWithdrawalApprovalDraft>> {
        let wish = CreatePartnerFiatWithdrawalQuoteRequest::new(&self.account, "250.00".parse()?, CurrencyCode::Eur);
        let quotes = self.client.fiat_withdrawal_quotes();
        let quote = quotes.create(RefreshKey::random()?, &self.customer, &wish).await?;
        let request = CreatePartnerFiatWithdrawalRequest::new(
            ClientReference::from(reference(number)),
            &quote.quote_id,
            &self.account,
            quote.amount,
            quote.currency,
        );
        let draft = self.client.fiat_withdrawals().draft(&self.customer, &request)?;
        let evidence = approval(draft.hash())?;
        Ok(self.client.fiat_withdrawals().create(key, &draft.authorize(evidence)?))
    }

    /// A conversion, approved and not sent.
    pub(super) async fn conversion(
        &self,
        key: IdempotencyKey,
        number: u64,
    ) -> anyhow::Result<Call<CreatePartnerConversionApprovalDraft>> {
        let wish = CreatePartnerConversionQuoteRequest::new(CreatePartnerConversionQuoteRequestRequired {
            source_asset: "EUR".into(),
            destination_asset: "USDC".into(),
            amount: "1000.00".parse()?,
        });
        let quotes = self.client.conversion_quotes();
        let quote = quotes.create(RefreshKey::random()?, &self.customer, &wish).await?;
        let missing = "the quote does not say what is given and received";
        let request = CreatePartnerConversionRequest::new(CreatePartnerConversionRequestRequired {
            client_reference: reference(number).into(),
            quote_id: quote.quote_id,
            source_asset: quote.source_asset.context(missing)?,
            source_amount: quote.source_amount.context(missing)?,
            destination_asset: quote.destination_asset.context(missing)?,
            destination_amount: quote.destination_amount.context(missing)?,
        });
        let draft = self.client.conversions().draft(&self.customer, &request)?;
        let evidence = approval(draft.hash())?;
        Ok(self.client.conversions().create(key, &draft.authorize(evidence)?))
    }

    /// A checkout, not sent.
    pub(super) fn checkout(
        &self,
        key: IdempotencyKey,
        number: u64,
    ) -> anyhow::Result<Call<CreatePartnerCryptoCheckout>> {
        let assets = vec![PartnerCryptoAssetOption::new(
            CryptoAsset::Usdc,
            CryptoNetwork::Ethereum,
        )];
        let request = CreatePartnerCheckoutRequest::new(
            ClientReference::from(reference(number)),
            "120.00".parse()?,
            CurrencyCode::Eur,
            assets,
        );
        Ok(self.client.crypto_checkouts().create(key, &self.customer, &request))
    }

    /// The submission of a draft, with the approval as the journal kept it.
    pub(super) fn submission(
        &self,
        key: IdempotencyKey,
        id: &FiatWithdrawalId,
        evidence: &[u8],
    ) -> anyhow::Result<Call<SubmitAnApprovedPartnerFiatWithdrawalForProcessing>> {
        let body = [b"{\"operationAuthorization\":", evidence, b"}"].concat();
        let request: SubmitPartnerFiatWithdrawalRequest = sdkwright_runtime::json::from_slice(&body)?;
        Ok(self.client.fiat_withdrawals().submit(key, id, &request))
    }

    /// The withdrawal of a reference, if the list has it.
    pub(super) async fn find(&self, number: u64) -> Option<FiatWithdrawalId> {
        let reference = ClientReference::from(reference(number));
        let list = self.client.fiat_withdrawals().list(&self.customer);
        let page = list.client_reference(reference).fresh().await.ok()?;
        page.data.into_iter().next().map(|found| found.withdrawal_id)
    }
}

/// Stands for the partner's approval screen.
fn approval(hash: &str) -> anyhow::Result<PartnerOperationAuthorizationEvidence> {
    let required = PartnerOperationAuthorizationEvidenceRequired {
        operation_hash: hash.to_owned(),
        approved_at: Timestamp::try_from(SystemTime::now())?,
        approved_by: "sentinel9f2-user-4711".to_owned(),
        approval_method: PartnerApprovalMethod::Passkey,
    };
    Ok(PartnerOperationAuthorizationEvidence::new(required))
}
