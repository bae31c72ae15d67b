// Package tracker does the passes over rows of regression trees in native code,
// built with the program: with AVX-512, AVX2, or in portable C, whichever the
// processor has. Package bart declares what the passes compute; a Kernel is one of
// its Kernels, with the same results to the last bit.
package tracker
