package types

import "testing"

// Signatures are read when they are asked for: here all of them.
func TestLibrary_EveryFunctionHasSignatures(t *testing.T) {
	l := library()
	if len(l.names) < 500 {
		t.Errorf("%d functions", len(l.names))
	}
	for _, name := range l.names {
		list := l.signatures(name)
		if len(list) == 0 {
			t.Errorf("%s has no signatures", name)
		}
		for _, s := range list {
			if s.Name != name {
				t.Errorf("a signature of %s is kept under %s", s.Name, name)
			}
		}
	}
}
