// Package spoe reads the line "filter spoe" and the file that it names (SPOE.txt,
// section 2). The file's keywords are directives of sections that no configuration file
// has.
package spoe
