package smc2_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/internal/parallel"
	"github.com/quatre-ppl/quatre/smc/internal/problems"
	"github.com/quatre-ppl/quatre/smc/models"
	"github.com/quatre-ppl/quatre/smc/prior"
	"github.com/quatre-ppl/quatre/smc/smc2"
	"github.com/quatre-ppl/quatre/tensor"
)

// referencesFile holds posteriors by importance sampling, which
// TestReferences_AreWritten computes.
const referencesFile = "testdata/references.json"

// reference is a posterior with its standard errors.
type reference struct {
	States      int       `json:"states"`
	Draws       int       `json:"draws"`
	ESS         float64   `json:"ess"`
	LogEvidence float64   `json:"log_evidence"`
	SE          float64   `json:"se"`
	Names       []string  `json:"names"`
	Mean        []float64 `json:"mean"`
	MeanSE      []float64 `json:"mean_se"`
	SD          []float64 `json:"sd"`
	SDSE        []float64 `json:"sd_se"`
}

// wandering is the SEIR problem whose infection rate wanders, by a parameter of
// its own.
func wandering(population float64) smc2.Problem {
	p := epidemic(population)
	p.Space = append(p.Space, prior.Parameter{Name: "tau", Law: prior.Uniform{Low: 0, High: 0.3}})
	p.Model = func(theta []float64) (smc.Model, error) {
		return models.Epidemic{
			Population: population, Infected: 5, Beta: theta[0], Sigma: theta[1], Gamma: theta[2], BetaSD: theta[3],
			Report: models.NegBinomialReport{Coordinate: models.NewCases, Fraction: 1, Floor: 0.1, Size: 10},
		}.SEIR()
	}
	return p
}

// referenceProblem returns a problem of the file with its data.
func referenceProblem(t *testing.T, name string) (smc2.Problem, []float64) {
	t.Helper()
	var sets problems.SEIR
	problems.Read(t, "seir", &sets)
	if name == "time-varying, wandering" {
		set := sets.Sets["time-varying"]
		return wandering(float64(set.N)), set.Y
	}
	set := sets.Sets[name]
	return epidemic(float64(set.N)), set.Y
}

// kernels is a mixture of Student laws around points and, for a tenth, the
// prior.
type kernels struct {
	space  prior.Space
	points [][]float64
	scale  float64
	root   [][]float64 // of the points' covariance, lower triangular
}

// priorShare is the weight of the prior in the mixture, which bounds the
// weights of draws far away.
const priorShare = 0.1

// degrees is those of freedom of the kernels.
const degrees = 5

// newKernels centres kernels on points drawn by their weights.
func newKernels(space prior.Space, z [][]float64, logW []float64, src *rng.Stream) *kernels {
	const centres = 300
	d := len(space)
	total := tensor.LogSumExp(logW)
	w, ess := make([]float64, len(z)), 0.0
	mean, cov := make([]float64, d), make([][]float64, d)
	for i, l := range logW {
		w[i] = math.Exp(l - total)
		ess += w[i] * w[i]
		for k := range d {
			mean[k] += w[i] * z[i][k]
		}
	}
	ess = 1 / ess
	for k := range d {
		cov[k] = make([]float64, d)
		for i := range z {
			for l := range k + 1 {
				cov[k][l] += w[i] * (z[i][k] - mean[k]) * (z[i][l] - mean[l])
			}
		}
		cov[k][k] += 1e-6
	}
	k := &kernels{space: space, root: rootOf(cov), scale: math.Pow(4/((float64(d)+2)*math.Min(ess, centres)), 1/(float64(d)+4))}
	for range centres {
		k.points = append(k.points, z[rng.Categorical(src, w)])
	}
	return k
}

// rootOf is the Cholesky factor.
func rootOf(a [][]float64) [][]float64 {
	l := make([][]float64, len(a))
	for i := range a {
		l[i] = make([]float64, len(a))
		for j := range i + 1 {
			s := a[i][j]
			for k := range j {
				s -= l[i][k] * l[j][k]
			}
			if i == j {
				l[i][i] = math.Sqrt(s)
			} else {
				l[i][j] = s / l[j][j]
			}
		}
	}
	return l
}

// draw returns a point of the whole line.
func (k *kernels) draw(src *rng.Stream) []float64 {
	d := len(k.space)
	z := make([]float64, d)
	if k.points == nil || src.Float64() < priorShare {
		theta := make([]float64, d)
		k.space.Draw(theta, src)
		k.space.Unconstrain(z, theta)
		return z
	}
	copy(z, k.points[int(src.Float64()*float64(len(k.points)))])
	s := k.scale * math.Sqrt(degrees/rng.ChiSquare(src, degrees))
	noise := make([]float64, d)
	src.FillNormal(noise)
	for i := range z {
		for j := range i + 1 {
			z[i] += s * k.root[i][j] * noise[j]
		}
	}
	return z
}

