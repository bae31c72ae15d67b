package picture_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/input"
	"github.com/quatre-ppl/quatre/sim/picture"
)

// record runs two desks in series with three customers and names that need
// escapes.
func record(t *testing.T) (lines []picture.Line, csvText, jsonText string) {
	t.Helper()
	s := sim.New(rng.NewKey(1), sim.Options{})
	desk, till := s.Resource(`desk "A", <old>`, 1), s.Resource("till", 1)
	flow.New(s, "customers").Arrive(s.Source("a", input.Must(input.Trace([]float64{1, 1, 1})))).
		Seize(desk).Hold(flow.Const(3)).Release(desk).Seize(till).Hold(flow.Const(1)).Release(till).Depart()
	r := picture.NewRecorder(s, 1000)
	var a, b bytes.Buffer
	c, j := picture.NewCSV(s, &a), picture.NewJSONL(s, &b)
	s.SetObserver(picture.Tee(r, c, j))
	if err := s.Run(context.Background(), sim.Until{Time: 100}); err != nil {
		t.Fatal(err)
	}
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := j.Flush(); err != nil {
		t.Fatal(err)
	}
	return r.Lines, a.String(), b.String()
}

// TestTrace_NumbersTellTokensApart runs a queue in which records of tokens are
// used again: who departs has arrived, and releases what it has seized.
func TestTrace_NumbersTellTokensApart(t *testing.T) {
	s := sim.New(rng.NewKey(1), sim.Options{})
	desk := s.Resource("desk", 1)
	flow.New(s, "f").Arrive(s.Source("a", input.Must(input.Exponential(2)))).
		Seize(desk).Hold(flow.Draw(s.Source("b", input.Must(input.Exponential(1))))).Release(desk).Depart()
	r := picture.NewRecorder(s, 100000)
	s.SetObserver(r)
	if err := s.Run(context.Background(), sim.Until{Time: 1000}); err != nil {
		t.Fatal(err)
	}
	before := map[string]string{"queue": "arrive", "seize": "arrive queue", "release": "seize", "depart": "release"}
	last := map[uint64]string{}
	for _, l := range r.Lines {
		if want, ok := before[l.What]; ok && !strings.Contains(want, last[l.Number]) || last[l.Number] == "" && l.What != "arrive" {
			t.Fatalf("%+v comes after %q", l, last[l.Number])
		}
		last[l.Number] = l.What
	}
	if len(last) < 400 {
		t.Errorf("%d tokens", len(last))
	}
}

func TestTrace_IsReadBack(t *testing.T) {
	lines, csvText, jsonText := record(t)
	rows, err := csv.NewReader(strings.NewReader(csvText)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(lines)+1 || rows[1][1] != "arrive" || rows[2][4] != `desk "A", <old>` {
		t.Errorf("%d rows for %d lines: %v", len(rows), len(lines), rows[:3])
	}
	d := json.NewDecoder(strings.NewReader(jsonText))
	for i := range lines {
		var l picture.Line
		if err := d.Decode(&l); err != nil || l != lines[i] {
			t.Fatalf("line %d: %+v, want %+v (%v)", i, l, lines[i], err)
		}
	}
}

// texts returns the titles and texts of an SVG picture and checks that it is
// well-formed.
func texts(t *testing.T, svg string) string {
	t.Helper()
	var all []string
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := d.Token()
		if err == io.EOF {
			return strings.Join(all, "|")
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		if text, ok := token.(xml.CharData); ok {
			all = append(all, string(text))
		}
	}
}

func TestCharts_ShowWhoWasWhere(t *testing.T) {
	lines, _, _ := record(t)
	var gantt, queues bytes.Buffer
	if err := picture.Gantt(&gantt, "a & b", lines); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"a & b", `desk "A", <old>`, "customers 2: 4 to 7", "customers 3: 10 to 11"} {
		if !strings.Contains(texts(t, gantt.String()), part) {
			t.Errorf("the Gantt chart does not show %q", part)
		}
	}
	if err := picture.Queues(&queues, "queues", lines); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(texts(t, queues.String()), "till") || !strings.Contains(queues.String(), "<polygon") {
		t.Errorf("%s", &queues)
	}
}

func TestCharts_OfNothing(t *testing.T) {
	for _, draw := range []func(io.Writer, string, []picture.Line) error{picture.Gantt, picture.Queues, picture.Animation} {
		if err := draw(io.Discard, "nothing", nil); err != nil {
			t.Error(err)
		}
	}
}

// browse opens an animation at a moment in a headless browser and returns the
// page as it is then.
func browse(t *testing.T, title string, lines []picture.Line, time string) string {
	t.Helper()
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no chromium")
	}
	var page bytes.Buffer
	if err := picture.Animation(&page, title, lines); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "animation.html")
	if err := os.WriteFile(file, page.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	at := url.URL{Scheme: "file", Path: file, Fragment: "t=" + time}
	ctx, cancel := context.WithTimeout(context.Background(), minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+t.TempDir(), "--dump-dom", at.String()).Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

const minute = 60 * time.Second

func TestAnimation_RunsInABrowser(t *testing.T) {
	lines, _, _ := record(t)
	page := browse(t, "</script> & desks", lines, "7.5")
	for _, part := range []string{
		"3 arrived, 2 in the system, 1 departed", `<span id="clock">7.50000</span>`, "<h1>&lt;/script&gt; &amp; desks</h1>",
		`<button id="play">play</button>`,
	} {
		if !strings.Contains(page, part) {
			t.Errorf("the page does not say %q", part)
		}
	}
}

// TestAnimation_CountsCopiesAndBatches looks at two tokens with a copy each, which
// ride a conveyor, meet again and make a batch.
func TestAnimation_CountsCopiesAndBatches(t *testing.T) {
	if testing.Short() {
		t.Skip("the browser starts twice")
	}
	s := sim.New(rng.NewKey(1), sim.Options{})
	desk := s.Resource("desk", 1)
	f := flow.New(s, "f")
	belt := f.Conveyor("belt", 4, 1, 1, true)
	f.Arrive(s.Source("a", input.Must(input.Trace([]float64{1, 1})))).Split(1).Transport(belt).Leave(belt).
		Seize(desk).Hold(flow.Const(1)).Release(desk).Combine().Batch(2).Hold(flow.Const(5)).Unbatch().Depart()
	r := picture.NewRecorder(s, 1000)
	s.SetObserver(r)
	if err := s.Run(context.Background(), sim.Until{Time: 100}); err != nil {
		t.Fatal(err)
	}
	for time, want := range map[string]string{
		"10": "2 arrived, 2 in the system, 0 departed",
		"50": "2 arrived, 0 in the system, 2 departed",
	} {
		if page := browse(t, "copies", r.Lines, time); !strings.Contains(page, want) {
			_, got, _ := strings.Cut(page, `<p id="counts">`)
			t.Errorf("at time %s the page does not say %q: %.50s", time, want, got)
		}
	}
}

func TestFit_ShowsSampleAndCurves(t *testing.T) {
	var b bytes.Buffer
	err := picture.Fit(&b, "fit", []float64{3, 1, 2}, picture.Curve{Name: "a < b", CDF: func(x float64) float64 { return x / 4 }})
	if err != nil || !strings.Contains(texts(t, b.String()), "a < b") || !strings.Contains(b.String(), "polyline") {
		t.Errorf("%v\n%s", err, &b)
	}
	if err := picture.Fit(io.Discard, "fit", []float64{1, 1}); err == nil {
		t.Error("a sample of equal numbers was drawn")
	}
}
