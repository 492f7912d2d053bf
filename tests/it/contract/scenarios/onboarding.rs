//! Customers, their onboarding and their activations.

use oceafin_partner::blocking::Wait as _;
use oceafin_partner::values::Upload;
use oceafin_partner::{PartnerDocumentType, RefreshKey, UploadPartnerCustomerFileRequest};
use serde_json::Value;

use super::place::{Place, operations};

/// The scenarios of customers and their onboarding.
pub(crate) fn customers(place: &Place) {
    let (client, operation) = (&place.client, "createPartnerCustomer");
    for tail in ["", "-missing-info", "-rejected", "-suspended", "-closed"] {
        let body = place.body(operation, &[("partnerCustomerRef", &place.text(tail))]);
        let made = client
            .customers()
            .create(place.key(), &body)
            .wait()
            .expect("a customer");
        place.see(&made.status);
        let upload = Upload::from_bytes(&b"%PDF"[..]).named("passport.pdf");
        let upload = UploadPartnerCustomerFileRequest::new(upload, PartnerDocumentType::Passport);
        let file = client
            .customers()
            .upload_file(place.key(), &made.customer_id, &upload)
            .wait()
            .expect("a file");
        let mut evidence: Value = operations(&place.contract)["submitPartnerAttestedKycOrKybEvidence"]["requestBody"]["content"]
            ["application/json"]["examples"]["individualKyc"]["value"]
            .clone();
        let documents = evidence["evidence"]["supportingDocuments"]
            .as_array_mut()
            .expect("documents");
        for document in documents {
            document["fileAssetId"] = file.file_asset_id.as_str().into();
        }
        evidence["partnerAttestation"]["attestedByClientId"] = place.server.client_id.as_str().into();
        let evidence = serde_json::from_value(evidence).expect("evidence");
        let sent = client
            .customers()
            .submit_onboarding(place.key(), &made.customer_id, &evidence)
            .wait();
        place.see(&sent.expect("a submission").status);
        place.watch(|| {
            let refresh = RefreshKey::random().expect("a key");
            place.see(
                &client
                    .customers()
                    .lookup(refresh, &body)
                    .wait()
                    .expect("a customer")
                    .status,
            );
        });
    }
    for tail in ["-rate-limited", "-unavailable"] {
        let body = place.body(operation, &[("partnerCustomerRef", &place.text(tail))]);
        place.refused(client.customers().create(place.key(), &body).retries(0).wait());
    }
}

pub(crate) fn activations(place: &Place) {
    for tail in ["", "-more-info", "-rejected", "-unavailable"] {
        let customer = place.customer("");
        let body = place.body(
            "activatePartnerFiatWithdrawalCapability",
            &[("clientReference", &place.text(tail))],
        );
        let routes = place.client.fiat_withdrawal_capabilities();
        routes
            .activate(place.key(), &customer, &body)
            .wait()
            .expect("an activation");
        place.watch(|| {
            for route in place
                .client
                .fiat_withdrawal_capabilities()
                .get(&customer)
                .wait()
                .expect("routes")
                .data
                .routes
            {
                place.see(&route.status);
                route
                    .latest_activation_status
                    .iter()
                    .for_each(|status| place.see(status));
            }
        });
    }
}
