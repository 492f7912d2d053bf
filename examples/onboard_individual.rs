//! Onboards a person: the customer, a passport, the KYC submission, and the wait for the decision.
//!
//! `cargo run -p oceafin-examples --example onboard_individual [PERSON [FOLDER [SCAN.png]]]`
//!
//! It may be killed at any moment. Started again for the same person, with the same folder, it goes on where it was.

#[path = "state/folder.rs"]
mod folder;

use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use oceafin_partner::{
    Client, CreatePartnerCustomerRequest, CustomerId, FileAssetId, PartnerAttestation, PartnerConsentChannel,
    PartnerConsentEvidence, PartnerCustomerRef, PartnerCustomerStatus, PartnerCustomerType, PartnerDocumentType,
    PartnerIndividualKycSubmission, PartnerKycAdditionalPersonalDetails, PartnerKycPersonalDetails,
    PartnerKycPersonalDetailsRequired, PartnerOnboardingAddress, PartnerOnboardingAddressRequired,
    PartnerOnboardingSubmissionRequest, PartnerOnboardingSupportingDocument, PartnerSourceOfFunds, RefreshKey,
    Timestamp, UploadPartnerCustomerFileRequest, calls::PollResult, values::Upload,
};
use sdkwright_journal::{Journal, Keys, Sqlite, State};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    // In your system this is the id of the person's row. It is the same after a crash, so that the keys are the same, too.
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let person = arguments.next().unwrap_or_else(|| format!("cust-{}", now.as_millis()));
    let folder = folder::of(&person, arguments.next())?;
    let journal = Journal::new(Sqlite::open(folder.join("journal.db"))?)?
        .instance("onboarding")
        .spool(folder.join("uploads"));
    let client = Client::builder().from_env().journal(journal.clone()).build()?;
    // First finishes what an earlier run began: the same bytes are sent under the same keys.
    let resumed = journal.resume(&client).await?;
    if let Some(one) = resumed.reconcile.first() {
        return Err(format!("look {} up on the server, and tell the journal", one.record.key).into());
    }
    if !resumed.is_finished() {
        return Err("a step may have happened: run this again when the server answers".into());
    }

    // One key per business action, made of the person and the action. The journal shows which actions were executed.
    let keys = Keys::of(person.as_str());
    let done = async |action: &str| {
        journal
            .of(&client)
            .show(keys.action(action, "1")?.as_str())
            .await
            .map_err(Box::<dyn Error>::from)
    };
    let reference = PartnerCustomerRef::from(person.as_str());
    let request = CreatePartnerCustomerRequest::new(reference, PartnerCustomerType::Individual, "Jane Partner");
    let id = if let Some(id) = done("create")
        .await?
        .as_ref()
        .and_then(|record| record.id("CustomerId"))
    {
        CustomerId::from(id)
    } else {
        let customer = client.customers().create(keys.action("create", "1")?, &request).await?;
        println!("customer {} is {}", customer.customer_id, customer.status);
        customer.customer_id
    };

    let passport = if let Some(id) = done("passport")
        .await?
        .as_ref()
        .and_then(|record| record.id("FileAssetId"))
    {
        FileAssetId::from(id)
    } else {
        let scan = match arguments.next() {
            Some(path) => Upload::from_path(path),
            None => Upload::from_bytes(include_bytes!("passport.png").as_slice()).named("passport.png"),
        };
        let scan = scan.content_type("image/png");
        let scan = UploadPartnerCustomerFileRequest::new(scan, PartnerDocumentType::Passport);
        let key = keys.action("passport", "1")?;
        client.customers().upload_file(key, &id, &scan).await?.file_asset_id
    };
    println!("passport {passport}");

    if !done("kyc").await?.is_some_and(|record| record.state == State::Executed) {
        let (key, evidence) = (keys.action("kyc", "1")?, submission(&passport)?);
        client.customers().submit_onboarding(key, &id, &evidence).await?;
    }
    println!("submitted");

    // No call reads a customer. `lookup` is the creation, sent again under a new key: it returns the customer's present state, and
    // would create a customer that is not there.
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
                println!("missing: {}", missing.code.as_deref().unwrap_or("not said"));
            }
            Err("more is needed: submit again, complete, under the key of `kyc`, `2`".into())
        }
        status => Err(format!("not approved: {status}").into()),
    }
}

/// The person, with consent and attestation. Personal data never prints, not even in `{:?}`.
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
