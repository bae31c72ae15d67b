// Package architecture checks the shape of the code: who may know whom.
package architecture

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/quatre-ppl/quatre"

// allowed is the table of docs/architecture.md: a package, and the packages of
// this module that its code outside tests may import. A new arrow is a new
// entry here and there, with a reason. "*" stands for every package.
var allowed = map[string][]string{
	"elem":   {},
	"tensor": {"elem"},
	"rng":    {"elem", "elem/vec", "internal/simd"},

	"stream":          {},
	"stream/file":     {"stream"},
	"stream/sinktest": {"stream"},

	"graph/ir":        {"elem"},
	"model/expr":      {"graph/ir", "tensor"},
	"model/transform": {"model/expr", "tensor"},
	"model/dist":      {"elem", "graph/ir", "model/expr", "model/transform", "rng", "tensor"},
	"model":           {"model/dist", "model/expr", "model/transform", "rng", "tensor"},
	"model/reduce":    {"graph/ir", "model", "model/expr", "tensor"},
	"model/latent":    {"graph/ir", "model", "model/dist", "model/expr", "tensor"},
	"graph":           {"graph/ir", "model/expr"},

	"kernels":             {"graph/ir"},
	"kernels/native":      {},
	"kernels/interp":      {"elem", "elem/vec", "graph/ir", "internal/simd", "kernels"},
	"kernels/cpu":         {"graph/ir", "kernels", "kernels/cpu/direct", "kernels/interp", "kernels/native"},
	"kernels/cpu/direct":  {},
	"kernels/cpu/tracker": {"kernels/cpu/direct"},
	"kernels/tiered":      {"graph/ir", "kernels"},
	"kernels/kerneltest":  {"graph/ir", "kernels", "kernels/interp", "rng"},

	"stan/syntax": {},
	"stan/types":  {"stan/syntax"},
	"stan/data":   {"tensor"},
	"stan/eval": {
		"elem", "graph/ir", "model", "model/dist", "model/expr", "model/transform", "rng", "stan/data", "stan/syntax",
		"stan/types", "tensor",
	},
	"stan": {"model", "stan/data", "stan/eval", "stan/syntax", "stan/types"},

	"samplers/transition":     {"elem", "rng", "tensor"},
	"samplers/nuts":           {"elem", "rng", "samplers/transition", "tensor"},
	"samplers/adapt":          {"elem", "rng", "samplers/internal/lanes", "samplers/nuts", "samplers/transition", "tensor"},
	"samplers/internal/lanes": {"internal/simd"},
	"samplers/walnuts":        {"samplers/nuts", "samplers/transition"},
	"samplers/pathfinder":     {"diag", "elem", "rng", "samplers/transition"},
	"samplers": {
		"elem", "rng", "samplers/adapt", "samplers/nuts", "samplers/pathfinder", "samplers/transition", "samplers/walnuts",
		"stream", "tensor",
	},
	"samplers/samplertest": {"elem", "internal/check", "rng", "samplers/transition", "tensor"},

	"diag": {"elem", "stream", "tensor"},

	"bart":       {"diag", "elem", "rng", "stream", "tensor"},
	"bart/table": {"bart"},

	"sim/calendar":      {"sim/internal/slab"},
	"sim/internal/slab": {},
	"sim/stat":          {"elem"},
	"sim":               {"elem", "rng", "sim/calendar", "sim/internal/slab", "sim/stat"},
	"sim/input":         {"elem", "elem/vec", "rng", "sim", "sim/stat"},
	"sim/parallel":      {"rng", "sim/calendar"},
	"sim/picture":       {"internal/svg", "sim", "sim/stat"},
	"sim/text":          {"elem", "rng", "sim", "sim/flow", "sim/input"},
	"sim/experiment":    {"elem", "rng", "sim", "sim/stat", "stream"},
	"sim/process":       {"sim"},
	"sim/flow":          {"sim", "sim/internal/slab"},

	// Sequential Monte Carlo.
	"smc":                   {"elem", "elem/vec", "rng", "smc/hilbert", "smc/internal/parallel", "smc/resample", "stream", "tensor"},
	"elem/vec":              {"elem", "internal/simd"},
	"smc/resample":          {"elem/vec", "rng"},
	"smc/kalman":            {"elem"},
	"smc/hmm":               {"elem", "tensor"},
	"smc/prior":             {"elem", "rng", "smc"},
	"smc/models":            {"elem", "elem/vec", "rng", "smc", "smc/hmm", "smc/internal/dense"},
	"smc/smc2":              {"elem", "rng", "smc", "smc/internal/dense", "smc/internal/parallel", "smc/prior", "smc/resample", "stream", "tensor"},
	"smc/pmcmc":             {"elem", "rng", "smc", "smc/internal/dense", "smc/internal/parallel", "smc/prior", "smc/resample", "stream", "tensor"},
	"smc/hilbert":           {"elem"},
	"smc/sobol":             {"rng"},
	"smc/sqmc":              {"elem", "elem/vec", "rng", "smc", "smc/hilbert", "smc/sobol"},
	"smc/anneal":            {"elem", "rng", "samplers/transition", "smc/internal/dense", "smc/internal/parallel", "smc/resample", "tensor"},
	"smc/smooth":            {"elem", "rng", "smc"},
	"smc/iterated":          {"elem", "rng", "smc", "smc/prior"},
	"smc/picture":           {"internal/svg"},
	"smc/internal/dense":    {},
	"smc/internal/parallel": {},
	"smc/internal/problems": {},

	// The composition root and the commands know all libraries.
	"":                    {"*"},
	"cmd/quatre":          {"*"},
	"cmd/quatre/terminal": {"stream"},
	"bench": {
		"bart", "diag", "elem", "internal/svg", "kernels", "model", "model/dist", "model/expr", "rng", "samplers", "sim", "sim/calendar", "sim/experiment", "sim/flow",
		"sim/input", "sim/process", "smc", "smc/models", "smc/prior", "smc/smc2", "smc/sqmc", "stan", "stan/data", "stream",
	},

	"internal/check":        {"elem", "stream", "tensor"},
	"internal/architecture": {},
	"internal/simd":         {},
	"internal/svg":          {},
	"internal/references":   {},
}

// gorgoniaOnly is the one package that may know Gorgonia.
const gorgoniaOnly = "graph"

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", module+"/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

func TestImports_FollowTheTable(t *testing.T) {
	list := packages(t)
	for _, p := range list {
		name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		may, known := allowed[name]
		if !known {
			t.Errorf("package %q is not in the table: add its row here and in docs/architecture.md", name)
			continue
		}
		for _, i := range p.Imports {
			if own, ok := strings.CutPrefix(i, module+"/"); ok && !slices.Contains(may, own) && !slices.Contains(may, "*") {
				t.Errorf("package %q imports %q, which its row does not allow", name, own)
			}
			if strings.HasPrefix(i, "gorgonia.org/") && name != gorgoniaOnly {
				t.Errorf("package %q imports %s; only %q may know Gorgonia", name, i, gorgoniaOnly)
			}
		}
	}
	for name := range allowed {
		found := slices.ContainsFunc(list, func(p listed) bool { return p.ImportPath == strings.TrimSuffix(module+"/"+name, "/") })
		if !found {
			t.Errorf("the table has a row for %q, which does not exist", name)
		}
	}
}
