package elem_test

import (
	"os"
	"os/exec"
	"regexp"
	"testing"
)

// TestSource_NoImplicitFusion asks the compiler which products it would fuse with a
// sum on a machine where it may (a conversion to float64 forbids it): none, or the
// bits would depend on the machine.
func TestSource_NoImplicitFusion(t *testing.T) {
	for _, arch := range []string{"arm64", "amd64"} {
		build := exec.Command("go", "build", "-gcflags=-d=fmahash=vy", ".")
		build.Env = append(os.Environ(), "GOARCH="+arch, "GOAMD64=v3", "CGO_ENABLED=0")
		out, err := build.CombinedOutput()
		if err != nil {
			t.Skipf("cannot build for %s here: %v", arch, err)
		}
		for _, place := range regexp.MustCompile(`fmahash triggered (.*) [01]+`).FindAllSubmatch(out, -1) {
			t.Errorf("%s: product fused with a sum at %s: wrap the product in float64(...)", arch, place[1])
		}
	}
}
