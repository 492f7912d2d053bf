//! Onboards a person: the customer, a passport, the KYC submission, and the wait for the decision.
//!
//! `cargo run -p oceafin-examples --example onboard_individual [PERSON [FOLDER [SCAN.png]]]`
//!
//! It may be killed at any moment. Started again for the same person it continues where it was, and nothing is done twice.

#[path = "setup/run.rs"]
mod run;

use std::time::SystemTime;

use oceafin_partner::{
    CreatePartnerCustomerRequest, CustomerId, FileAssetId, PartnerAttestation, PartnerConsentChannel,
    PartnerConsentEvidence, PartnerCustomerRef, PartnerCustomerStatus, PartnerCustomerType, PartnerDocumentType,
    PartnerIndividualKycSubmission, PartnerKycAdditionalPersonalDetails, PartnerKycPersonalDetails,
    PartnerKycPersonalDetailsRequired, PartnerOnboardingAddress, PartnerOnboardingAddressRequired,
    PartnerOnboardingSubmissionRequest, PartnerOnboardingSupportingDocument, PartnerSourceOfFunds, RefreshKey,
    Timestamp, UploadPartnerCustomerFileRequest, calls::PollResult, values::Upload,
};
use run::{Result, Run, argument};

#[tokio::main]
async fn main() -> Result<()> {
    let person = run::id("cust")?;
    let run = Run::open("person", person.clone(), person.clone(), argument(2)).await?;
    let (flow, customers) = (&run.flow, run.client.customers());

    let reference = PartnerCustomerRef::from(person.as_str());
    let request = CreatePartnerCustomerRequest::new(reference, PartnerCustomerType::Individual, "Jane Partner");
    let create = |key| customers.create(key, &request).intent();
    let created = flow.once("create", create).await?;
    let id: CustomerId = created.id()?;
    created
        .value()
        .inspect(|customer| println!("customer {id} is {}", customer.status));

    let scan = match argument(3) {
        Some(path) => Upload::from_path(path),
        None => Upload::from_bytes(include_bytes!("passport.png").as_slice()).named("passport.png"),
    };
    let scan = UploadPartnerCustomerFileRequest::new(scan.content_type("image/png"), PartnerDocumentType::Passport);
    let upload = |key| customers.upload_file(key, &id, &scan).intent();
    let passport: FileAssetId = flow.once("passport", upload).await?.id()?;
    println!("passport {passport}");

    // A later run sends the same instant.
    let now = async || Ok(Timestamp::try_from(SystemTime::now())?.to_string());
    let now: String = flow.keep("attested", now).await?;
    let evidence = submission(&passport, now.parse()?)?;
    let submit = |key| customers.submit_onboarding(key, &id, &evidence).intent();
    flow.once("kyc", submit).await.inspect_err(run::report)?;
    println!("submitted");

    // No call only reads a customer. `lookup` is the creation under a new key: it returns the
    // customer's present state, and would create a customer that does not exist.
    let asked = customers.lookup(RefreshKey::random()?, &request);
    let customer = match asked.poll_until(|customer| customer.status.is_done()).await? {
        PollResult::Reached(customer) | PollResult::Terminal(customer) | PollResult::NeedsAction(customer) => customer,
        PollResult::TimedOut(customer) => return Err(format!("still {}", customer.status).into()),
    };
    println!("customer {} is {}", customer.customer_id, customer.status);
    match customer.status {
        PartnerCustomerStatus::Approved => Ok(flow.finish().await?),
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
fn submission(passport: &FileAssetId, now: Timestamp) -> Result<PartnerOnboardingSubmissionRequest> {
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
