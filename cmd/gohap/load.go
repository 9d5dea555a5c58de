package main

import (
	"path/filepath"

	"gohap/parser/diag"
	"gohap/runtime"
)

// load is the loader of the program itself: the whole engine.
func load(o *options, files []string, say func(diag.Severity, string), list *diag.List) engine {
	i := runtime.Load(&runtime.Options{
		Files:       files,
		Features:    parserFeatures(),
		ReleaseDate: versionDate,
		Program:     filepath.Base(o.name()),
		Say:         say,
		NoResolve:   o.resolveLater,
		NoSplice:    o.noSplice,
		NoEpoll:     o.noEpoll,
		MaxPerProxy: o.maxPerProxy,
		LocalPeer:   o.localPeer,
		Master:      o.master,
		Successor:   len(o.oldPIDs) > 0,
	}, list)
	if i == nil {
		return nil
	}
	g := i.Settings()
	g.NoReusePort = g.NoReusePort || o.noReusePort
	return i
}
