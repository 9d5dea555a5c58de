// Package parser reads configuration files: files and environment in, syntax
// trees and diagnostics out. It handles what configuration.txt, section 2,
// describes: words, variables, conditional blocks and the division into
// sections. What the statements of a section mean is not its business.
package parser

import (
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
)

// Options are what [Parse] has to know besides the files. The zero value reads
// from disk, knows HAProxy's sections and no feature.
type Options struct {
	Features Features
	// LocalPeer is -L: "localpeer" changes no variable where it is not "".
	LocalPeer string
	// Section reports whether a word starts a section; nil stands for
	// [IsSection].
	Section func(word string) bool
	// ReadFile reads a file; nil stands for reading from disk, up to
	// 256 MiB.
	ReadFile func(path string) ([]byte, error)
}

// Parse reads files in order and returns a tree for each that could be read,
// with all that there is to say about them, in the order of files and lines.
// Variables are looked up in env, and statements of global sections change it
// for the lines and files that follow; these statements stay in the tree for
// the section's compiler to check. A tree without an Alert in the list is
// complete; with one, the wrong lines are left out.
func Parse(files []string, env *Env, opts Options) ([]*ast.File, *diag.List) {
	if opts.Section == nil {
		opts.Section = IsSection
	}
	if opts.ReadFile == nil {
		opts.ReadFile = readFile
	}
	list := &diag.List{}
	var trees []*ast.File
	for _, path := range files {
		text, err := opts.ReadFile(path)
		if err != nil {
			list.Config(diag.Alert, "Could not open configuration file %s : %s", path, reason(err))
			continue
		}
		found := &diag.List{}
		r := reader{name: path, env: env, opts: &opts, list: found}
		if tree := r.read(string(text)); tree != nil {
			trees = append(trees, tree)
		}
		found.SortByPlace([]string{path})
		list.All = append(list.All, found.All...)
	}
	return trees, list
}

// sections are the keywords that start a section in HAProxy 2.6, and some of
// 3.x.
var sections = map[string]bool{
	"global": true, "defaults": true, "frontend": true, "backend": true, "listen": true,
	"userlist": true, "peers": true, "resolvers": true, "mailers": true, "cache": true,
	"http-errors": true, "ring": true, "program": true, "fcgi-app": true, "log-forward": true,
	"namespace_list": true, "crt-store": true, "log-profile": true,
}

// IsSection reports whether a word starts a section.
func IsSection(word string) bool { return sections[word] }

// reason is the system's wording of an error, as C's strerror has it.
func reason(err error) string {
	text := errno(err)
	if text == "" {
		return err.Error()
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
