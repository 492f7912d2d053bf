//! Onboards a company: the customer, its documents, the KYB submission, and the wait for the decision.
//!
//! `cargo run -p oceafin-examples --example onboard_corporate [COMPANY [FOLDER]]`
//!
//! It may be killed at any moment. Started again for the same company it continues where it was, and nothing is done twice.

#[path = "setup/run.rs"]
mod run;

use oceafin_partner::{
    CreatePartnerCustomerRequest, CustomerId, FileAssetId, PartnerAttestation, PartnerConsentEvidence,
    PartnerCorporateKybSubmission, PartnerCustomerRef, PartnerCustomerStatus, PartnerCustomerType, PartnerDocumentType,
    PartnerKeyPersonRole, PartnerKybAdditionalCorporationDetails, PartnerKybAdditionalCorporationDetailsRequired,
    PartnerKybCorporationDetails, PartnerKybCorporationDetailsRequired, PartnerKycPersonalDetails,
    PartnerKycPersonalDetailsRequired, PartnerOnboardingAddress, PartnerOnboardingAddressRequired,
    PartnerOnboardingContactPerson, PartnerOnboardingContactPersonRequired, PartnerOnboardingKeyPerson,
    PartnerOnboardingSubmissionRequest, PartnerOnboardingSupportingDocument, PartnerSourceOfFunds, RefreshKey,
    UploadPartnerCustomerFileRequest, calls::PollResult, values::Upload,
};
use run::{Result, Run, argument};

#[tokio::main]
async fn main() -> Result<()> {
    let company = run::id("corp")?;
    let run = Run::open("company", company.clone(), company.clone(), argument(2)).await?;
    let (flow, customers) = (&run.flow, run.client.customers());

    let reference = PartnerCustomerRef::from(company.as_str());
    let request = CreatePartnerCustomerRequest::new(reference, PartnerCustomerType::Corporate, "Harbour Trading Ltd");
    let create = |key| customers.create(key, &request).intent();
    let id: CustomerId = flow.once("create", create).await?.id()?;
    println!("customer {id}");

    // One key for each document: a crash between two uploads repeats none.
    let mut documents = Vec::new();
    for (action, document) in [
        ("certificate", PartnerDocumentType::CertificateOfIncorporation),
        ("directors", PartnerDocumentType::RegisterOfDirectors),
        ("shareholders", PartnerDocumentType::RegisterOfShareholders),
    ] {
        let scan = Upload::from_bytes(include_bytes!("passport.png").as_slice());
        let scan = scan.named(format!("{action}.png")).content_type("image/png");
        let scan = UploadPartnerCustomerFileRequest::new(scan, document.clone());
        let upload = |key| customers.upload_file(key, &id, &scan).intent();
        let file: FileAssetId = flow.once(action, upload).await?.id()?;
        println!("{action} {file}");
        documents.push(PartnerOnboardingSupportingDocument::new(document, file));
    }

    let (consent, attestation) = (PartnerConsentEvidence::new(), PartnerAttestation::new());
    let evidence = PartnerOnboardingSubmissionRequest::new(company_of(documents)?.into(), consent, attestation);
    let submit = |key| customers.submit_onboarding(key, &id, &evidence).intent();
    flow.once("kyb", submit).await.inspect_err(run::report)?;
    println!("submitted");

    let asked = customers.lookup(RefreshKey::random()?, &request);
    let customer = match asked.poll_until(|customer| customer.status.is_done()).await? {
        PollResult::Reached(customer) | PollResult::Terminal(customer) | PollResult::NeedsAction(customer) => customer,
        PollResult::TimedOut(customer) => return Err(format!("still {}", customer.status).into()),
    };
    println!("customer {id} is {}", customer.status);
    match customer.status {
        PartnerCustomerStatus::Approved => Ok(flow.finish().await?),
        status => Err(format!("not approved: {status}").into()),
    }
}

/// The company, who may be asked about it, and the people who lead and own it.
fn company_of(documents: Vec<PartnerOnboardingSupportingDocument>) -> Result<PartnerCorporateKybSubmission> {
    let address = || {
        PartnerOnboardingAddress::new(PartnerOnboardingAddressRequired {
            line1: "12 Harbour Street".to_owned(),
            city: "London".to_owned(),
            country: "GB".into(),
        })
    };
    let jane = PartnerKycPersonalDetails::new(PartnerKycPersonalDetailsRequired {
        first_name: "Jane".to_owned(),
        last_name: "Partner".to_owned(),
        date_of_birth: "1990-04-17".parse()?,
        nationality: "GB".into(),
        residential_address: address(),
    });
    let roles = vec![
        PartnerKeyPersonRole::Director,
        PartnerKeyPersonRole::UltimateBeneficialOwner,
    ];
    Ok(PartnerCorporateKybSubmission::new(
        PartnerKybCorporationDetails::new(PartnerKybCorporationDetailsRequired {
            legal_name: "Harbour Trading Ltd".to_owned(),
            registration_number: "01234567".to_owned(),
            incorporation_date: "2015-03-02".parse()?,
            incorporation_country: "GB".into(),
            registered_address: address(),
        }),
        PartnerKybAdditionalCorporationDetails::new(PartnerKybAdditionalCorporationDetailsRequired {
            industry: "Wholesale".to_owned(),
            activities: "Trade in marine equipment".to_owned(),
            source_of_funds: PartnerSourceOfFunds::TradingIncome,
        }),
        PartnerOnboardingContactPerson::new(PartnerOnboardingContactPersonRequired {
            first_name: "Jane".to_owned(),
            last_name: "Partner".to_owned(),
            email: "jane@harbour-trading.example".to_owned(),
        }),
        vec![PartnerOnboardingKeyPerson::new(roles, jane).with_ownership_percentage("100".parse()?)],
        documents,
    ))
}
