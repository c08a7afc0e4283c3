//! What is shown, taken along as files.

use interleave::aio::trace::Trace;
use interleave_e2e::Result;
use serde_json::Value;

use crate::{
    failures::Copy,
    page::{Page, quoted},
};

/// Keeps what would be downloaded, and lets no browser ask where to put it.
const CATCH: &str = "window.taken = [];
const made = new Map(), make = URL.createObjectURL;
URL.createObjectURL = (blob) => { const address = make.call(URL, blob); made.set(address, blob); return address; };
HTMLAnchorElement.prototype.click = function () {
  const { download, href } = this, blob = made.get(href);
  blob.arrayBuffer().then((bytes) => taken.push({ name: download, type: blob.type, text: new TextDecoder().decode(bytes), blob }));
};";

/// Goes to the list of files in the dialog.
async fn open_files(page: &Page<'_>) -> Result<()> {
    page.click("share").await?;
    page.wait("the dialog", "seen('share-dialog') && true").await?;
    page.session.execute("document.querySelector('.share [name=form][value=\"6\"]').click()", vec![]).await?;
    page.wait("the list of files", "seen('save-svg') && true").await?;
    assert!(!page.sees("snippet").await? && !page.sees("preview").await?, "what is no file stands there");
    Ok(())
}

/// Downloads one file; gives its text.
async fn download(page: &Page<'_>, ending: &str) -> Result<String> {
    let before = page.ask("taken.length").await?;
    page.click(&format!("save-{ending}")).await?;
    let file = page.wait(ending, &format!("taken.length > {before} && {{ ...taken.at(-1), blob: null }}")).await?;
    let name = file["name"].as_str().unwrap_or_default();
    assert!(name.starts_with("interleave-") && name.ends_with(&format!(".{ending}")), "{name}");
    assert_eq!(page.text("handed-over").await?, format!("{name} is with your downloads."));
    Ok(file["text"].as_str().unwrap_or_default().to_owned())
}

/// Every file has what the page shows, and can be read by whom it is for.
pub(crate) async fn every_file_has_what_is_shown(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather&latency=2&variants=gather,sequential").await?;
    page.session.execute(CATCH, vec![]).await?;
    open_files(page).await?;

    let svg = download(page, "svg").await?;
    assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"), "{svg}");
    assert!(svg.contains(">2.00 s") && svg.contains(">6.00 s") && !svg.contains("<style"), "{svg}");

    let csv = download(page, "csv").await?;
    assert!(csv.starts_with("variant,label,task,depth,state,from_s,to_s,duration_s,waits_for,outcome\r\n"), "{csv}");
    assert!(csv.contains("gather,request 1,1,1,suspended,0.000,2.000,2.000,\"the clock, until 2.000\","), "{csv}");

    let json: Value = serde_json::from_str(&download(page, "json").await?).expect("JSON");
    assert_eq!((&json["scenario"], &json["parameters"]["latency"]), (&"gather".into(), &2.into()));
    for (place, (id, seconds)) in [("gather", 2), ("sequential", 6)].into_iter().enumerate() {
        let variant = &json["variants"][place];
        assert_eq!((&variant["id"], &variant["clock"]), (&id.into(), &"virtual".into()));
        let trace = Trace::from_json(&variant["trace"].to_string()).expect("a trace");
        assert_eq!(trace.until().as_secs(), seconds);
    }

    let chrome: Value = serde_json::from_str(&download(page, "trace.json").await?).expect("JSON");
    let events = chrome["traceEvents"].as_array().expect("a list of events");
    let names = |kind: &str| events.iter().filter(|it| it["name"] == kind).map(|it| it["args"]["name"].clone()).collect::<Vec<_>>();
    assert_eq!(names("process_name"), ["gather (virtual clock)", "sequential (virtual clock)"]);
    assert_eq!(names("thread_name")[..4], ["main", "request 1", "request 2", "request 3"]);
    let count = |phase: &str| events.iter().filter(|it| it["ph"] == phase).count();
    assert!(count("X") > 8 && count("B") > 8 && count("B") == count("E"), "{chrome}");
    assert!(count("s") > 0 && count("s") == count("f"), "{chrome}");

    let text = download(page, "txt").await?;
    assert!(text.starts_with("--- gather\n") && text.contains("--- sequential\n"), "{text}");

    let python = download(page, "py").await?;
    assert!(python.contains("\nREQUESTS = 3\nLATENCY = 2.0\n\n\nasync def "), "{python}");
    assert!(python.ends_with(" s\")\n"), "{python}");
    Ok(())
}

