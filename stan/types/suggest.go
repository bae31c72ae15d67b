package types

import (
	"fmt"
	"slices"
	"strings"
)

// didYouMean returns a hint with the candidate that is closest to a mistyped name, "" where none is close.
func didYouMean(name string, candidates []string) string {
	bestName, least := "", max(1, len(name)/3)+1
	slices.Sort(candidates)
	for _, candidate := range candidates {
		distance := editDistance(strings.ToLower(name), strings.ToLower(candidate))
		if distance < least && distance < len(candidate) {
			bestName, least = candidate, distance
		}
	}
	if bestName == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", bestName)
}

// editDistance counts the insertions, deletions, replacements and swaps of neighbours that turn a into b (optimal string
// alignment; Damerau 1964).
func editDistance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
