package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/bart"
	"github.com/quatre-ppl/quatre/rng"
)

// writeTraining writes a table of y = 3·x1 + a step by town, and returns its path.
func writeTraining(t *testing.T, rows int) string {
	t.Helper()
	src := rng.NewKey(1).Stream()
	var text strings.Builder
	text.WriteString("x1,x2,town,y\n")
	for range rows {
		x1, x2, town := src.Float64(), src.Float64(), src.Intn(3)
		y := 3*x1 + float64(town%2) + 0.1*src.Normal()
		fmt.Fprintf(&text, "%.4f,%.4f,%s,%.4f\n", x1, x2, []string{"Bern", "Köln", "Rom"}[town], y)
	}
	path := filepath.Join(t.TempDir(), "train.csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBart_FitsPredictsAndShowsWhatMatters(t *testing.T) {
	train, dir := writeTraining(t, 300), filepath.Join(t.TempDir(), "fit")
	fit := []string{"bart", "fit", train, "--target", "y", "--out", dir, "--trees", "20", "--burn", "60", "--draws", "40", "--chains", "2"}
	out := want(t, 0, fit...).stdout
	for _, part := range []string{"300 rows, 3 columns", "sigma 0.", "x1", "█"} {
		if !strings.Contains(out, part) {
			t.Errorf("the summary lacks %q:\n%s", part, out)
		}
	}
	want(t, int(inOutput), fit...) // the folder is taken
	records, err := csv.NewReader(strings.NewReader(want(t, 0, "bart", "predict", dir, train).stdout)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(records) != 301 || strings.Join(records[0], ",") != "mean,sd,q5,q50,q95" {
		t.Fatal(len(records), records[0])
	}
	truth, err := os.ReadFile(train)
	if err != nil {
		t.Fatal(err)
	}
	worst := 0.0
	for i, line := range strings.Split(strings.TrimSpace(string(truth)), "\n")[1:] {
		y, _ := strconv.ParseFloat(line[strings.LastIndex(line, ",")+1:], 64)
		mean, _ := strconv.ParseFloat(records[i+1][0], 64)
		worst = max(worst, math.Abs(y-mean))
	}
	if worst > 0.7 {
		t.Error("a prediction is off by", worst)
	}
	if out := want(t, 0, "bart", "importance", dir).stdout; !strings.Contains(out, "town") {
		t.Error(out)
	}
	if out := want(t, 0, "bart", "pdp", dir, "--feature", "town", "--ice").stdout; !strings.Contains(out, "Köln") {
		t.Error(out)
	}
	for _, picture := range []string{"importance.svg", "pdp_town.svg"} {
		svg, err := os.ReadFile(filepath.Join(dir, picture))
		if err != nil || !strings.HasPrefix(string(svg), "<svg") || !strings.HasSuffix(string(svg), "</svg>\n") || strings.Contains(string(svg), "NaN") {
			t.Error(picture, err)
		}
	}
	want(t, int(usage), "bart", "pdp", dir, "--feature", "nothing")
	if err := os.WriteFile(filepath.Join(dir, fitFile), []byte("quatre trees\nbroken"), 0o600); err != nil {
		t.Fatal(err)
	}
	want(t, int(inData), "bart", "importance", dir)
	want(t, int(inData), "bart", "fit", train, "--target", "z")
}

// TestBart_PredictsSurvivalAndCounts has times and counts that grow with x1, goes on with a fit, and says what
// a family cannot do.
func TestBart_PredictsSurvivalAndCounts(t *testing.T) {
	src := rng.NewKey(2).Stream()
	var text strings.Builder
	text.WriteString("x1,time_to,event,claims,years,answer\n")
	for range 200 {
		x1 := src.Float64()
		time, event := 1+math.Floor(6*x1+2*src.Float64()), 1
		if time > 7 {
			time, event = 7, 0
		}
		years := 0.5 + src.Float64()
		claims := rng.Poisson(src, years*math.Exp(2*x1))
		fmt.Fprintf(&text, "%.4f,%v,%d,%v,%.3f,%s\n", x1, time, event, claims, years, []string{"no", "yes"}[event])
	}
	train := filepath.Join(t.TempDir(), "train.csv")
	if err := os.WriteFile(train, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	small := []string{"--trees", "10", "--burn", "30", "--draws", "20", "--chains", "2", "--quiet"}
	fit := func(dir string, args ...string) []string {
		return append(append([]string{"bart", "fit", train, "--out", dir}, args...), small...)
	}
	table := func(args ...string) [][]string {
		t.Helper()
		records, err := csv.NewReader(strings.NewReader(want(t, 0, args...).stdout)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return records
	}
	times, counts := filepath.Join(t.TempDir(), "times"), filepath.Join(t.TempDir(), "counts")
	want(t, 0, fit(times, "--target", "time_to", "--event", "event", "--family", "discrete-time", "--drop", "claims,years,answer")...)
	curves := table("bart", "survival", times, train, "--times", "2,5")
	if len(curves) != 401 || strings.Join(curves[0], ",") != "row,time,mean,sd,q5,q50,q95" {
		t.Fatal(len(curves), curves[0])
	}
	want(t, int(usage), "bart", "predict", times, train)
	want(t, 0, "bart", "pdp", times, "--feature", "time")

	want(t, 0, fit(counts, "--target", "claims", "--exposure", "years", "--family", "poisson", "--drop", "time_to,event,answer")...)
	rates, means := table("bart", "predict", counts, train), table("bart", "predict", counts, train, "--exposure", "years")
	if rates[1][0] == means[1][0] || len(means) != 201 {
		t.Error("exposures do not matter:", rates[1], means[1])
	}
	want(t, int(inData), "bart", "survival", counts, train, "--times", "2")
	want(t, 0, "bart", "fit", train, "--target", "claims", "--exposure", "years", "--drop", "time_to,event,answer", "--out", counts, "--extend", "5", "--quiet")
	if draws := table("bart", "predict", counts, train, "--draws"); len(draws[0]) != 50 {
		t.Error("after going on there are", len(draws[0]), "draws")
	}
	want(t, int(usage), "bart", "fit", train, "--target", "claims", "--extend", "5")
	if out := want(t, int(inData), "bart", "fit", train, "--target", "answer").stderr; !strings.Contains(out, "of text") {
		t.Error(out)
	}
}

// TestBart_FitsGroupsTreatmentsAndSeveralResponses goes through the kinds of fits and what can be asked of each.
func TestBart_FitsGroupsTreatmentsAndSeveralResponses(t *testing.T) {
	src := rng.NewKey(3).Stream()
	var text strings.Builder
	text.WriteString("x1,school,dose,z,y,h,grade\n")
	for i := range 150 {
		x1, dose, z := src.Float64(), src.Normal(), i%2
		y := x1 + float64(i%5) + float64(z)
		fmt.Fprintf(&text, "%.3f,s%d,%.3f,%d,%.3f,%.3f,%s\n", x1, i%5, dose, z, y+0.1*src.Normal(), -x1+0.1*src.Normal(), []string{"low", "mid", "high"}[int(3*x1)])
	}
	train := filepath.Join(t.TempDir(), "train.csv")
	if err := os.WriteFile(train, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	fit := func(name string, args ...string) string {
		dir := filepath.Join(t.TempDir(), name)
		want(t, 0, append([]string{"bart", "fit", train, "--out", dir, "--trees", "10", "--burn", "30", "--draws", "20", "--chains", "2", "--quiet"}, args...)...)
		return dir
	}
	contains := func(part string, args ...string) {
		t.Helper()
		if out := want(t, 0, append([]string{"bart"}, args...)...).stdout; !strings.Contains(out, part) {
			t.Errorf("%v: no %q in\n%s", args, part, out)
		}
	}
	groups := fit("groups", "--target", "y", "--group", "school", "--slopes", "dose", "--drop", "h,grade")
	contains("s4,dose,", "groups", groups)
	contains("log predictive density of the 150 rows", "loo", groups, train)
	contains("5 groups: slopes of dose", "fit", train, "--extend", "5", "--out", groups)
	contains("draw50", "predict", groups, train, "--draws")
	contains("school", "importance", groups, "--permute", train, "--repeats", "1")

	causal := fit("causal", "--target", "y", "--treatment", "z", "--drop", "h,grade")
	contains("mean,q5,q95", "effect", causal, train, "--average")
	contains("school", "importance", causal, "--of", "effect")
	contains("propensity", "importance", causal)
	contains("x1", "pdp", causal, "--feature", "x1")
	contains("mean,sd,q5,q50,q95", "predict", causal, train)
	contains("z     ", "importance", causal, "--permute", train, "--repeats", "1")
	want(t, int(usage), "bart", "importance", causal, "--permute", train, "--of", "effect")
	contains("mean,sd", "predict", causal, train, "--sigma")
	contains("average effect of z", "fit", train, "--extend", "5", "--out", causal)

	many := fit("many", "--target", "y,h", "--drop", "grade,z")
	contains("y.mean,y.sd,y.q5,y.q50,y.q95,h.mean", "predict", many, train)
	contains("x1", "importance", many, "--of", "h", "--permute", train)
	sigma := strings.Split(want(t, 0, "bart", "predict", many, train, "--sigma").stdout, "\n")
	if len(sigma) < 3 || sigma[1] != sigma[2] { // the same for all rows
		t.Error("sigma of several responses:", sigma[:min(len(sigma), 3)])
	}
	contains("log predictive density", "loo", many, train, "--of", "h")
	contains("correlation of its noise with that of y", "fit", train, "--extend", "5", "--out", many)
	want(t, int(usage), "bart", "importance", many)
	want(t, int(usage), "bart", "effect", many, train)

	ordinal := fit("ordinal", "--target", "grade", "--family", "ordinal", "--ordered", "grade=low<mid<high", "--drop", "y,h,z")
	contains("low,mid,high\n", "predict", ordinal, train, "--levels")
	contains("threshold above mid", "fit", train, "--extend", "5", "--out", ordinal)
	varying := fit("varying", "--target", "y", "--variance-trees", "5", "--drop", "h,z,grade")
	contains("mean,sd,q5", "predict", varying, train, "--sigma")
	want(t, int(usage), "bart", "fit", train, "--target", "y", "--group", "school", "--treatment", "z")
	want(t, int(usage), "bart", "fit", train)
	want(t, int(usage), "bart", "fit", train, "--target", "y", "--treatment", "y")
	want(t, int(usage), "bart", "survival", many, train)
}

// TestBart_TellsOfDoubts has a column of numbers with a text in it, a level that the fit does not know, and
// propensities before a causal fit.
func TestBart_TellsOfDoubts(t *testing.T) {
	dir := t.TempDir()
	train, rows, fit := filepath.Join(dir, "train.csv"), filepath.Join(dir, "new.csv"), filepath.Join(dir, "fit")
	var text strings.Builder
	text.WriteString("x,town,z,y\n-,Rom,0,1\n")
	for i := range 40 {
		fmt.Fprintf(&text, "%d,%s,%d,%d\n", i%10, []string{"Bern", "Rom"}[i%2], i/2%2, i)
	}
	for path, content := range map[string]string{train: text.String(), rows: "town,z,x\nParis,1,3\n"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	said := want(t, 0, "bart", "fit", train, "--target", "y", "--treatment", "z", "--trees", "5", "--burn", "10", "--draws", "5", "--out", fit).stderr
	for _, part := range []string{`column "x" has numbers and texts such as "-"`, "propensity, chain 1: warmup", "\nchain 1: sampling"} {
		if !strings.Contains(said, part) {
			t.Errorf("no %q in\n%s", part, said)
		}
	}
	if said := want(t, 0, "bart", "predict", fit, rows).stderr; !strings.Contains(said, `such as "Paris", in 1 of 1 rows`) {
		t.Error(said)
	}
}

// TestBart_AFaultIsNotTheDatas looks at the exit codes of a fit that failed, and at where its stack is shown.
func TestBart_AFaultIsNotTheDatas(t *testing.T) {
	fault := &bart.Fault{Chain: 2, Sweep: 7, Value: "broken", Stack: "goroutine 1"}
	for _, shown := range []string{"", "all"} {
		t.Setenv("GOTRACEBACK", shown)
		err := fitFailure("a.csv", fmt.Errorf("more: %w", fault))
		if exitCode(err) != int(internal) || !strings.Contains(err.Error(), "chain 2, sweep 7: panic: broken") {
			t.Errorf("exit code %d of %v", exitCode(err), err)
		}
		if strings.Contains(err.Error(), fault.Stack) != (shown != "") {
			t.Errorf("GOTRACEBACK=%q: %v", shown, err)
		}
	}
	if err := fitFailure("a.csv", errors.New("no rows")); exitCode(err) != int(inData) || err.Error() != "a.csv: no rows" {
		t.Errorf("exit code %d of %v", exitCode(err), err)
	}
}
