package core

import (
	"bytes"

	"gohap/parser/diag"
	"gohap/runtime/logs"
	"gohap/runtime/regex"
)

// FCGIApp is an fcgi-app section: how requests become those of FastCGI.
type FCGIApp struct {
	Name string
	Pos  diag.Pos
	// Docroot is where scripts lie, Index the script of paths that end in a slash.
	Docroot, Index string
	// PathInfo tells the script in a path from what follows it, nil for all is the
	// script.
	PathInfo *regex.Regexp
	// KeepConn asks the application to leave connections open.
	KeepConn bool
	// Params are the parameters that the section sets, Pass the names of headers that
	// are passed though they usually are not, in lower case.
	Params []FCGIParam
	Pass   []FCGIPass
	// Logs is where what the application reports goes, Logger what sends it there.
	Logs   []LogTarget
	Logger *logs.Logger
}

// FCGIParam is a "set-param" line.
type FCGIParam struct {
	Name  string // in upper case
	Value Format
	Cond  Condition
}

// FCGIPass is a "pass-header" line.
type FCGIPass struct {
	Name string
	Cond Condition
}

// Script tells the script's name in a path, its escapes resolved, and what follows it.
func (a *FCGIApp) Script(path []byte) (name, info []byte) {
	if a.PathInfo == nil {
		return path, nil
	}
	m := a.PathInfo.FindSubmatchIndex(path)
	if len(m) < 4 || m[2] < 0 {
		return path, nil
	}
	if len(m) >= 6 && m[4] >= 0 {
		info = path[m[4]:m[5]]
	}
	return path[m[2]:m[3]], info
}

// Unfit reports whether a path has bytes that no regular expression is to meet.
func (a *FCGIApp) Unfit(path []byte) bool {
	return a.PathInfo != nil && bytes.ContainsAny(path, "\n\x00")
}
