package check

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// NoFusion compiles the package in dir for arm64 and reports an error for each
// multiply-add that the compiler fused on its own. Such a product is rounded
// on amd64 and not on arm64, so the two would differ in their bits; the remedy
// is float64(x*y) + z, or math.FMA where one rounding is wanted. Lines that
// call FMA are left out.
//
// The first run compiles the standard library for arm64, so it is skipped in
// short mode, and without a go command.
func NoFusion(t *testing.T, dir string) {
	t.Helper()
	if testing.Short() {
		t.Skip("compiles for another architecture")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command: ", err)
	}
	lines, err := fusedLines(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		t.Errorf("%s: write float64(x*y) + z", line)
	}
}

// fusedInstruction finds in an assembly listing of arm64 the file, the line
// and the name of each multiply-add.
var fusedInstruction = regexp.MustCompile(`\(([^()\s]+):(\d+)\)\s+(FN?M(?:ADD|SUB)[SD])\s`)

// fusedLines describes the lines of the package in dir that become a
// multiply-add without a call of FMA.
func fusedLines(dir string) (found []string, err error) {
	build := exec.Command("go", "build", "-gcflags=-S", ".")
	build.Dir = dir
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	listing, err := build.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("check: no listing of %s: %w\n%.2000s", dir, err, listing)
	}
	sources := map[string][]string{}
	for _, m := range fusedInstruction.FindAllStringSubmatch(string(listing), -1) {
		file, instruction := m[1], m[3]
		if sources[file] == nil {
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, fmt.Errorf("check: source of a listing: %w", err)
			}
			sources[file] = strings.Split(string(text), "\n")
		}
		number, err := strconv.Atoi(m[2])
		if err != nil || number < 1 || number > len(sources[file]) {
			return nil, fmt.Errorf("check: a listing names line %s of %s, which it has not", m[2], file)
		}
		if line := sources[file][number-1]; !strings.Contains(line, "FMA(") {
			found = append(found, fmt.Sprintf("%s:%d: %s on arm64 from %q", file, number, instruction, strings.TrimSpace(line)))
		}
	}
	return found, nil
}
