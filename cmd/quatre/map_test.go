package main

import (
	"strings"
	"testing"
)

// TestMap_IsExplainedAndCanBeLeftOut looks at the words about latents.
func TestMap_IsExplainedAndCanBeLeftOut(t *testing.T) {
	groups := []string{"testdata/groups.stan", "--data", "testdata/groups.json"}
	o := want(t, 0, append(append([]string{"check"}, groups...), "--explain")...)
	line := "theta ~ normal (line 14): theta, 5 elements, location mu, scale tau: mapped (centred)"
	if !strings.Contains(o.stdout, line) || !strings.Contains(o.stdout, "of each chain") {
		t.Errorf("no word of the map:\n%s", o.stdout)
	}
	o = want(t, 0, append(append([]string{"check"}, groups...), "--explain", "--no-map")...)
	if strings.Contains(o.stdout, line) || !strings.Contains(o.stdout, "map: left out") {
		t.Errorf("with --no-map:\n%s", o.stdout)
	}
}
