//! Fixtures of both benchmark clients: an account, and two answers in the contract's shape.

/// The client id.
pub const CLIENT_ID: &str = "partner-7f3c9a51";

/// The client secret.
pub const SECRET: &str = "a-client-secret-of-32-characters";

/// The withdrawal that is asked for.
pub const WITHDRAWAL_ID: &str = "8b0f6d0e-52a1-4d5c-8f6e-2f0a7c1d9e34";

/// The answer to a GET, with every member of the type.
pub const WITHDRAWAL: &str = r#"{"withdrawalId":"8b0f6d0e-52a1-4d5c-8f6e-2f0a7c1d9e34","customerId":"3f1a7c52-8d0e-4b6f-9a21-5c7e0d4b8f10","clientReference":"wd-9001","quoteId":"5d2a9c10-7e4b-4f3d-9b18-6a0c3e5f7d21","bankAccountId":"c4e8a1b2-3d5f-4a6b-8c7d-9e0f1a2b3c4d","status":"ADDITIONAL_INFO_REQUIRED","statusReason":"The bank asks for the purpose of the payment.","requirements":[{"code":"purpose","description":"What the payment is for, in one sentence.","field":"/purpose"}],"currency":"EUR","amount":"250.00","fee":"1.50","estimatedReceivable":"248.50","paymentReference":"Invoice 2026-118","expiresAt":"2026-11-21T09:48:00Z","createdAt":"2026-11-20T09:48:00Z","updatedAt":"2026-11-20T10:02:31Z"}"#;

/// The answer to a POST.
pub const CUSTOMER: &str = r#"{"customerId":"3f1a7c52-8d0e-4b6f-9a21-5c7e0d4b8f10","partnerCustomerRef":"cust-100001","customerType":"INDIVIDUAL","status":"DRAFT","createdAt":"2026-11-20T09:48:00Z","updatedAt":"2026-11-20T09:48:00Z"}"#;
