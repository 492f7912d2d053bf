#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
#![allow(
    clippy::many_single_char_names,
    reason = "these are the names of the formula of a curve"
)]

use crate::{Diagram, LabelLine, StateBox, StateRole};

fn diagram(states: &[&str], arrows: &[(usize, usize, &str)]) -> Diagram {
    let state = |name: &&str| StateBox {
        name: (*name).to_owned(),
        roles: Vec::new(),
    };
    let mut diagram = Diagram::new("States".to_owned(), states.iter().map(state).collect());
    for (from, to, label) in arrows {
        let line = |text: &str| LabelLine {
            text: text.to_owned(),
            is_ours: false,
        };
        diagram.connect(*from, *to, label.lines().map(line).collect());
    }
    diagram
}

/// Fifteen states with circles, arrows from a state to itself, both directions, and long words.
fn large() -> Diagram {
    let names: Vec<String> = (0..15).map(|index| format!("STATE_{}", "X".repeat(index))).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut arrows: Vec<(usize, usize, &str)> = (0..14).map(|index| (index, index + 1, "owner")).collect();
    arrows.extend([
        (14, 0, "again"),
        (7, 7, "waits"),
        (3, 3, "things().check\nowner"),
        (5, 4, "back"),
        (9, 2, "far_back().call"),
    ]);
    arrows.extend((0..13).map(|index| (index, 14, "cancel_everything_at_once().now")));
    diagram(&names, &arrows)
}

/// A rectangle: left, top, right, bottom.
type Area = (i32, i32, i32, i32);

/// Value of an attribute of an element.
fn number(element: &str, name: &str) -> i32 {
    let (_, after) = element
        .split_once(&format!(" {name}=\""))
        .unwrap_or_else(|| panic!("{name}: {element}"));
    after.split('"').next().unwrap().parse().unwrap()
}

fn areas(picture: &str, class: &str) -> Vec<Area> {
    let elements = picture
        .lines()
        .filter(|line| line.starts_with(&format!("<rect class=\"{class}\" x")));
    let area = |line: &str| {
        let (x, y) = (number(line, "x"), number(line, "y"));
        (x, y, x + number(line, "width"), y + number(line, "height"))
    };
    elements.map(area).collect()
}

fn overlap(one: Area, other: Area) -> bool {
    one.0 < other.2 && other.0 < one.2 && one.1 < other.3 && other.1 < one.3
}

/// Points of a cubic curve, the pieces of a path, on a hundred places each.
fn points(path: &str) -> Vec<(i32, i32)> {
    // A letter becomes a number that is no coordinate.
    let numbers = path
        .replace('M', " -1001 ")
        .replace('V', " -1002 ")
        .replace('C', " -1003 ");
    let numbers: Vec<i32> = numbers
        .split_whitespace()
        .map(|number| number.parse().unwrap())
        .collect();
    let (mut at, mut points) = ((0, 0), Vec::new());
    let mut rest = &numbers[..];
    while let [kind, tail @ ..] = rest {
        match (kind, tail) {
            (-1001, [x, y, tail @ ..]) => (at, rest) = ((*x, *y), tail),
            (-1002, [y, tail @ ..]) => {
                points.extend((0..=100).map(|step| (at.0, at.1 + (y - at.1) * step / 100)));
                (at, rest) = ((at.0, *y), tail);
            }
            (-1003, [x1, y1, x2, y2, x, y, tail @ ..]) => {
                for t in 0..=100i64 {
                    let u = 100 - t;
                    let mix = |a: i32, b: i32, c: i32, d: i32| {
                        let (a, b, c, d) = (i64::from(a), i64::from(b), i64::from(c), i64::from(d));
                        i32::try_from(
                            (u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d) / 1_000_000,
                        )
                        .unwrap()
                    };
                    points.push((mix(at.0, *x1, *x2, *x), mix(at.1, *y1, *y2, *y)));
                }
                (at, rest) = ((*x, *y), tail);
            }
            other => panic!("{other:?} in {path}"),
        }
    }
    points
}

#[test]
fn no_box_and_no_label_overlaps_another_and_all_are_inside() {
    let picture = large().file("made by a test").unwrap();
    let (boxes, labels) = (areas(&picture, "box"), areas(&picture, "paper"));
    assert_eq!((boxes.len(), labels.len()), (15, large().arrows.len()));
    let all = [boxes, labels].concat();
    for (index, one) in all.iter().enumerate() {
        for other in &all[..index] {
            assert!(!overlap(*one, *other), "{one:?} and {other:?}\n{picture}");
        }
        let (wide, high) = (number(&picture, "width"), number(&picture, "height"));
        assert!(
            one.0 >= 0 && one.1 >= 0 && one.2 <= wide && one.3 <= high,
            "{one:?} is not within {wide} and {high}"
        );
    }
}

