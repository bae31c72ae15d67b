// Package types checks a Stan program and turns its syntax into a tree in which every expression has a type and every
// name is resolved.
//
// The functions of the language's library are data: the text files in library/. To add a function, add its line there.
// Signature.go says how a line reads.
package types
