package slab

import "testing"

func TestAppend_KeepsRecordsAndLittleRoom(t *testing.T) {
	var x []int
	for i := range 200_000 {
		x = Append(x, i)
		if n := len(x); n > gentle && 8*(cap(x)-n) > n {
			t.Fatalf("room for %d of %d", cap(x), n)
		}
	}
	for i, v := range x {
		if v != i {
			t.Fatalf("record %d is %d", i, v)
		}
	}
}
