pub trait AttachmentsApi: Send + Sync + 'static {
    fn attach(
        &self,
        context: &sdkwright_server::Context,
        request: AttachRequest,
    ) -> impl Future<Output = Result<AttachResponse, sdkwright_server::Problem>> + Send {
        let _ = (context, request);
        async { Err(sdkwright_server::Problem::not_implemented()) }
    }
}
pub struct AttachRequest { pub body: sdkwright_server::RawBody, }
impl AttachRequest {
    fn from_input( input: &sdkwright_server::RequestInput, ) -> Result<Self, sdkwright_server::Problem> {
        Ok(Self { body: input.raw_body(true, &["multipart/form-data"])?, })
    }
}
pub enum AttachResponse { NoContent, }
impl sdkwright_server::IntoReply for AttachResponse {
    fn into_reply(self) -> Result<sdkwright_server::Reply, sdkwright_server::Problem> {
        match self { Self::NoContent => Ok(sdkwright_server::Reply::new(204)), }
    }
}
sdkwright_server::opaque! { AttachRequest AttachResponse }
pub(super) fn routes<S: AttachmentsApi>() -> Vec<sdkwright_server::OperationRoute<S>> {
    Vec::from([
        sdkwright_server::OperationRoute::<
            S,
        >::new(
            <crate::operations::attachments::Attach as glue::Operation>::DESCRIPTION,
            |state, context, input| {
                Box::pin(async move {
                    let request = AttachRequest::from_input(&input)?;
                    sdkwright_server::IntoOutgoing::into_outgoing( S::attach(&state, &context, request).await?, )
                })
            },
        ),
    ])
}
