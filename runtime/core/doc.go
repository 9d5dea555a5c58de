// Package core holds the types of the compiled configuration and of running
// traffic: [Proxy], [Listener], [Server], [Rule], [Session], [Stream],
// [Sample]. It knows no keyword and has no behaviour beyond small accessors;
// it exists so that the packages that compile keywords and those that run
// streams share types without importing each other.
//
// A compiled graph is immutable while traffic flows, but for fields that say
// otherwise.
package core
