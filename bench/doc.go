// Package bench measures Quatre and its peers on posteriors with known answers,
// and settings of Quatre against each other.
//
// The posteriors are listed in bench/models/list.json; nothing in the code knows
// one of them. A system under test is a process of its own that obeys a protocol
// of one line of JSON each way (Worker): it compiles a posterior, samples it with
// a given seed when told to, and leaves the draws in a file. Whatever is said
// about draws, for whichever system, is computed from these files by one piece of
// code, package diag.
//
// The kinds of measurement are one file each: compare.go (effective draws per
// second, system by system), adaptation.go (effective draws per gradient,
// setting by setting), cold.go, growth.go and memory.go. Comparisons of what is no
// posterior are suites (suite.go): cases that each system does in processes of its
// own, in rounds, and reports figures of. Results are JSON;
// render_*.go makes tables and pictures of them.
package bench
