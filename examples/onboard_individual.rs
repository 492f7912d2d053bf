//! Onboards a person: the customer, a passport, the KYC submission, and the wait for the decision.
//!
//! `cargo run -p oceafin-examples --example onboard_individual [SCAN.png]`

use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use oceafin_partner::{
    Client, CreatePartnerCustomerRequest, FileAssetId, IdempotencyKey, PartnerAttestation, PartnerAttestationRequired,
    PartnerConsentChannel, PartnerConsentEvidence, PartnerConsentEvidenceRequired, PartnerCustomerStatus,
    PartnerCustomerType, PartnerDocumentType, PartnerIndividualKycSubmission, PartnerKycAdditionalPersonalDetails,
    PartnerKycPersonalDetails, PartnerKycPersonalDetailsRequired, PartnerOnboardingAddress,
    PartnerOnboardingAddressRequired, PartnerOnboardingSubmissionRequest, PartnerOnboardingSupportingDocument,
    PartnerSourceOfFunds, RefreshKey, Timestamp, Upload, UploadPartnerCustomerFileRequest,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    // In your system this is the id of the person's row: the same after a crash, so that the keys below are too.
    let person = format!("cust-{}", SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis());

    let request = CreatePartnerCustomerRequest::new(person.as_str(), PartnerCustomerType::Individual, "Jane Partner");
    let customer = client.customers().create(key(&person, "create")?, &request).await?;
    println!("customer {} is {}", customer.customer_id, customer.status);

    let scan = match std::env::args().nth(1) {
        Some(path) => Upload::from_path(path),
        None => Upload::from_bytes(include_bytes!("passport.png").as_slice()).named("passport.png"),
    };
    let passport = UploadPartnerCustomerFileRequest::new(scan.content_type("image/png"), PartnerDocumentType::Passport);
    let file = client
        .customers()
        .upload_file(key(&person, "passport")?, &customer.customer_id, &passport)
        .await?;
    println!("passport {}", file.file_asset_id);

    let evidence = submission(&file.file_asset_id)?;
    client
        .customers()
        .submit_onboarding(key(&person, "kyc-1")?, &customer.customer_id, &evidence)
        .await?;
    println!("submitted");

    // No call reads a customer: creating it once more answers it as it stands, under a new key each time. A webhook
    // (see `webhook_receiver`) saves the asking.
    let customer = loop {
        let customer = client.customers().lookup(RefreshKey::random()?, &request).await?;
        println!("customer {} is {}", customer.customer_id, customer.status);
        let status = &customer.status;
        if status.is_done() || status.is_terminal() || status.needs_partner() {
            break customer;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    };
    match customer.status {
        PartnerCustomerStatus::Approved => Ok(()),
        PartnerCustomerStatus::MissingInfoRequired => {
            for missing in customer.requirements.into_iter().flatten() {
                println!("missing: {} ({})", missing.description, missing.code);
            }
            Err("more is needed: submit again, complete, under the key `kyc-2`".into())
        }
        status => Err(format!("not approved: {status}").into()),
    }
}

/// One key per business action: the person, and what is done.
fn key(person: &str, action: &str) -> Result<IdempotencyKey, Box<dyn Error>> {
    Ok(IdempotencyKey::new(format!("{person}:{action}"))?)
}

/// Who the person is, that they consented, and that we may say so. Personal data never prints, not even in `{:?}`.
fn submission(passport: &FileAssetId) -> Result<PartnerOnboardingSubmissionRequest, Box<dyn Error>> {
    let now = Timestamp::try_from(SystemTime::now())?;
    let kyc = PartnerIndividualKycSubmission::new(
        PartnerKycPersonalDetails::new(PartnerKycPersonalDetailsRequired {
            first_name: "Jane".to_owned(),
            last_name: "Partner".to_owned(),
            date_of_birth: "1990-04-17".parse()?,
            nationality: "GB".into(),
            residential_address: PartnerOnboardingAddress::new(PartnerOnboardingAddressRequired {
                line1: "12 Harbour Street".to_owned(),
                city: "London".to_owned(),
                country: "GB".into(),
            }),
        }),
        PartnerKycAdditionalPersonalDetails::new("Software engineer", PartnerSourceOfFunds::Salary),
        vec![PartnerOnboardingSupportingDocument::new(
            PartnerDocumentType::Passport,
            passport,
        )],
    );
    let consent = PartnerConsentEvidence::new(PartnerConsentEvidenceRequired {
        consent_version: "terms-2026-05".to_owned(),
        displayed_at: now.clone(),
        accepted_at: now.clone(),
        accepted_by: "user-4711".to_owned(),
        channel: PartnerConsentChannel::Web,
    });
    let attestation = PartnerAttestation::new(PartnerAttestationRequired {
        attested_by: "compliance-17".to_owned(),
        attested_at: now,
        statement: "We collected this data from the customer and may submit it to Oceafin.".to_owned(),
    });
    Ok(PartnerOnboardingSubmissionRequest::new(
        kyc.into(),
        consent,
        attestation,
    ))
}
