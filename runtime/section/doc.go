// Package section compiles the sections of a configuration: it finds the
// record of each line's keyword in the registry and lets it set what it sets.
// The keywords themselves live in the packages below (global, proxy, bind,
// server), which register them.
package section
