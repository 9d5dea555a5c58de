// Package syntax reads the language of Lua 5.3, which HAProxy's scripts are written
// in, and gives the syntax tree that the interpreter compiles. The interpreter itself
// is one of Lua 5.1: what 5.3 has beyond, such as integer division and operators on
// bits, becomes calls of functions that the interpreter finds under [Operators].
//
// Errors are worded as Lua 5.3's are.
package syntax

// Operators is the name of the global table of functions that stand for the operators
// that the interpreter lacks. No script can name it.
//
// "//" is the function of integer division. "calc" computes what operators on bits
// make of their operands: its first argument is a program, one byte a step, in which
// 'v' takes the next operand and the others are the operators of [Steps].
const Operators = "\x01"

// Steps are the operators of a program for "calc", by the byte that stands for them:
// those of arithmetic stand for themselves, 'd' for integer division, 'n' for "-" and
// 't' for "~" with one operand, 'l' and 'r' for the shifts.
const Steps = "+-*%d&|~lrnt"
