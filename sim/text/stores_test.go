package text_test

import (
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/text"
)

const shelf = `
parameters: {wanted: 2}
resources: {desk: 9}
stores:
  shelf: {capacity: 3, fields: [kind, made]}
flows:
  makers:
    attributes: [k]
    steps:
      - arrive: {every: 1, limit: 9}
      - assign: {k: 1 + number - 3 * floor(number / 3)}
      - put: {store: shelf, item: {kind: k, made: now}, patience: [2.5, full]}
      - depart
      - label: full
      - depart: turned away
  pickers:
    attributes: [most, since]
    steps:
      - arrive: {every: 10, first: 4, limit: 2}
      - assign: {most: wanted}
      - get: {store: shelf, where: item.kind >= most and item.made > 0, into: {since: made}}
      - record: {age: now - since, left: items(shelf)}
      - depart
`

// TestRead_Stores follows nine makers, of kinds 2, 3, 1, 2, …, and two pickers who
// want kind 2 or more: the shelf is full at 3; at 4 the first part goes and the
// fourth comes; those of 5, 6, … turn away after 2.5; at 14 the second part goes,
// made at 2.
func TestRead_Stores(t *testing.T) {
	m, err := text.Read("m.yaml", []byte(shelf))
	if err != nil {
		t.Fatal(err)
	}
	out := outcomes(t, m, 100)
	for name, want := range map[string]float64{
		"makers.departed": 4, "makers.turned away.departed": 5, "pickers.departed": 2, "age": (3.0 + 12) / 2, "age.n": 2, "left": 2,
	} {
		if got := sim.Find(out, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	for _, c := range []struct{ old, new, want string }{
		{"fields: [kind, made]", "fields: [kind, kind]", `m.yaml:5:39: there are two fields "kind"`},
		{"capacity: 3,", "capacity: 0,", `m.yaml:5:21: the capacity must be a whole number ≥ 1`},
		{"item: {kind: k", "item: {kinds: k", `m.yaml:12:36: items have no field "kinds": did you mean "kind"?`},
		{"put: {store: shelf", "put: {store: shelve", `m.yaml:12:22: there is no store "shelve": did you mean "shelf"?`},
		{"item.kind >=", "item.kin >=", `m.yaml:21:36: "item.kin" is no attribute, parameter or field of the item: did you mean "item.kind"?`},
		{"item.kind >=", "queue(desk) >=", `m.yaml:21:36: queue is no function of 1 numbers`},
		{"item.kind >=", "now >=", `m.yaml:21:36: "now" is no attribute`},
		{"into: {since: made}", "into: {sinc: made}", `there is no attribute "sinc": did you mean "since"?`},
		{"items(shelf)", "items(desk)", `there is no store "desk"`},
	} {
		if _, err := text.Read("m.yaml", []byte(strings.Replace(shelf, c.old, c.new, 1))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\n got %v\nwant %s", c.new, err, c.want)
		}
	}
}