#[test]
fn no_arrow_passes_through_a_box_and_each_passes_through_its_own_label_alone() {
    let picture = large().file("made by a test").unwrap();
    let (boxes, labels) = (areas(&picture, "box"), areas(&picture, "paper"));
    let paths = picture.lines().filter(|line| line.starts_with("<path class=\"line"));
    for line in paths.filter(|line| line.contains('V')) {
        let path = line.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
        let inside = |area: &&Area| {
            points(path)
                .iter()
                .any(|(x, y)| *x > area.0 && *x < area.2 && *y > area.1 && *y < area.3)
        };
        assert_eq!(boxes.iter().filter(inside).count(), 0, "{line}");
        assert_eq!(labels.iter().filter(inside).count(), 1, "{line}");
    }
}

/// One state that leads to twelve others, each of which leads on to the last one and back to the first.
fn fan() -> Diagram {
    let names: Vec<String> = (0..14).map(|index| format!("STATE_OF_THE_FAN_{index}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let out = (1..13).map(|index| (0, index, "transfers()\n.submit_again"));
    let on = (1..13).map(|index| (index, 13, "owner"));
    let back = (1..5).map(|index| (index, 0, "owner"));
    diagram(&names, &out.chain(on).chain(back).collect::<Vec<_>>())
}

#[test]
fn a_picture_fits_a_narrow_page() {
    let (long, label) = (
        ["A".repeat(70), "B".repeat(70)],
        format!("things()\n.{}", "submit_".repeat(9)),
    );
    let long = diagram(&[&long[0], &long[1]], &[(0, 1, &label)]);
    for (name, drawn) in [("large", large()), ("fan", fan()), ("long", long)] {
        let picture = drawn.file("made by a test").unwrap();
        assert!(
            number(&picture, "width") <= 440,
            "{name}: {}",
            number(&picture, "width")
        );
    }
}

#[test]
fn each_text_is_as_wide_as_its_place() {
    let picture = diagram(&["A", "ZUSTAND_ÜBER", "状態"], &[(0, 1, "eigner"), (1, 2, "所有者")])
        .file("")
        .unwrap();
    for (text, wide) in [
        (">A<", 8),
        (">ZUSTAND_ÜBER<", 96),
        (">状態<", 32),
        (">eigner<", 42),
        (">所有者<", 42),
    ] {
        let line = picture.lines().find(|line| line.contains(text)).unwrap();
        assert_eq!(number(line, "textLength"), wide, "{line}");
    }
    for one in areas(&picture, "box") {
        assert!(one.2 - one.0 >= 8 + 24, "{one:?}");
    }
}

#[test]
fn text_of_a_contract_stays_text() {
    let mut hostile = diagram(&["</svg><script>", "A & B\u{0}"], &[(0, 1, "\"<owner>\"")]);
    hostile.connect(
        0,
        0,
        vec![LabelLine {
            text: "<!-- & -->\n]]>".to_owned(),
            is_ours: true,
        }],
    );
    let picture = hostile.file("made from a--b.yaml").unwrap();
    assert!(
        picture.contains("<metadata>made from a--b.yaml</metadata>"),
        "{picture}"
    );
    for part in [
        "&lt;/svg&gt;&lt;script&gt;",
        "A &amp; B\u{fffd}",
        "&quot;&lt;owner&gt;&quot;",
        "&lt;!-- &amp; --&gt; ]]&gt;.</desc>",
    ] {
        assert!(picture.contains(part), "{part}\n{picture}");
    }
    assert_eq!(picture.matches("</svg>").count(), 1);
}

#[test]
fn states_in_a_circle_alone_and_without_arrows_have_their_places() {
    let circle = diagram(&["A", "B", "C"], &[(0, 1, "x"), (1, 2, "x"), (2, 0, "x")]);
    assert_eq!(areas(&circle.file("").unwrap(), "box").len(), 3);
    let alone = diagram(&["A", "B", "C", "D"], &[(1, 1, "x")]);
    assert_eq!(areas(&alone.file("").unwrap(), "box").len(), 4);
    assert!(diagram(&["A", "B"], &[]).title().is_none(), "there is nothing to draw");
}

#[test]
fn a_lifecycle_larger_than_a_page_is_not_drawn() {
    let names: Vec<String> = (0..41).map(|index| format!("S{index}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert!(diagram(&names, &[(0, 1, "x")]).file("").is_none());
    assert!(diagram(&names[..40], &[(0, 1, "x")]).file("").is_some());
}

#[test]
fn an_element_has_no_style_of_its_own_and_marks_the_present_state() {
    let mut states = diagram(&["NEW"], &[]).states;
    states.push(StateBox {
        name: "SENT".to_owned(),
        roles: vec![StateRole::Final, StateRole::Present],
    });
    let mut now = Diagram::new("States".to_owned(), states);
    now.connect(0, 1, Vec::new());
    let (element, file) = (now.element().unwrap(), now.file("").unwrap());
    assert!(!element.contains("<style>") && file.contains("<style>"));
    let (_, present) = element.split_once("<g class=\"present\">").unwrap();
    let (present, _) = present.split_once("</g>").unwrap();
    assert_eq!(present.matches("<rect ").count(), 2, "{element}");
    assert!(
        present.contains(">SENT<") && present.contains(">final, present<"),
        "{element}"
    );
}
