//! The spans and measures of the client, exported by OpenTelemetry.

use std::io::Write as _;

use oceafin_partner::http::Method;
use oceafin_partner::metrics::{AttemptEnd, Metrics};
use opentelemetry::metrics::{Histogram, MeterProvider as _};
use opentelemetry::trace::{SpanKind, TracerProvider as _};
use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ResourceMetrics, ScopeMetrics};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, SdkMeterProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::builder;
use crate::server::Server;

/// Measures attempts as OpenTelemetry defines it for HTTP clients.
struct Durations(Histogram<f64>);

impl Metrics for Durations {
    fn attempt(&self, attempt: &AttemptEnd<'_>) {
        let mut labels = vec![
            KeyValue::new("http.request.method", attempt.endpoint.method().to_string()),
            KeyValue::new("sdk.operation", attempt.endpoint.operation().to_owned()),
        ];
        let status = attempt.status.map(i64::from);
        labels.extend(status.map(|status| KeyValue::new("http.response.status_code", status)));
        labels.extend(attempt.error.map(|kind| KeyValue::new("error.type", kind.as_str())));
        self.0.record(attempt.took.as_secs_f64(), &labels);
    }
}

#[tokio::test]
async fn spans_and_durations_are_exported() {
    let (spans, measures) = (InMemorySpanExporter::default(), InMemoryMetricExporter::default());

    // Once, when the application starts. Use the exporter of your collector in place of the two in memory.
    let tracers = SdkTracerProvider::builder().with_simple_exporter(spans.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(tracers.tracer("my-service"));
    tracing_subscriber::registry().with(layer).init();
    let meters = SdkMeterProvider::builder()
        .with_periodic_exporter(measures.clone())
        .build();
    let meter = meters.meter("my-service");
    let durations = meter.f64_histogram("http.client.request.duration").with_unit("s");
    let durations = Durations(durations.build());

    let busy = std::sync::atomic::AtomicBool::new(true);
    let server = Server::start(move |stream| {
        let status = if busy.swap(false, std::sync::atomic::Ordering::SeqCst) {
            503
        } else {
            200
        };
        write!(
            stream,
            "HTTP/1.1 {status} X\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"
        )
        .unwrap();
    });
    let client = builder(&server.url).metrics(durations).build().unwrap();
    client.raw(Method::GET, "/v1/exported").await.unwrap();

    tracers.force_flush().unwrap();
    meters.force_flush().unwrap();
    // Tests of other modules use the same subscriber.
    let port = server.url.rsplit(':').next().unwrap().parse::<i64>().unwrap();
    let all = spans.get_finished_spans().unwrap();
    let value = |span: &opentelemetry_sdk::trace::SpanData, name: &str| {
        let found = span.attributes.iter().find(|one| one.key.as_str() == name);
        found.map(|one| one.value.clone())
    };
    let own = all
        .iter()
        .filter(|span| value(span, "server.port") == Some(Value::I64(port)));
    let own: Vec<_> = own
        .map(|span| {
            (
                span.name.to_string(),
                span.span_kind.clone(),
                value(span, "http.response.status_code"),
            )
        })
        .collect();
    let line = |kind, status| ("GET".to_owned(), kind, Some(Value::I64(status)));
    assert_eq!(
        own,
        [
            line(SpanKind::Client, 503),
            line(SpanKind::Client, 200),
            line(SpanKind::Internal, 200)
        ]
    );

    let exported = measures.get_finished_metrics().unwrap();
    let mut counts: Vec<(String, u64)> = Vec::new();
    for metric in exported
        .iter()
        .flat_map(ResourceMetrics::scope_metrics)
        .flat_map(ScopeMetrics::metrics)
    {
        let AggregatedMetrics::F64(MetricData::Histogram(histogram)) = metric.data() else {
            continue;
        };
        counts.extend(histogram.data_points().map(|point| {
            let status = point
                .attributes()
                .find(|one| one.key.as_str() == "http.response.status_code");
            (
                status.map(|one| one.value.to_string()).unwrap_or_default(),
                point.count(),
            )
        }));
    }
    counts.sort();
    assert_eq!(counts, [("200".to_owned(), 1), ("503".to_owned(), 1)]);
}
