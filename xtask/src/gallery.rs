//! `cargo xtask gallery`: the dashboards of docs/gallery as pictures, light and dark, drawn by the program's own command line.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

/// Draws docs/gallery/*.json into PNGs
#[derive(clap::Args)]
pub struct Args {
    /// Only dashboards whose file name begins so
    #[arg(default_value = "")]
    only: String,
    /// Another folder for the pictures
    #[arg(long)]
    out: Option<PathBuf>,
    /// Draws beside them instead, and fails where a picture is not the committed one
    #[arg(long, conflicts_with = "out")]
    check: bool,
}

/// Three panels of eight columns beside each other, in a width that a page on the web shows whole.
const WIDTH_PX: &str = "1200";

pub fn run(args: &Args) -> Result<()> {
    let root = crate::root();
    let gallery = root.join("docs/gallery");
    let beside = args.check.then(|| root.join("target/gallery"));
    let out = beside.or(args.out.clone()).unwrap_or_else(|| gallery.clone());
    let mut changed = Vec::new();
    std::fs::create_dir_all(&out)?;
    crate::ci::call(&root, "cargo", &["build", "--quiet", "--bin", "broadsheet"])?;
    for dashboard in dashboards(&gallery, &args.only)? {
        for theme in ["light", "dark"] {
            let stem = dashboard.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let picture = out.join(format!("{stem}-{theme}.png"));
            draw(&root, &dashboard, theme, &picture)?;
            let bytes = with_palette(&std::fs::read(&picture)?).with_context(|| picture.display().to_string())?;
            std::fs::write(&picture, bytes)?;
            println!("{}", picture.display());
            let committed = gallery.join(picture.file_name().unwrap_or_default());
            if args.check && std::fs::read(&committed).ok() != std::fs::read(&picture).ok() {
                changed.push(picture.display().to_string());
            }
        }
    }
    ensure!(changed.is_empty(), "not as committed; look at them, then run it without --check:\n{}", changed.join("\n"));
    Ok(())
}

/// The dashboards of a folder whose file names begin so, in the order of their names.
pub fn dashboards(folder: &Path, begin: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let named = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(".json") && name.starts_with(begin));
        found.extend(named.then_some(path));
    }
    found.sort();
    Ok(found)
}

/// Warnings fail: nothing in the gallery may be missing.
fn draw(root: &Path, dashboard: &Path, theme: &str, picture: &Path) -> Result<()> {
    let mut command = Command::new(root.join("target/debug/broadsheet"));
    command.env_remove("BROADSHEET_GRAFANA_URL").args(["render", "--theme", theme, "--width", WIDTH_PX]);
    let ran = command.arg("--file").arg(dashboard).arg("--output").arg(picture).output()?;
    let said = String::from_utf8_lossy(&ran.stderr);
    if !ran.status.success() || !said.is_empty() {
        bail!("{}: {said}", dashboard.display());
    }
    Ok(())
}

/// Colours of a picture with a palette.
const MOST_COLORS: usize = 256;

type Rgb = [u8; 3];

/// The same picture with at most 256 colours, which is a third of the bytes: charts have few colours and many shades of their edges.
fn with_palette(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info()?;
    let mut buffer = vec![0; reader.output_buffer_size().context("too large")?];
    let info = reader.next_frame(&mut buffer)?;
    let n_channels = info.color_type.samples();
    ensure!(n_channels >= 3 && info.bit_depth == png::BitDepth::Eight, "expected a coloured picture with 8 bits");
    let pixels: Vec<Rgb> = buffer.chunks_exact(n_channels).map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    let mut counts: BTreeMap<Rgb, usize> = BTreeMap::new();
    for pixel in &pixels {
        *counts.entry(*pixel).or_default() += 1;
    }
    let palette = palette(&counts);
    let index: HashMap<Rgb, u8> = counts.keys().map(|color| (*color, nearest(&palette, *color))).collect();
    let indices: Vec<u8> = pixels.iter().map(|pixel| index[pixel]).collect();
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, info.width, info.height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    encoder.write_header()?.write_image_data(&indices)?;
    Ok(out)
}

