package core

import (
	"time"

	"gohap/runtime/http"
)

// ScriptSettings are the "tune.lua." settings (3.2).
type ScriptSettings struct {
	// ForcedYield is after how many instructions a script gives way.
	ForcedYield int
	// MaxMemory bounds what scripts keep, in bytes; 0 is no bound.
	MaxMemory int64
	// Session, Service and Task bound how long scripts compute without waiting, for
	// a stream, as a service, and as a task, and Burst how long one computes without
	// giving way; 0 is no bound.
	Session, Service, Task, Burst time.Duration
	// Bools gives scripts booleans as such: HAProxy before 3.1 makes numbers of them.
	Bools bool
	// NoLoggers and NoStderr keep what scripts log from the "log" lines, and from
	// standard error; StderrAuto keeps it from there where there is a "log" line.
	NoLoggers, NoStderr, StderrAuto bool
}

// DefaultScriptSettings returns HAProxy's defaults.
func DefaultScriptSettings() ScriptSettings {
	return ScriptSettings{ForcedYield: 10000, Session: 4 * time.Second, Service: 4 * time.Second}
}

// Applet answers a stream in a server's place.
type Applet interface {
	// Name is what logs call it, such as "<lua.hello>".
	Name() string
	// Start is called on the stream's task and gives what is to run in a task of its
	// own, until it returns or p fails. Once p has had a response, or any bytes of
	// TCP, the function may not look at s any more.
	Start(s *Stream, p Peer) (run func())
}

// Peer is the stream as its applet sees it. Its methods wait, and are for the
// applet's task only.
type Peer interface {
	// Read gives what the client sends, of a request its body. At the end it gives
	// io.EOF.
	Read(p []byte) (int, error)
	// Respond begins the response to a request. The applet may not use r any more.
	Respond(r *http.Response) error
	// Write sends bytes to the client, of a response its body.
	Write(p []byte) (int, error)
	// Fail ends the response as one that broke off.
	Fail()
	// OnGone has f called once the stream has given the applet up, in any task, or at
	// once where it has already.
	OnGone(f func())
}

// ScriptState is what scripts keep with a stream.
type ScriptState struct {
	// Private is what a script has put there with set_priv, and Owner whose it is.
	Private, Owner any
}

// Scripts returns the place of what scripts keep with the stream.
func (s *Stream) Scripts() *ScriptState {
	if s.script == nil {
		s.script = &ScriptState{}
	}
	return s.script
}
