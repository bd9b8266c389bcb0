//go:build browser

package compare

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// browser is a headless Chromium, driven by its DevTools protocol over pipes.
type browser struct {
	t       *testing.T
	in      *os.File
	out     *bufio.Reader
	id      int
	session string
	events  []message
}

type message struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// open starts Chromium, or skips the test where it is not installed.
func open(t *testing.T) *browser {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium: install one, on Debian with apt-get install chromium")
	}
	toRead, toWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	fromRead, fromWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe", "--user-data-dir="+t.TempDir(), "about:blank")
	cmd.ExtraFiles = []*os.File{toRead, fromWrite}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	toRead.Close()
	fromWrite.Close()
	stuck := time.AfterFunc(5*time.Minute, func() { _ = cmd.Process.Kill() })
	b := &browser{t: t, in: toWrite, out: bufio.NewReaderSize(fromRead, 1<<20)}
	t.Cleanup(func() {
		b.session = ""
		b.call("Browser.close", nil, nil)
		_ = cmd.Wait()
		stuck.Stop()
		toWrite.Close()
		fromRead.Close()
	})
	var target struct{ TargetID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Network", "Runtime", "Log"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

// call sends a command and waits for its result. Events on the way are kept.
func (b *browser) call(method string, params map[string]any, result any) {
	b.t.Helper()
	b.id++
	text, err := json.Marshal(map[string]any{"id": b.id, "method": method, "params": params, "sessionId": b.session})
	if b.session == "" {
		text, err = json.Marshal(map[string]any{"id": b.id, "method": method, "params": params})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.in.Write(append(text, 0)); err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	for {
		m := b.next()
		if m.ID != b.id {
			continue
		}
		if m.Error != nil {
			b.t.Fatalf("%s: %s", method, m.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(m.Result, result); err != nil {
				b.t.Fatal(err)
			}
		}
		return
	}
}

func (b *browser) next() message {
	b.t.Helper()
	text, err := b.out.ReadBytes(0)
	if err != nil {
		b.t.Fatalf("Chromium says no more: %v", err)
	}
	var m message
	if err := json.Unmarshal(bytes.TrimSuffix(text, []byte{0}), &m); err != nil {
		b.t.Fatal(err)
	}
	if m.Method != "" {
		b.events = append(b.events, m)
	}
	return m
}

// load opens a page and waits until it is there.
func (b *browser) load(url string) {
	b.t.Helper()
	b.events = nil
	b.call("Page.navigate", map[string]any{"url": url}, nil)
	for i := 0; ; i++ {
		for ; i < len(b.events); i++ {
			if b.events[i].Method == "Page.loadEventFired" {
				return
			}
		}
		i--
		b.next()
	}
}

// eval runs a script, whose value is read into result.
func (b *browser) eval(script string, result any) {
	b.t.Helper()
	var got struct {
		Result struct {
			Value json.RawMessage
		}
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	b.call("Runtime.evaluate", map[string]any{"expression": script, "returnByValue": true}, &got)
	if e := got.ExceptionDetails; e != nil {
		b.t.Fatalf("%s: %s %s", script, e.Text, e.Exception.Description)
	}
	if err := json.Unmarshal(got.Result.Value, result); err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
}

func (b *browser) size(width, height int) {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}, nil)
}

func (b *browser) media(media, scheme string) {
	b.t.Helper()
	b.call("Emulation.setEmulatedMedia", map[string]any{"media": media, "features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// picture saves a screenshot of the whole page, if COUNTERWEIGHT_PICTURES names
// a folder for it, and checks that something is on it.
func (b *browser) picture(name string) {
	b.t.Helper()
	var shot struct{ Data string }
	b.call("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true}, &shot)
	png, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil || len(png) < 20000 {
		b.t.Errorf("%s: a screenshot of %d bytes, %v: want a page full of text and curves", name, len(png), err)
	}
	if dir := os.Getenv("COUNTERWEIGHT_PICTURES"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o666); err != nil {
			b.t.Error(err)
		}
	}
}

// reportURL writes a report that has everything: fourteen strategies, a name
// that is markup, and one that is long.
func reportURL(t *testing.T) string {
	t.Helper()
	c := small(t, strings.Join(defaults, ",")+`,{"0": 1, "1": 50}`)
	c.Strategies[3].Name = `<b onclick="alert(1)">&</b>`
	dir := t.TempDir()
	if err := run(t, sample(t, 300), c).Write(dir); err != nil {
		t.Fatal(err)
	}
	return "file://" + filepath.ToSlash(filepath.Join(dir, "report.html"))
}

// The report stands alone, fits every screen, and its text can be read.
func TestReportInABrowser(t *testing.T) {
	url := reportURL(t)
	b := open(t)
	for _, screen := range []struct {
		name          string
		width, height int
		media, scheme string
	}{
		{"phone", 360, 740, "screen", "light"}, {"phone-dark", 390, 844, "screen", "dark"},
		{"desktop", 1280, 900, "screen", "light"}, {"desktop-dark", 1280, 900, "screen", "dark"}, {"print", 1050, 700, "print", "light"},
	} {
		t.Run(screen.name, func(t *testing.T) {
			b.t = t
			b.size(screen.width, screen.height)
			b.media(screen.media, screen.scheme)
			b.load(url)
			b.picture(screen.name)
			for _, e := range b.events {
				switch e.Method {
				case "Network.requestWillBeSent":
					if !bytes.Contains(e.Params, []byte("file://")) && !bytes.Contains(e.Params, []byte(`"url":"data:`)) {
						t.Errorf("the page asks for something: %.300s", e.Params)
					}
				case "Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled":
					t.Errorf("%s: %.300s", e.Method, e.Params)
				}
			}
			var wide []int
			b.eval(`[document.documentElement.scrollWidth, document.documentElement.clientWidth]`, &wide)
			if wide[0] > wide[1] {
				t.Errorf("the page is %d wide on a screen of %d", wide[0], wide[1])
			}
			var dark bool
			b.eval(`(() => { const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number); return r + g + b < 200; })()`, &dark)
			if dark != (screen.scheme == "dark") {
				t.Errorf("dark is %v with the scheme %s", dark, screen.scheme)
			}
			var faint []string
			b.eval(contrast, &faint)
			if len(faint) > 0 {
				t.Errorf("too little contrast: %v", faint)
			}
			var small []string
			b.eval(`[...document.querySelectorAll("svg text")].filter(t => t.getBoundingClientRect().height < (matchMedia("print").matches ? 6 : 11)).map(t => t.textContent + " " + t.getBoundingClientRect().height).slice(0, 5)`, &small)
			if len(small) > 0 {
				t.Errorf("text too small to read: %v", small)
			}
		})
	}
	b.t = t
}

// contrast lists texts whose contrast to what is behind them is below 4.5, and
// curves below 3, the limits of WCAG 2.
const contrast = `(() => {
  const rgb = c => c.match(/[\d.]+/g).map(Number);
  const light = c => { const [r, g, b] = rgb(c).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
  const back = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (rgb(c).length < 4 || rgb(c)[3] > 0) return c; } return "rgb(255,255,255)"; };
  const out = [];
  for (const e of document.querySelectorAll("h1, h2, p, li, dt, dd, th, td, small, label, legend, figcaption, summary, footer, button, svg text")) {
    const style = getComputedStyle(e), r = ratio(e.closest("svg") ? style.fill : style.color, back(e));
    if (r < 4.5) out.push(e.tagName + " " + e.textContent.trim().slice(0, 30) + " " + r.toFixed(2));
  }
  for (const e of document.querySelectorAll(".curve polyline, .effect .interval")) {
    const r = ratio(getComputedStyle(e).stroke, back(e));
    if (r < 3) out.push("curve " + e.parentElement.dataset.name + " " + r.toFixed(2));
  }
  return [...new Set(out)].slice(0, 8);
})()`

// What can be done with the report: sort the table, choose curves, read values.
func TestReportAnswers(t *testing.T) {
	url := reportURL(t)
	b := open(t)
	b.size(1280, 900)
	b.load(url)

	column := `[...document.querySelectorAll("#strategies tbody tr")].map(r => Number(r.cells[1].dataset.value))`
	var given, down, up, again []float64
	b.eval(column, &given)
	click := `document.querySelectorAll("#strategies thead button")[1].click(); `
	b.eval(click+column, &down)
	b.eval(click+column, &up)
	b.eval(click+column, &again)
	for i := 1; i < len(given); i++ {
		if down[i] > down[i-1] || up[i] < up[i-1] {
			t.Errorf("sorted down %v and up %v", down, up)
			break
		}
	}
	if fmt.Sprint(given) != fmt.Sprint(again) || len(given) != 15 {
		t.Errorf("after a third click the order is %v, want that of the beginning, %v", again, given)
	}
	var sorted string
	b.eval(`document.querySelectorAll("#strategies thead button")[2].click(); document.querySelectorAll("#strategies thead th")[2].getAttribute("aria-sort")`, &sorted)
	if sorted != "descending" {
		t.Errorf("aria-sort is %q", sorted)
	}

	visible := `[...document.querySelectorAll("#precision-recall-title ~ svg .curve")].filter(c => getComputedStyle(c).display !== "none").length`
	var before, after int
	b.eval(visible, &before)
	b.eval(`document.getElementById("show-0").click(); `+visible, &after)
	if before < 2 || after != before-1 {
		t.Errorf("%d curves, and %d with one unchecked", before, after)
	}

	var box struct{ X, Y, Width, Height float64 }
	b.eval(`(() => { const s = document.querySelector("#roc-title ~ svg"); s.scrollIntoView({behavior: "instant", block: "center"}); return s.querySelector(".plot").getBoundingClientRect().toJSON(); })()`, &box)
	b.call("Input.dispatchMouseEvent", map[string]any{"type": "mouseMoved", "x": box.X + box.Width/2, "y": box.Y + box.Height/4}, nil)
	var told string
	b.eval(`document.querySelector("#roc-title ~ output").textContent`, &told)
	if !strings.Contains(told, "false positive rate") || !strings.Contains(told, "true positive rate") {
		t.Errorf("pointing at a curve tells %q", told)
	}

	var marks struct {
		Landmarks, Unlabelled, Injected int
		Lang, Title                     string
	}
	b.eval(`({
  landmarks: ["header", "main", "footer"].filter(n => document.querySelector("body > " + n)).length,
  unlabelled: [...document.querySelectorAll("svg[role=img]")].filter(s => !document.getElementById(s.getAttribute("aria-labelledby"))?.textContent).length
    + [...document.querySelectorAll("input")].filter(i => !i.labels.length || !i.labels[0].textContent.trim()).length
    + [...document.querySelectorAll("section")].filter(s => !document.getElementById(s.getAttribute("aria-labelledby"))?.textContent).length,
  injected: document.querySelectorAll("[onclick], td b, th b, label b, svg b").length,
  lang: document.documentElement.lang, title: document.title,
})`, &marks)
	if marks.Landmarks != 3 || marks.Unlabelled != 0 || marks.Injected != 0 || marks.Lang != "en" || marks.Title == "" {
		t.Errorf("%+v", marks)
	}

	// Without scripts everything can still be read, and curves be chosen.
	b.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": true}, nil)
	b.load(url)
	b.picture("no-scripts")
	var doc struct{ Root struct{ NodeID int } }
	b.call("DOM.getDocument", nil, &doc)
	var found struct{ NodeIDs []int }
	b.call("DOM.querySelectorAll", map[string]any{"nodeId": doc.Root.NodeID, "selector": "#strategies tbody tr"}, &found)
	if len(found.NodeIDs) != 15 {
		t.Errorf("%d strategies without scripts, want 15", len(found.NodeIDs))
	}
	b.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": false}, nil)
}
