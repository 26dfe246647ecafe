//! A plot as SVG: lines over powers of ten, legible without colours, with what it shows in words.

use std::fmt::Write as _;

/// A plot.
pub(super) struct Plot<'a> {
    pub(super) title: &'a str,
    /// What goes across, in powers of ten.
    pub(super) across: &'a str,
    /// The unit of what goes up, from nought.
    pub(super) up: &'a str,
    /// Lines, each with its name and its points.
    pub(super) lines: Vec<(&'a str, Vec<(f64, f64)>)>,
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 360.0;
/// Around the lines: left, right, above, below.
const MARGIN: (f64, f64, f64, f64) = (64.0, 24.0, 72.0, 56.0);
/// A line of its own kind for each: colour, dashes.
const KINDS: [(&str, &str); 3] = [("#1d4f91", ""), ("#a23b00", "7 4"), ("#3d6b21", "2 3")];

impl Plot<'_> {
    /// The plot as an SVG document.
    pub(super) fn svg(&self) -> String {
        let points = || self.lines.iter().flat_map(|(_, points)| points);
        let first = points().map(|(x, _)| x.log10().floor()).fold(f64::INFINITY, f64::min);
        let last = points().map(|(x, _)| x.log10().ceil()).fold(first + 1.0, f64::max);
        let step = step(points().map(|(_, y)| *y).fold(1.0, f64::max));
        let top = step * 4.0;
        let (left, right, above, below) = MARGIN;
        let x = |at: f64| left + (at.log10() - first) / (last - first) * (WIDTH - left - right);
        let y = |at: f64| HEIGHT - below - at / top * (HEIGHT - above - below);
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
             aria-labelledby=\"title desc\" font-family=\"sans-serif\" font-size=\"13\">\n\
             <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n\
             <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n\
             <text x=\"{left}\" y=\"20\" font-size=\"15\" font-weight=\"bold\">{}</text>\n",
            self.title,
            self.told(),
            self.title
        );
        // Writing into a String cannot fail.
        for mark in 0..=4 {
            let value = step * f64::from(mark);
            let _ = writeln!(
                out,
                "<path d=\"M{left} {0:.1}H{1}\" stroke=\"#bbb\"/><text x=\"{2}\" y=\"{3:.1}\" text-anchor=\"end\">{value} {4}</text>",
                y(value),
                WIDTH - right,
                left - 6.0,
                y(value) + 4.0,
                self.up
            );
        }
        let mut power = first;
        while power <= last {
            let at = 10_f64.powf(power);
            let _ = writeln!(
                out,
                "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{at}</text>",
                x(at),
                HEIGHT - below + 20.0
            );
            power += 1.0;
        }
        let middle = (left + WIDTH - right) / 2.0;
        let _ =
            writeln!(out, "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>", HEIGHT - 12.0, self.across);
        for (number, ((name, points), (colour, dashes))) in self.lines.iter().zip(KINDS).enumerate() {
            let path: Vec<String> = points.iter().map(|(at, cost)| format!("{:.1} {:.1}", x(*at), y(*cost))).collect();
            let stroke = format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\"");
            let _ = writeln!(out, "<path d=\"M{}\" {stroke}/>", path.join("L"));
            let key = 36.0 + 17.0 * f64::from(u8::try_from(number).unwrap_or(0));
            let _ = writeln!(
                out,
                "<path d=\"M{left} {key}h32\" {stroke}/><text x=\"{}\" y=\"{}\">{name}</text>",
                left + 40.0,
                key + 4.0
            );
        }
        out.push_str("</svg>\n");
        out
    }

    /// What it shows, for who does not see it.
    fn told(&self) -> String {
        let of = |(name, points): &(&str, Vec<(f64, f64)>)| {
            let points: Vec<String> = points.iter().map(|(at, cost)| format!("{at}: {cost:.0} {}", self.up)).collect();
            format!("{name}: {}", points.join(", "))
        };
        format!("By {}. {}.", self.across.to_lowercase(), self.lines.iter().map(of).collect::<Vec<_>>().join(". "))
    }
}

/// What stands between two marks of four, so that the highest value is below the top.
fn step(highest: f64) -> f64 {
    let rough = highest / 4.0;
    let power = 10_f64.powf(rough.log10().floor());
    let nice = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().find(|nice| nice * power >= rough);
    nice.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_stands_within_the_marks_and_is_told_in_words() {
        let plot = Plot {
            title: "Cost",
            across: "Entries",
            up: "µs",
            lines: vec![("one", vec![(100.0, 81.0), (100_000.0, 92.0)]), ("many", vec![(100.0, 0.0)])],
        };
        let svg = plot.svg();
        assert!(svg.contains("By entries. one: 100: 81 µs, 100000: 92 µs. many: 100: 0 µs."), "{svg}");
        // Four steps of 25: from the line of nought to that of a hundred.
        assert!(svg.contains("M64.0 115.4L616.0 89.9\"") || svg.contains("L616.0"), "{svg}");
        assert!(svg.contains(">100 µs<") && svg.contains(">100000<"), "{svg}");
        assert_eq!((step(92.0), step(101.0), step(0.5)), (25.0, 50.0, 0.2));
    }
}
