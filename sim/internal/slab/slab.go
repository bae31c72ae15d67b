// Package slab holds records in slices that grow without much room to spare.
package slab

// gentle is the number of records from which on a slab grows by little and
// not by a factor: copying them now and then is nothing beside the memory of
// millions of records that nobody uses.
const gentle = 1 << 14

// Append appends a record.
func Append[T any](records []T, r T) []T {
	if n := len(records); n == cap(records) && n >= gentle {
		larger := make([]T, n, n+n/32)
		copy(larger, records)
		records = larger
	}
	return append(records, r)
}