/// The pixels are those of the drawing, two for each of its own, in its colours.
pub(crate) async fn a_picture_in_pixels_has_its_colours(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather").await?;
    page.session.execute(CATCH, vec![]).await?;
    open_files(page).await?;
    let svg = download(page, "svg").await?;
    download(page, "png").await?;
    let read = "createImageBitmap(taken.at(-1).blob).then((bitmap) => {
        const canvas = Object.assign(document.createElement('canvas'), { width: bitmap.width, height: bitmap.height });
        const context = canvas.getContext('2d');
        context.drawImage(bitmap, 0, 0);
        window.read = { width: bitmap.width, height: bitmap.height, corner: [...context.getImageData(4, 4, 1, 1).data] };
    })";
    page.session.execute(read, vec![]).await?;
    let pixels = page.wait("the pixels", "window.read").await?;
    let side = |name: &str| -> Option<f64> { svg.split_once(&format!(" {name}=\""))?.1.split('"').next()?.parse().ok() };
    for name in ["width", "height"] {
        let (pixels, drawn) = (pixels[name].as_f64().unwrap_or_default(), side(name).unwrap_or_default());
        assert!((pixels - 2.0 * drawn).abs() <= 2.0, "{name}: {pixels} of {drawn}");
    }
    let paper = svg.split_once("class=\"paper\"").and_then(|(_, rest)| rest.split_once("fill=\"#")).expect("paper").1;
    for (place, corner) in (0..3).map(|place| (place, pixels["corner"][place].as_i64().unwrap_or_default())) {
        let paper = i64::from_str_radix(&paper[2 * place..2 * place + 2], 16).unwrap_or_default();
        assert!((paper - corner).abs() <= 2, "channel {place} is {corner}, not {paper}");
    }
    Ok(())
}

/// After a run it is what was measured, with the ideal run behind it.
pub(crate) async fn a_measured_run_is_taken_as_it_was(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather&speed=20").await?;
    page.session.execute(CATCH, vec![]).await?;
    page.run().await?;
    page.wait_for_text("status", "Measured").await?;
    open_files(page).await?;
    let svg = download(page, "svg").await?;
    assert!(svg.contains("class=\"ghost\"") && svg.contains(" · measured"), "{svg}");
    let json: Value = serde_json::from_str(&download(page, "json").await?).expect("JSON");
    assert_eq!(json["variants"][1]["clock"], "real");
    Ok(())
}

/// What can be copied is copied; what cannot be made or kept is said in a sentence.
pub(crate) async fn what_fails_is_said(page: &Page<'_>) -> Result<()> {
    let copy = Copy::make()?;
    let mend = copy.take(copy.path().join("code/gather.py.html"))?;
    let site = copy.serve().await?;
    page.session.goto(site.url("?scenario=gather&code=rust")).await?;
    page.until_drawn().await?;
    page.session.execute(CATCH, vec![]).await?;
    let clipboard = "Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText: async (text) => { window.pasted = text; } } })";
    page.session.execute(clipboard, vec![]).await?;
    open_files(page).await?;

    page.click("save-py").await?;
    page.wait_for_text("handed-over", "Python could not be made: the server answered 404").await?;
    mend()?;
    page.click("copy-py").await?;
    page.wait_for_text("handed-over", "Python copied").await?;
    assert!(page.holds("pasted.includes('LATENCY = 1.0')").await?);

    page.session.execute("Object.defineProperty(navigator, 'clipboard', { value: undefined })", vec![]).await?;
    page.click("copy-csv").await?;
    page.wait_for_text("handed-over", "Your browser does not allow it").await?;
    page.session.execute("URL.createObjectURL = () => { throw new Error('no'); }", vec![]).await?;
    page.click("save-svg").await?;
    let why = "SVG could not be made: your browser does not allow downloads here.";
    page.wait("why", &format!("text('handed-over') === {}", quoted(why))).await?;
    Ok(())
}
