pub trait PetsApi: Send + Sync + 'static {
    fn list(
        &self,
        context: &sdkwright_server::Context,
        request: ListRequest,
    ) -> impl Future<Output = Result<ListResponse, sdkwright_server::Problem>> + Send {
        let _ = (context, request);
        async { Err(sdkwright_server::Problem::not_implemented()) }
    }
    fn add(
        &self,
        context: &sdkwright_server::Context,
        request: AddRequest,
    ) -> impl Future<Output = Result<AddResponse, sdkwright_server::Problem>> + Send {
        let _ = (context, request);
        async { Err(sdkwright_server::Problem::not_implemented()) }
    }
    fn get_photo( &self, context: &sdkwright_server::Context, request: GetPhotoRequest, ) -> impl Future<
        Output = Result<GetPhotoResponse, sdkwright_server::Problem>,
    > + Send { let _ = (context, request); async { Err(sdkwright_server::Problem::not_implemented()) } }
    fn replace_photo( &self, context: &sdkwright_server::Context, request: ReplacePhotoRequest, ) -> impl Future<
        Output = Result<ReplacePhotoResponse, sdkwright_server::Problem>,
    > + Send { let _ = (context, request); async { Err(sdkwright_server::Problem::not_implemented()) } }
    fn watch_pets( &self, context: &sdkwright_server::Context, request: WatchPetsRequest, ) -> impl Future<
        Output = Result<WatchPetsResponse, sdkwright_server::Problem>,
    > + Send { let _ = (context, request); async { Err(sdkwright_server::Problem::not_implemented()) } }
}
pub struct ListRequest { pub limit: Option<i32>, pub body_: Option<Vec<String>>, pub x_shelter: String, }
impl ListRequest {
    fn from_input( input: &sdkwright_server::RequestInput, ) -> Result<Self, sdkwright_server::Problem> {
        input.no_body()?;
        Ok(Self {
            limit: input
                .optional(&sdkwright_server::Parameter::query("limit").literal())?,
            body_: input
                .optional(
                    &sdkwright_server::Parameter::query("body")
                        .forms( &[ sdkwright_server::WireForm::List( sdkwright_server::WireForm::TEXT, ), ], )
                        .style(glue::Style::Form, false),
                )?,
            x_shelter: input.required(&sdkwright_server::Parameter::header("X-Shelter"))?,
        })
    }
}
pub enum ListResponse {
    Ok {
        body: Vec<Pet>,
        x_total: i64,
        body_header: Option<String>,
        x_replayed: Option<ListPetsXReplayed>,
        x_depth: Option<ListPetsXDepth>,
    },
}
impl sdkwright_server::IntoReply for ListResponse {
    fn into_reply(self) -> Result<sdkwright_server::Reply, sdkwright_server::Problem> {
        match self {
            Self::Ok { body, x_total, body_header, x_replayed, x_depth } => {
                let reply = sdkwright_server::Reply::json( 200, "application/json", &body, );
                reply
                    .map(|mut reply| {
                        reply = reply
                            .with_header("X-Total", &glue::ToParam::param(&x_total));
                        if let Some(body_header) = &body_header {
                            reply = reply
                                .with_header("Body", &glue::ToParam::param(body_header));
                        }
                        if let Some(x_replayed) = &x_replayed {
                            reply = reply
                                .with_header( "X-Replayed", &glue::ToParam::param(x_replayed), );
                        }
                        if let Some(x_depth) = &x_depth {
                            reply = reply
                                .with_header("X-Depth", &glue::ToParam::param(x_depth));
                        }
                        reply
                    })
            }
        }
    }
}
pub struct AddRequest { pub body_: Option<bool>, pub body: Option<Pet>, }
impl AddRequest {
    fn from_input( input: &sdkwright_server::RequestInput, ) -> Result<Self, sdkwright_server::Problem> {
        Ok(Self {
            body_: input
                .optional(&sdkwright_server::Parameter::query("body").literal())?,
            body: input.optional_body("application/json")?,
        })
    }
}
pub enum AddResponse { Created(Pet), NoContent, }
impl sdkwright_server::IntoReply for AddResponse {
    fn into_reply(self) -> Result<sdkwright_server::Reply, sdkwright_server::Problem> {
        match self {
            Self::Created(body) => { sdkwright_server::Reply::json(201, "application/json", &body) }
            Self::NoContent => Ok(sdkwright_server::Reply::new(204)),
        }
    }
}
pub struct GetPhotoRequest { pub pet_id: String, }
impl GetPhotoRequest {
    fn from_input( input: &sdkwright_server::RequestInput, ) -> Result<Self, sdkwright_server::Problem> {
        input.no_body()?;
        Ok(Self { pet_id: input.required(&sdkwright_server::Parameter::path("petId"))?, })
    }
}
pub enum GetPhotoResponse { Ok(sdkwright_server::RawReply), }
impl sdkwright_server::IntoOutgoing for GetPhotoResponse {
    fn into_outgoing( self, ) -> Result<sdkwright_server::Outgoing, sdkwright_server::Problem> {
        match self { Self::Ok(body) => { Ok(sdkwright_server::Outgoing::raw(200, &["image/png"], body)) } }
    }
}
pub struct ReplacePhotoRequest { pub pet_id: String, pub body: sdkwright_server::RawBody, }
impl ReplacePhotoRequest {
    fn from_input( input: &sdkwright_server::RequestInput, ) -> Result<Self, sdkwright_server::Problem> {
        Ok(Self {
            pet_id: input.required(&sdkwright_server::Parameter::path("petId"))?,
            body: input.raw_body(true, &["multipart/form-data", "image/*"])?,
        })
    }
}
pub enum ReplacePhotoResponse { NoContent, }
impl sdkwright_server::IntoReply for ReplacePhotoResponse {
    fn into_reply(self) -> Result<sdkwright_server::Reply, sdkwright_server::Problem> {
        match self { Self::NoContent => Ok(sdkwright_server::Reply::new(204)), }
    }
}
pub struct WatchPetsRequest {}
impl WatchPetsRequest {
    fn from_input( input: &sdkwright_server::RequestInput, ) -> Result<Self, sdkwright_server::Problem> {
        input.no_body()?;
        Ok(Self {})
    }
}
pub enum WatchPetsResponse {
    Other {
        status: sdkwright_server::axum::http::StatusCode,
        body: sdkwright_server::RawReply,
        status_header: Option<String>,
    },
    NoContent,
}
impl sdkwright_server::IntoOutgoing for WatchPetsResponse {
    fn into_outgoing( self, ) -> Result<sdkwright_server::Outgoing, sdkwright_server::Problem> {
        match self {
            Self::Other { status, body, status_header } => {
                let code = sdkwright_server::success(status)?;
                let reply = Ok(
                    sdkwright_server::Outgoing::raw( code, &["text/event-stream", "application/jsonl"], body, ),
                );
                reply
                    .map(|mut reply| {
                        if let Some(status_header) = &status_header {
                            reply = reply
                                .with_header( "Status", &glue::ToParam::param(status_header), );
                        }
                        reply
                    })
            }
            Self::NoContent => { Ok(sdkwright_server::Reply::new(204)) .map(sdkwright_server::Outgoing::from) }
        }
    }
}
sdkwright_server::opaque! {
    ListRequest ListResponse AddRequest AddResponse GetPhotoRequest GetPhotoResponse
    ReplacePhotoRequest ReplacePhotoResponse WatchPetsRequest WatchPetsResponse
}
pub(super) fn routes<S: PetsApi>() -> Vec<sdkwright_server::OperationRoute<S>> {
    Vec::from([
        sdkwright_server::OperationRoute::<
            S,
        >::new(
                <crate::operations::pets::ListPets as glue::Operation>::DESCRIPTION,
                |state, context, input| {
                    Box::pin(async move {
                        let request = ListRequest::from_input(&input)?;
                        sdkwright_server::IntoOutgoing::into_outgoing( S::list(&state, &context, request).await?, )
                    })
                },
            )
            .headers(&["X-Shelter"]),
        sdkwright_server::OperationRoute::<
            S,
        >::new(
            <crate::operations::pets::AddPet as glue::Operation>::DESCRIPTION,
            |state, context, input| {
                Box::pin(async move {
                    let request = AddRequest::from_input(&input)?;
                    sdkwright_server::IntoOutgoing::into_outgoing( S::add(&state, &context, request).await?, )
                })
            },
        ),
        sdkwright_server::OperationRoute::<
            S,
        >::new(
            <crate::operations::pets::GetPhoto as glue::Operation>::DESCRIPTION,
            |state, context, input| {
                Box::pin(async move {
                    let request = GetPhotoRequest::from_input(&input)?;
                    sdkwright_server::IntoOutgoing::into_outgoing( S::get_photo(&state, &context, request).await?, )
                })
            },
        ),
        sdkwright_server::OperationRoute::<
            S,
        >::new(
            <crate::operations::pets::PutPhoto as glue::Operation>::DESCRIPTION,
            |state, context, input| {
                Box::pin(async move {
                    let request = ReplacePhotoRequest::from_input(&input)?;
                    sdkwright_server::IntoOutgoing::into_outgoing( S::replace_photo(&state, &context, request).await?, )
                })
            },
        ),
        sdkwright_server::OperationRoute::<
            S,
        >::new(
            <crate::operations::pets::WatchPets as glue::Operation>::DESCRIPTION,
            |state, context, input| {
                Box::pin(async move {
                    let request = WatchPetsRequest::from_input(&input)?;
                    sdkwright_server::IntoOutgoing::into_outgoing( S::watch_pets(&state, &context, request).await?, )
                })
            },
        ),
    ])
}