/// Median cut: the box of colours with the widest spread, weighed by how much of the picture it is, is cut in half until there
/// are enough. Colours that fill areas stay exactly what they are.
fn palette(counts: &BTreeMap<Rgb, usize>) -> Vec<Rgb> {
    let total: usize = counts.values().sum();
    let mut boxes: Vec<Vec<(Rgb, usize)>> = Vec::new();
    let mut rest = Vec::new();
    for (color, count) in counts {
        // A thousandth of the picture in one colour is an area, not an edge.
        if *count * 1000 >= total && boxes.len() < MOST_COLORS / 2 {
            boxes.push(vec![(*color, *count)])
        } else {
            rest.push((*color, *count))
        }
    }
    boxes.extend((!rest.is_empty()).then_some(rest));
    while boxes.len() < MOST_COLORS {
        let weight = |one: &Vec<(Rgb, usize)>| {
            let n_pixels: usize = one.iter().map(|(_, count)| count).sum();
            (spread(one).0 as f64).powi(2) * (n_pixels as f64).sqrt()
        };
        let Some(widest) = (0..boxes.len()).max_by(|a, b| weight(&boxes[*a]).total_cmp(&weight(&boxes[*b]))) else { break };
        let (width, channel) = spread(&boxes[widest]);
        if width == 0 {
            break;
        }
        let mut colors = boxes.swap_remove(widest);
        colors.sort_by_key(|(color, _)| (color[channel], *color));
        let half = colors.iter().map(|(_, count)| count).sum::<usize>() / 2;
        let mut seen = 0;
        let cut = colors.iter().position(|(_, count)| {
            seen += count;
            seen > half
        });
        let at = cut.unwrap_or(0).clamp(1, colors.len() - 1);
        boxes.push(colors.split_off(at));
        boxes.push(colors);
    }
    let mut palette: Vec<Rgb> = boxes.iter().map(|one| mean(one)).collect();
    palette.sort();
    palette.dedup();
    palette
}

/// How far apart colours are in the channel where they differ most, and which that is.
fn spread(colors: &[(Rgb, usize)]) -> (u8, usize) {
    let width = |channel: usize| {
        let values = || colors.iter().map(|(color, _)| color[channel]);
        values().max().unwrap_or(0) - values().min().unwrap_or(0)
    };
    (0..3).map(|channel| (width(channel), channel)).max().unwrap_or((0, 0))
}

fn mean(colors: &[(Rgb, usize)]) -> Rgb {
    let total: usize = colors.iter().map(|(_, count)| count).sum();
    [0, 1, 2].map(|channel| (colors.iter().map(|(color, count)| usize::from(color[channel]) * count).sum::<usize>() / total.max(1)) as u8)
}

fn nearest(palette: &[Rgb], color: Rgb) -> u8 {
    let distance = |other: &Rgb| (0..3).map(|i| (i32::from(other[i]) - i32::from(color[i])).pow(2)).sum::<i32>();
    (0..palette.len()).min_by_key(|index| distance(&palette[*index])).unwrap_or(0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_keep_their_colours() {
        let mut counts: BTreeMap<Rgb, usize> = (0..=255).map(|shade| ([shade, shade / 2, 7], 1)).collect();
        counts.insert([200, 10, 10], 10_000);
        counts.extend((0..=255).map(|shade| ([9, shade, 200], 2)));
        let palette = palette(&counts);
        assert!(palette.len() <= MOST_COLORS && palette.len() > 200, "{}", palette.len());
        assert!(palette.contains(&[200, 10, 10]));
        assert_eq!(palette[usize::from(nearest(&palette, [200, 10, 10]))], [200, 10, 10]);
    }
}
