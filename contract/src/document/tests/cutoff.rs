//! A file that ends too early is told, and one that is merely faulty is not taken for it.

use super::parse_with;
use crate::diag::{Code, Levels};

/// Everything that a cut may take: a schema that is referred to, and at last the credentials.
const WHOLE: &str = "\
openapi: 3.0.3
info: {title: Cut, version: '1'}
security:
- token: []
paths:
  /a:
    get:
      parameters:
      - $ref: '#/components/parameters/Page'
      responses:
        '200':
          description: All.
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Thing'
components:
  parameters:
    Page:
      name: page
      in: query
      schema:
        type: integer
  schemas:
    Thing:
      type: object
      properties:
        part:
          $ref: '#/components/schemas/Part'
    Part:
      type: object
      properties:
        size:
          type: integer
  securitySchemes:
    token:
      type: apiKey
      in: header
      name: X-Token
";

#[test]
fn a_contract_that_is_cut_off_anywhere_in_its_components_is_never_read_without_a_word() {
    let start = WHOLE.find("components:\n").unwrap();
    let (mut refused, mut warned) = (0, 0);
    for at in start..WHOLE.find("X-Token").unwrap() {
        let (_, report) = parse_with(&WHOLE[..at], &[], Levels::lenient());
        if report.has_errors() {
            refused += 1;
        } else {
            warned += 1;
            assert!(
                !report.is_silent(),
                "cut at {at}: {:?}",
                &WHOLE[at.saturating_sub(20)..at]
            );
        }
        // A file that is cut in the middle of a line is always an error.
        if !WHOLE[..at].ends_with('\n') && !WHOLE[at..].starts_with('\n') {
            assert!(
                report.has_errors(),
                "cut at {at}: {:?}",
                &WHOLE[at.saturating_sub(20)..at]
            );
        }
    }
    assert!(refused > 10 * warned, "{refused} {warned}");
    let (_, whole) = parse_with(WHOLE, &[], Levels::lenient());
    assert!(whole.is_silent());
    let (_, without_break) = parse_with(WHOLE.trim_end(), &[], Levels::lenient());
    assert!(without_break.is_silent(), "a file may end without a line break");
}

#[test]
fn a_cut_behind_the_schemas_is_told_by_what_is_missing() {
    let before = &WHOLE[..WHOLE.find("  securitySchemes:").unwrap()];
    let told = |text: &str| parse_with(text, &[], Levels::lenient()).1;
    // Cut after a line break, the file is well-formed: the missing scheme is reported.
    assert_eq!(
        (
            told(before).count(Code::UnknownSecurity),
            told(before).count(Code::CutOff)
        ),
        (1, 0)
    );
    assert_eq!(told(before.trim_end()).count(Code::CutOff), 1);
    let mut levels = Levels::lenient();
    levels.overrides.insert(Code::CutOff, crate::diag::Level::Warning);
    assert!(!parse_with(before.trim_end(), &[], levels).1.has_errors());
}
