package quatre

import (
	"context"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
)

func TestPasses_EachCanBeLeftOut(t *testing.T) {
	q := make([]float64, 8)
	for i := range q {
		q[i] = 0.25*float64(i) - 1
	}
	m := counties(t, nil, nil)
	want, grad := densityAt(t, compiled(t, m, CompileOptions{Backend: Interpreter, NoMap: true}), q)
	for _, pass := range Passes() {
		for _, backend := range []BackendName{Interpreter, Auto} {
			if testing.Short() && backend == Auto {
				continue
			}
			p := compiled(t, m, CompileOptions{Backend: backend, NoMap: true, Without: []string{pass}})
			if err := p.WaitNative(context.Background()); err != nil && backend == Auto {
				t.Errorf("without %s: %v", pass, err)
			}
			got, g := densityAt(t, p, q)
			check.Close(t, got, want, check.Rel, "without ", pass)
			check.CloseSlice(t, g, grad, check.Rel, "without ", pass)
			for _, r := range p.PassReports() {
				if skipped := r.Name == pass || r.Name == passMap; r.Skipped != skipped {
					t.Errorf("without %s: %+v", pass, r)
				}
			}
		}
	}
}

func TestPasses_ReportWhatTheyDid(t *testing.T) {
	p := compiled(t, counties(t, nil, nil), CompileOptions{Backend: Interpreter})
	var text strings.Builder
	for _, r := range p.PassReports() {
		text.WriteString(r.Name + ": " + strings.Join(r.Did, "; ") + "\n")
	}
	for _, want := range []string{
		"map: ", "reduce: y: least squares, 48 rows to 5; died: repeated rows, 48 rows to 3; sizes depend on the values of age, county\n",
		"dead-code: ",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
}

func TestCompile_RefusesToLeaveOutWhatItDoesNotKnow(t *testing.T) {
	_, err := Compile(context.Background(), build(t, counties(t, nil, nil)), CompileOptions{Without: []string{"magic"}})
	if err == nil || !strings.Contains(err.Error(), "reduce") {
		t.Errorf("got %v, want an error that lists the passes", err)
	}
}
