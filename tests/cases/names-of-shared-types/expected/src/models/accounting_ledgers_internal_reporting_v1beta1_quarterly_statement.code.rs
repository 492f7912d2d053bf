pub struct AccountingLedgersInternalReportingV1beta1QuarterlyStatement { pub sum: Option<i64>, extra: Extra, }
impl AccountingLedgersInternalReportingV1beta1QuarterlyStatement { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(AccountingLedgersInternalReportingV1beta1QuarterlyStatement { sum: "sum", });
glue::model!(AccountingLedgersInternalReportingV1beta1QuarterlyStatement);
