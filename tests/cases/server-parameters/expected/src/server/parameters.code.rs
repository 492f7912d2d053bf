pub trait ParametersApi: Send + Sync + 'static {
    fn read_styles( &self, context: &sdkwright_server::Context, request: ReadStylesRequest, ) -> impl Future<
        Output = Result<ReadStylesResponse, sdkwright_server::Problem>,
    > + Send { let _ = (context, request); async { Err(sdkwright_server::Problem::not_implemented()) } }
}
pub struct ReadStylesRequest {
    pub simple: Deep,
    pub label: Vec<i64>,
    pub matrix: String,
    pub spaces: Option<Vec<String>>,
    pub repeated: Option<Vec<Deep>>,
    pub exploded: Option<Sorting>,
    pub open: Option<Map<bool>>,
    pub expand: Option<Vec<String>>,
    pub created: Option<ReadStylesCreated>,
    pub filter: Option<Nested>,
    pub mixed: Option<ReadStylesMixed>,
    pub level: Option<ReadStylesLevel>,
    pub anything: Option<JsonValue>,
    pub json: Option<Node>,
    pub x_theme: Option<Deep>,
    pub marks: Option<Vec<String>>,
    pub theme: Option<Deep>,
    pub plain: Option<i64>,
}
impl ReadStylesRequest {
    fn from_input( input: &sdkwright_server::RequestInput, ) -> Result<Self, sdkwright_server::Problem> {
        input.no_body()?;
        Ok(Self {
            simple: input
                .required(
                    &sdkwright_server::Parameter::path("simple")
                        .forms(
                            &[
                                sdkwright_server::WireForm::Object(
                                    &[
                                        ("colour", sdkwright_server::WireForm::TEXT),
                                        ("size", sdkwright_server::WireForm::LITERAL),
                                    ],
                                    &[],
                                ),
                            ],
                        ),
                )?,
            label: input
                .required(
                    &sdkwright_server::Parameter::path("label")
                        .forms( &[ sdkwright_server::WireForm::List( sdkwright_server::WireForm::LITERAL, ), ], )
                        .style(glue::Style::Label, false),
                )?,
            matrix: input
                .required( &sdkwright_server::Parameter::path("matrix") .style(glue::Style::Matrix, false), )?,
            spaces: input
                .optional(
                    &sdkwright_server::Parameter::query("spaces")
                        .forms( &[ sdkwright_server::WireForm::List( sdkwright_server::WireForm::TEXT, ), ], )
                        .style(glue::Style::SpaceDelimited, false),
                )?,
            repeated: input
                .optional(
                    &sdkwright_server::Parameter::query("repeated")
                        .forms( &[ sdkwright_server::WireForm::List( &[sdkwright_server::WireForm::Json], ), ], ),
                )?,
            exploded: input
                .optional(
                    &sdkwright_server::Parameter::query("exploded")
                        .forms(
                            &[
                                sdkwright_server::WireForm::Object(
                                    &[
                                        ("page", sdkwright_server::WireForm::LITERAL),
                                        (
                                            "sort",
                                            &[ sdkwright_server::WireForm::List( sdkwright_server::WireForm::TEXT, ), ],
                                        ),
                                        ("within", &[sdkwright_server::WireForm::Json]),
                                    ],
                                    &[],
                                ),
                            ],
                        ),
                )?,
            open: input
                .optional(
                    &sdkwright_server::Parameter::query("open")
                        .forms( &[ sdkwright_server::WireForm::Object( &[], sdkwright_server::WireForm::LITERAL, ), ], )
                        .without(
                            &[
                                "anything",
                                "api_key",
                                "created",
                                "deep",
                                "expand",
                                "exploded",
                                "filter",
                                "json",
                                "level",
                                "mixed",
                                "names",
                                "page",
                                "repeated",
                                "rows",
                                "sort",
                                "spaces",
                                "within",
                            ],
                        ),
                )?,
            expand: input
                .optional(
                    &sdkwright_server::Parameter::query("expand")
                        .forms( &[ sdkwright_server::WireForm::List( sdkwright_server::WireForm::TEXT, ), ], )
                        .style(glue::Style::DeepObject, true),
                )?,
            created: input
                .optional(
                    &sdkwright_server::Parameter::query("created")
                        .forms(
                            &[
                                sdkwright_server::WireForm::Literal,
                                sdkwright_server::WireForm::Object(
                                    &[
                                        ("colour", sdkwright_server::WireForm::TEXT),
                                        ("size", sdkwright_server::WireForm::LITERAL),
                                    ],
                                    &[],
                                ),
                            ],
                        )
                        .style(glue::Style::DeepObject, true),
                )?,
            filter: input
                .optional(
                    &sdkwright_server::Parameter::query("filter")
                        .forms(
                            &[
                                sdkwright_server::WireForm::Object(
                                    &[
                                        (
                                            "deep",
                                            &[
                                                sdkwright_server::WireForm::Object(
                                                    &[
                                                        ("colour", sdkwright_server::WireForm::TEXT),
                                                        ("size", sdkwright_server::WireForm::LITERAL),
                                                    ],
                                                    &[],
                                                ),
                                            ],
                                        ),
                                        (
                                            "names",
                                            &[
                                                sdkwright_server::WireForm::Object(
                                                    &[],
                                                    sdkwright_server::WireForm::TEXT,
                                                ),
                                            ],
                                        ),
                                        (
                                            "rows",
                                            &[
                                                sdkwright_server::WireForm::List(
                                                    &[
                                                        sdkwright_server::WireForm::Object(
                                                            &[
                                                                ("colour", sdkwright_server::WireForm::TEXT),
                                                                ("size", sdkwright_server::WireForm::LITERAL),
                                                            ],
                                                            &[],
                                                        ),
                                                    ],
                                                ),
                                            ],
                                        ),
                                    ],
                                    sdkwright_server::WireForm::ANY,
                                ),
                            ],
                        )
                        .style(glue::Style::DeepObject, true),
                )?,
            mixed: input
                .optional(
                    &sdkwright_server::Parameter::query("mixed")
                        .forms( &[ sdkwright_server::WireForm::Literal, sdkwright_server::WireForm::Text, ], ),
                )?,
            level: input
                .optional(
                    &sdkwright_server::Parameter::query("level")
                        .forms(
                            &[
                                sdkwright_server::WireForm::Text,
                                sdkwright_server::WireForm::List( sdkwright_server::WireForm::LITERAL, ),
                            ],
                        ),
                )?,
            anything: input
                .optional(
                    &sdkwright_server::Parameter::query("anything")
                        .forms(
                            &[
                                sdkwright_server::WireForm::Json,
                                sdkwright_server::WireForm::Literal,
                                sdkwright_server::WireForm::Null,
                                sdkwright_server::WireForm::Text,
                                sdkwright_server::WireForm::List( sdkwright_server::WireForm::ANY, ),
                            ],
                        ),
                )?,
            json: input
                .optional( &sdkwright_server::Parameter::query("json") .style(glue::Style::Json, false), )?,
            x_theme: input
                .optional(
                    &sdkwright_server::Parameter::header("X-Theme")
                        .forms(
                            &[
                                sdkwright_server::WireForm::Object(
                                    &[
                                        ("colour", sdkwright_server::WireForm::TEXT),
                                        ("size", sdkwright_server::WireForm::LITERAL),
                                    ],
                                    &[],
                                ),
                            ],
                        ),
                )?,
            marks: input
                .optional(
                    &sdkwright_server::Parameter::cookie("marks")
                        .forms( &[ sdkwright_server::WireForm::List( sdkwright_server::WireForm::TEXT, ), ], ),
                )?,
            theme: input
                .optional(
                    &sdkwright_server::Parameter::cookie("theme")
                        .forms(
                            &[
                                sdkwright_server::WireForm::Object(
                                    &[
                                        ("colour", sdkwright_server::WireForm::TEXT),
                                        ("size", sdkwright_server::WireForm::LITERAL),
                                    ],
                                    &[],
                                ),
                            ],
                        )
                        .style(glue::Style::Form, false),
                )?,
            plain: input
                .optional(
                    &sdkwright_server::Parameter::cookie("plain")
                        .literal()
                        .style(glue::Style::Simple, true),
                )?,
        })
    }
}
pub enum ReadStylesResponse { NoContent, }
impl sdkwright_server::IntoReply for ReadStylesResponse {
    fn into_reply(self) -> Result<sdkwright_server::Reply, sdkwright_server::Problem> {
        match self { Self::NoContent => Ok(sdkwright_server::Reply::new(204)), }
    }
}
sdkwright_server::opaque! { ReadStylesRequest ReadStylesResponse }
pub(super) fn routes<S: ParametersApi>() -> Vec<sdkwright_server::OperationRoute<S>> {
    Vec::from([
        sdkwright_server::OperationRoute::<
            S,
        >::new(
                <crate::operations::parameters::ReadStyles as glue::Operation>::DESCRIPTION,
                |state, context, input| {
                    Box::pin(async move {
                        let request = ReadStylesRequest::from_input(&input)?;
                        sdkwright_server::IntoOutgoing::into_outgoing(
                            S::read_styles(&state, &context, request).await?,
                        )
                    })
                },
            )
            .headers(&["X-Theme"]),
        sdkwright_server::OperationRoute::not_served(
            <crate::operations::parameters::ReadEndless as glue::Operation>::DESCRIPTION,
        ),
    ])
}