// logDensity is that of draw.
func (k *kernels) logDensity(z []float64) float64 {
	d := len(z)
	logPrior := k.space.LogDensityAt(make([]float64, d), z)
	if k.points == nil {
		return logPrior
	}
	norm := math.Log(1 - priorShare)
	a, _ := math.Lgamma((degrees + float64(d)) / 2)
	b, _ := math.Lgamma(degrees / 2.0)
	norm += a - b - float64(d)/2*math.Log(degrees*math.Pi) - float64(d)*math.Log(k.scale) - math.Log(float64(len(k.points)))
	for i := range d {
		norm -= math.Log(k.root[i][i])
	}
	logs := []float64{math.Log(priorShare) + logPrior}
	gap := make([]float64, d)
	for _, p := range k.points {
		square := 0.0
		for i := range gap {
			gap[i] = (z[i] - p[i]) / k.scale
			for j := range i {
				gap[i] -= k.root[i][j] * gap[j]
			}
			gap[i] /= k.root[i][i]
			square += gap[i] * gap[i]
		}
		logs = append(logs, norm-(degrees+float64(d))/2*math.Log1p(square/degrees))
	}
	return tensor.LogSumExp(logs)
}

// weigh draws points and weighs them by prior and estimated evidence; an
// estimate that is unbiased keeps the weights right (Tran, Scharth, Pitt and
// Kohn 2013).
func (k *kernels) weigh(t *testing.T, p smc2.Problem, y []float64, draws, states int, key rng.Key) (z [][]float64, logW []float64) {
	t.Helper()
	z, logW = make([][]float64, draws), make([]float64, draws)
	filters := make([]*smc.Filter, 2)
	err := parallel.Each(draws, len(filters), func(i, worker int) error {
		own := key.Child("draw", uint64(i))
		z[i] = k.draw(own.Stream())
		theta := make([]float64, len(z[i]))
		logW[i] = p.Space.LogDensityAt(theta, z[i]) - k.logDensity(z[i])
		if math.IsInf(logW[i], -1) {
			return nil
		}
		m, err := p.At(theta)
		if err != nil {
			return err
		}
		target := smc.Bootstrap(m, smc.Series(y))
		if filters[worker] == nil {
			if filters[worker], err = smc.NewFilter(target, own, smc.Options{Particles: states}); err != nil {
				return err
			}
		}
		f := filters[worker]
		f.Reset(target, own.Child("filter"))
		for f.Step() {
		}
		logW[i] += f.LogEvidence()
		if f.Err() != nil {
			logW[i] = math.Inf(-1)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return z, logW
}

// summarise returns moments with their standard errors by the delta method.
func summarise(space prior.Space, z [][]float64, logW []float64) *reference {
	n := float64(len(z))
	total := tensor.LogSumExp(logW)
	squares := 0.0
	for _, l := range logW {
		squares += math.Exp(2 * (l - total))
	}
	r := &reference{Draws: len(z), ESS: 1 / squares, LogEvidence: total - math.Log(n), SE: math.Sqrt(squares - 1/n), Names: space.Names()}
	theta := make([]float64, len(space))
	for d := range space {
		x := make([]float64, len(z))
		mean, variance, meanSE, sdSE := 0.0, 0.0, 0.0, 0.0
		for i := range z {
			space.Constrain(theta, z[i])
			x[i] = theta[d]
			mean += math.Exp(logW[i]-total) * x[i]
		}
		for i, v := range x {
			variance += math.Exp(logW[i]-total) * (v - mean) * (v - mean)
		}
		for i, v := range x {
			square := math.Exp(2 * (logW[i] - total))
			gap := (v - mean) * (v - mean)
			meanSE += square * gap
			sdSE += square * (gap - variance) * (gap - variance)
		}
		sd := math.Sqrt(variance)
		r.Mean, r.MeanSE = append(r.Mean, mean), append(r.MeanSE, math.Sqrt(meanSE))
		r.SD, r.SDSE = append(r.SD, sd), append(r.SDSE, math.Sqrt(sdSE)/(2*sd))
	}
	return r
}

// TestReferences_AreWritten computes the references anew: importance sampling
// from kernels that three rounds of draws shape. It takes half an hour, so it
// runs only where QUATRE_REFERENCES is 1, or the name of one of the problems.
func TestReferences_AreWritten(t *testing.T) {
	wanted := os.Getenv("QUATRE_REFERENCES")
	if wanted == "" {
		t.Skip("takes half an hour and writes a file; set QUATRE_REFERENCES=1")
	}
	out := map[string]*reference{}
	if text, err := os.ReadFile(referencesFile); err == nil {
		if err := json.Unmarshal(text, &out); err != nil {
			t.Fatal(err)
		}
	}
	for n, name := range []string{"medium", "full-scale", "time-varying, wandering"} {
		if wanted != "1" && wanted != name {
			continue
		}
		p, y := referenceProblem(t, name)
		key := rng.NewKey(141).Child("problem", uint64(n))
		k := &kernels{space: p.Space}
		for round, states := range []int{100, 200, 400} {
			own := key.Child("round", uint64(round))
			z, logW := k.weigh(t, p, y, 4000, states, own)
			k = newKernels(p.Space, z, logW, own.Child("kernels").Stream())
			t.Logf("%s: %+v", name, summarise(p.Space, z, logW))
		}
		draws, states := 20000, 800
		if len(p.Space) > 3 { // fewer are enough for the tests
			draws, states = 10000, 400
		}
		z, logW := k.weigh(t, p, y, draws, states, key.Child("last"))
		r := summarise(p.Space, z, logW)
		r.States = states
		t.Logf("%s: %+v", name, r)
		out[name] = r
		text, err := json.MarshalIndent(out, "", "  ")
		if err == nil {
			err = os.WriteFile(referencesFile, append(text, '\n'), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// readReferences reads the file.
func readReferences(t *testing.T) map[string]*reference {
	t.Helper()
	text, err := os.ReadFile(referencesFile)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*reference{}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestReferences_AgreeWithOthers compares the reference of a problem that
// independent ones exist for, by long chains and by importance sampling from
// another law, at 4.5 standard errors.
func TestReferences_AgreeWithOthers(t *testing.T) {
	var others problems.References
	problems.Read(t, "reference_mc", &others)
	r := readReferences(t)["medium"]
	for d, parameter := range r.Names {
		o := others.Posterior["medium"][parameter].(map[string]any)
		sd := o["sd"].(float64)
		check.Close(t, r.Mean[d], o["mean"].(float64), check.Z(4.5, math.Hypot(r.MeanSE[d], o["mcse"].(float64))), "mean of", parameter)
		check.Close(t, r.SD[d], sd, check.Z(4.5, math.Hypot(r.SDSE[d], sd/math.Sqrt(2*o["ess"].(float64)))), "sd of", parameter)
	}
	medium := others.Evidence["medium"]
	check.Close(t, r.LogEvidence, medium.LogEvidence, check.Z(4.5, math.Hypot(r.SE, medium.SE)), "log evidence")
}

// TestSMC2_HasTheReferencesOfTheLargest compares windows on the epidemic of full
// scale, and the whole on the one with a wandering rate, with the references:
// 4.5 standard errors of the runs' scatter and of the references, and a seventh
// (of a posterior standard deviation, or of the log evidence) for the finite
// number of parameter particles; a quarter for windows, which are an
// approximation. It takes minutes, so it runs only where QUATRE_LONG is set.
func TestSMC2_HasTheReferencesOfTheLargest(t *testing.T) {
	if os.Getenv("QUATRE_LONG") == "" {
		t.Skip("takes minutes; set QUATRE_LONG=1")
	}
	references := readReferences(t)
	for _, c := range []struct {
		name    string
		options smc2.Options
		allowed float64
	}{
		{"full-scale", smc2.Options{Theta: 400, States: 200, Window: 30, Workers: 2}, 0.25},
		{"time-varying, wandering", smc2.Options{Theta: 300, States: 100, Workers: 2}, 0.15},
	} {
		t.Run(c.name, func(t *testing.T) { compareRuns(t, c.name, c.options, c.allowed, references[c.name]) })
	}
}

// compareRuns runs a problem five times and holds the runs together against a
// reference.
func compareRuns(t *testing.T, name string, o smc2.Options, allowance float64, r *reference) {
	t.Helper()
	p, y := referenceProblem(t, name)
	const runs = 5
	evidence := make([]float64, runs)
	means, squares := make([][]float64, len(r.Names)), make([][]float64, len(r.Names))
	for k := range runs {
		s, err := smc2.New(p, rng.NewKey(142).Child(name, uint64(k)), o)
		if err != nil {
			t.Fatal(err)
		}
		observe(t, s, y)
		evidence[k] = s.LogEvidence()
		for d := range r.Names {
			means[d], squares[d] = append(means[d], s.Mean(d)), append(squares[d], s.SD(d)*s.SD(d))
		}
		t.Logf("%s: log evidence %.2f, beta %.4f (%.4f), %d states, %d rejuvenations", name, s.LogEvidence(), s.Mean(0), s.SD(0), s.States(), s.Total().Count)
	}
	// Half the variance takes the logarithm's mean to that of the evidence.
	mean, se := check.MeanError(evidence)
	check.Close(t, mean+se*se*runs/2, r.LogEvidence, check.Z(4.5, math.Hypot(math.Hypot(se, r.SE), allowance/4.5)), name, "log evidence")
	for d, parameter := range r.Names {
		allowed := allowance * r.SD[d] / 4.5
		mean, se := check.MeanError(means[d])
		check.Close(t, mean, r.Mean[d], check.Z(4.5, math.Hypot(math.Hypot(se, r.MeanSE[d]), allowed)), name, "mean of", parameter)
		within, withinSE := check.MeanError(squares[d])
		sd := math.Sqrt(within + se*se*runs)
		check.Close(t, sd, r.SD[d], check.Z(4.5, math.Hypot(math.Hypot(withinSE/(2*sd), r.SDSE[d]), allowed)), name, "sd of", parameter)
	}
}
