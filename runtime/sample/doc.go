// Package sample compiles sample expressions, conditions and log-format
// strings (configuration.txt 7 and 8.2.4) to what a stream runs: slices of
// steps over one flat [core.Sample], with no look-up by name and no allocation
// while traffic flows.
package sample
