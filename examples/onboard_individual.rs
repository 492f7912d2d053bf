//! Onboards a person: the customer, a passport, the KYC submission, and the wait for the decision.
//!
//! `cargo run -p oceafin-examples --example onboard_individual [PERSON [FOLDER [SCAN.png]]]`
//!
//! It may be killed at any moment. Started again for the same person it continues where it was, and nothing is done twice.

#[path = "state/session.rs"]
mod session;

use std::time::SystemTime;

use oceafin_partner::{
    CreatePartnerCustomerRequest, CustomerId, FileAssetId, PartnerAttestation, PartnerConsentChannel,
    PartnerConsentEvidence, PartnerCustomerRef, PartnerCustomerStatus, PartnerCustomerType, PartnerDocumentType,
    PartnerIndividualKycSubmission, PartnerKycAdditionalPersonalDetails, PartnerKycPersonalDetails,
    PartnerKycPersonalDetailsRequired, PartnerOnboardingAddress, PartnerOnboardingAddressRequired,
    PartnerOnboardingSubmissionRequest, PartnerOnboardingSupportingDocument, PartnerSourceOfFunds, RefreshKey,
    Timestamp, UploadPartnerCustomerFileRequest, calls::PollResult, values::Upload,
};
use session::{Result, Session, argument, new_id};

#[tokio::main]
async fn main() -> Result<()> {
    let person = argument(1).map_or_else(|| new_id("cust"), Ok)?;
    let session = Session::open(person.clone(), person.clone(), argument(2)).await?;
    let client = &session.client;

    let reference = PartnerCustomerRef::from(person.as_str());
    let request = CreatePartnerCustomerRequest::new(reference, PartnerCustomerType::Individual, "Jane Partner");
    let create = async |key| {
        let customer = client.customers().create(key, &request).await?;
        println!("customer {} is {}", customer.customer_id, customer.status);
        Ok(customer.customer_id)
    };
    let id: CustomerId = session.once("customer.create", "CustomerId", create).await?;

    let upload = async |key| {
        let scan = match argument(3) {
            Some(path) => Upload::from_path(path),
            None => Upload::from_bytes(include_bytes!("passport.png").as_slice()).named("passport.png"),
        };
        let scan = scan.content_type("image/png");
        let scan = UploadPartnerCustomerFileRequest::new(scan, PartnerDocumentType::Passport);
        Ok(client.customers().upload_file(key, &id, &scan).await?.file_asset_id)
    };
    let passport: FileAssetId = session.once("passport", "FileAssetId", upload).await?;
    println!("passport {passport}");

    if !session.is_done("kyc").await? {
        let (key, evidence) = (session.key("kyc").await?, submission(&passport)?);
        client.customers().submit_onboarding(key, &id, &evidence).await?;
    }
    println!("submitted");

    // No call only reads a customer. `lookup` is the creation under a new key: it returns the
    // customer's present state, and would create a customer that does not exist.
    let asked = client.customers().lookup(RefreshKey::random()?, &request);
    let customer = match asked.poll_until(|customer| customer.status.is_done()).await? {
        PollResult::Reached(customer) | PollResult::Terminal(customer) | PollResult::NeedsAction(customer) => customer,
        PollResult::TimedOut(customer) => return Err(format!("still {}", customer.status).into()),
    };
    println!("customer {} is {}", customer.customer_id, customer.status);
    match customer.status {
        PartnerCustomerStatus::Approved => Ok(()),
        PartnerCustomerStatus::MissingInfoRequired => {
            for missing in customer.requirements.into_iter().flatten() {
                // `description` may name the person, so it is shown only to the staff who onboard, and never logged.
                println!("missing: {}", missing.code.as_deref().unwrap_or("not named"));
            }
            Err("more is needed: submit again, complete, as another action such as `kyc-2`".into())
        }
        status => Err(format!("not approved: {status}").into()),
    }
}

/// The person, with consent and attestation. Personal data never prints, not even in `{:?}`.
fn submission(passport: &FileAssetId) -> Result<PartnerOnboardingSubmissionRequest> {
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
    // All of this is recommended, and none of it is required.
    let consent = PartnerConsentEvidence::new()
        .with_consent_version("terms-2026-05")
        .with_displayed_at(now.clone())
        .with_accepted_at(now.clone())
        .with_accepted_by("user-4711")
        .with_channel(PartnerConsentChannel::Web);
    // The client fills in its own id, which is required.
    let attestation = PartnerAttestation::new()
        .with_attested_by("compliance-17")
        .with_attested_at(now)
        .with_statement("We collected this data from the customer and may submit it to Oceafin.");
    Ok(PartnerOnboardingSubmissionRequest::new(
        kyc.into(),
        consent,
        attestation,
    ))
}
