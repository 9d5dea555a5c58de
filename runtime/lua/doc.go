// Package lua runs the Lua scripts of a configuration: "lua-load" and its kin, and
// what scripts register (actions, services, fetches, converters, tasks, commands). It
// has the API that HAProxy documents for them.
//
// # States and locks
//
// What "lua-load" reads shares one state, and each thread has a state of its own of
// what "lua-load-per-thread" reads. One script at a time runs in a state: it holds the
// state's lock, and gives it away at every point where it may wait: when it sleeps,
// reads or writes, and after so many instructions ("tune.lua.forced-yield"). Who holds
// the lock waits for nothing, so nobody waits for it longer than that: but for a script
// that computes within a coroutine of the language, which keeps the state until it has
// left it, and lets tasks of others run only.
//
// # Coroutines
//
// A script runs on the coroutine of the stream that called it, so that what it calls
// may wait as all of a stream's code does. The interpreter's own coroutines are data
// of the interpreter, and stay within one call.
//
// # Limits
//
// The interpreter asks after every instruction whether it is to go on ([run.Done]).
// There the instructions are counted, and a script is ended that has computed for
// too long or whose stream is gone.
//
// # Language
//
// The interpreter is one of Lua 5.1, the scripts are of Lua 5.3. What differs is
// filled in (package syntax, and the libraries here) as far as numbers of one kind
// allow: all are floating point, so whole ones are exact up to 2^53, and 10/2 prints
// as 5 instead of 5.0.
package lua
