package parallel

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
)

func TestEach_DoesEveryItemOnce(t *testing.T) {
	for _, workers := range []int{1, 2, 9} {
		var done [50]atomic.Int32
		var busy [9]atomic.Int32
		err := Each(len(done), workers, func(item, worker int) error {
			if busy[worker].Add(1) != 1 {
				t.Errorf("worker %d has two items at a time", worker)
			}
			done[item].Add(1)
			busy[worker].Add(-1)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range done {
			if n := done[i].Load(); n != 1 {
				t.Errorf("%d workers: item %d was done %d times", workers, i, n)
			}
		}
	}
}

func TestEach_ReturnsTheFirstItemsError(t *testing.T) {
	want := errors.New("item 3")
	for _, workers := range []int{1, 4} {
		err := Each(20, workers, func(item, _ int) error {
			switch {
			case item == 3:
				return want
			case item > 10:
				return fmt.Errorf("item %d", item)
			}
			return nil
		})
		if !errors.Is(err, want) {
			t.Errorf("%d workers: error %v, want that of item 3", workers, err)
		}
	}
	if err := Each(0, 3, nil); err != nil {
		t.Error(err)
	}
}
