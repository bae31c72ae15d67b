package check

import (
	"os/exec"
	"strings"
	"testing"
)

func TestNoFusion_FindsTheFusedProductOnly(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles for another architecture")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command: ", err)
	}
	lines, err := fusedLines("testdata/fusion")
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != 1 || !strings.Contains(lines[0], "return product + z") {
		t.Errorf("found %q, want the one line with the fused product", lines)
	}
	if _, err := fusedLines("testdata/none"); err == nil {
		t.Error("no error for a folder that is not there")
	}
}
