//! Answers to what the platform asks for, in words and by files.

use oceafin_partner::{
    CustomerId, FileAssetId, PartnerOnboardingSupportingDocument, PartnerRequirement, PartnerRequirementAnswer,
    UploadPartnerCustomerFileRequest, values::Upload,
};

use crate::run::{Result, Run};

/// Returns an answer to each requirement, with an uploaded scan if it asks for a document.
pub async fn answers(
    run: &Run,
    customer: &CustomerId,
    missing: &[PartnerRequirement],
) -> Result<Vec<PartnerRequirementAnswer>> {
    let mut answers = Vec::new();
    for one in missing {
        let Some(code) = &one.code else { continue };
        let mut answer = PartnerRequirementAnswer::new(code).with_value("The customer's answer.");
        if let Some(kind) = &one.document_type {
            let scan = Upload::from_bytes(include_bytes!("../passport.png").as_slice()).named("scan.png");
            let scan = UploadPartnerCustomerFileRequest::new(scan.content_type("image/png"), kind.clone());
            let customers = run.client.customers();
            let upload = |key| customers.upload_file(key, customer, &scan).intent();
            let file: FileAssetId = run.flow.once(&format!("scan.{code}"), upload).await?.id()?;
            let document = PartnerOnboardingSupportingDocument::new(kind.clone(), file);
            answer = answer.with_supporting_documents(vec![document]);
        }
        answers.push(answer);
    }
    Ok(answers)
}
