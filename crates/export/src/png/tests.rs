use crate::sample;

/// Width, height, and a function from x and y to RGBA.
fn pixels(file: &[u8]) -> (u32, u32, impl Fn(u32, u32) -> [u8; 4] + use<>) {
    let data = std::sync::Arc::new(file.to_vec());
    let image = scene::Image { rect: Default::default(), format: scene::ImageFormat::Png, data, alt: String::new() };
    let bitmap = crate::bitmap::decode(&image).unwrap();
    let (width, height) = (bitmap.width, bitmap.height);
    let at = move |x: u32, y: u32| {
        let start = (y * width + x) as usize * 4;
        bitmap.rgba[start..start + 4].try_into().unwrap()
    };
    (width, height, at)
}

fn check(what: &str, pixel: [u8; 4], expected: [u8; 4]) {
    let close = pixel.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 3);
    assert!(close, "{what}: {pixel:?} instead of {expected:?}");
}

#[test]
fn every_mark_leaves_its_pixels() {
    let document = sample::document();
    let file = super::write(&document.pages[0], 2.0).unwrap();
    let (width, height, at) = pixels(&file);
    assert_eq!((width, height), (800, 600));
    let white = [255, 255, 255, 255];
    check("ground", at(790, 590), white);
    check("inside the rectangle", at(480, 180), [244, 245, 245, 255]);
    check("dashed edge", at(410, 120), [224, 47, 68, 255]);
    check("upper half of the circle", at(120, 380), [50, 116, 217, 255]);
    check("lower half of the circle", at(120, 420), white);
    check("cut off by the circle", at(64, 344), white);
    check("half transparent", at(490, 325), [240, 151, 162, 255]);
    check("end of the gradient", at(100, 238), white);
    let row = |y: u32, x: std::ops::Range<u32>| x.clone().filter(|x| at(*x, y)[0] < 128).count();
    assert!(row(60, 40..400) > 20, "the title has dark pixels");
    assert!(row(290, 40..220) > 10, "the link has dark pixels");
}

#[test]
fn pictures_are_stretched_and_what_is_uncovered_is_transparent() {
    let (_, _, at) = pixels(&super::write(&sample::document().pages[1], 1.0).unwrap());
    check("red column", at(25, 60), [255, 0, 0, 255]);
    check("half transparent column", at(70, 60), [0, 0, 255, 128]);
    assert_eq!(at(135, 45)[3], 255, "the JPEG is opaque");
    check("broken picture", at(250, 60), [0, 0, 0, 0]);
    check("scaled group", at(45, 132), [0, 0, 0, 255]);
}

#[test]
fn sizes_have_limits() {
    let page = |width_px, height_px| scene::Page { width_px, height_px, marks: vec![] };
    let check = |page: scene::Page, scale, expected| assert_eq!(super::size(&page, scale).ok(), expected);
    check(page(100.2, 50.0), 1.0, Some((101, 50)));
    check(page(100.000_01, 50.0), 1.0, Some((100, 50)));
    check(page(0.0, 50.0), 1.0, None);
    check(page(f64::NAN, 50.0), 1.0, None);
    check(page(40_000.0, 50.0), 2.0, None);
    check(page(20_000.0, 20_000.0), 1.0, None);
}
