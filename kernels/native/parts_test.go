package native_test

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/kernels/native"
)

func TestPreludeFor_IsPartOfThePrelude(t *testing.T) {
	all := regexp.MustCompile(`(?m)^QE_(?:FN|LANE) double (qe_\w+)\(double`).FindAllStringSubmatch(native.Prelude, -1)
	var every strings.Builder
	for _, m := range all {
		every.WriteString(m[1] + "\n")
	}
	if got := native.PreludeFor(every.String()); got != native.Prelude {
		t.Error("all functions together do not need the whole prelude")
	}
	if small := native.PreludeFor("qe_exp(x)"); len(small) > len(native.Prelude)/3 || !strings.Contains(small, "qe_exp(") {
		t.Errorf("the exponential needs %d of %d bytes", len(small), len(native.Prelude))
	}
}

// Every function compiles with what PreludeFor finds for it.
func TestPreludeFor_IsEnough(t *testing.T) {
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler (cc)")
	}
	functions := regexp.MustCompile(`(?m)^QE_(?:FN|LANE) double (qe_\w+)\(((?:double \w+(?:, )?)+)\)`)
	preludes := make(map[string]string) // to the functions that have it
	for _, m := range functions.FindAllStringSubmatch(native.Prelude, -1) {
		name, args := m[1], m[2]
		call := "double use_" + name + "(" + args + ") { return " + name + "(" + strings.ReplaceAll(args, "double ", "") + "); }\n"
		p := native.PreludeFor(call)
		preludes[p] += call
	}
	for p, calls := range preludes {
		cmd := exec.Command(cc, "-std=c11", "-Wall", "-Werror", "-Wno-unused-function", "-fsyntax-only", "-x", "c", "-")
		cmd.Stdin = strings.NewReader(p + calls)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s\n%s", err, calls, out)
		}
	}
}
