package registry

import (
	"fmt"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/cache"
	"gohap/runtime/certs"
	"gohap/runtime/core"
	"gohap/runtime/userlist"
)

// Compiler is what keyword records compile with: where the line stands, what
// the configuration holds so far, and where errors go. It is used by one
// goroutine.
type Compiler struct {
	Diags *diag.List
	Graph *core.Graph
	// Proxy is the section's proxy; nil outside proxy sections. A defaults
	// section compiles into a proxy of its own.
	Proxy *core.Proxy
	// Userlist is the section's list of users; nil outside userlist sections.
	Userlist *userlist.List
	// Inherited are the settings that the section's proxy began with; nil in
	// other sections, defaults included.
	Inherited *core.Settings
	// HTTPErrors is the section's set of pages; nil outside http-errors sections.
	HTTPErrors *core.HTTPErrors
	// Resolvers is the section of name servers; nil outside resolvers sections.
	Resolvers *core.Resolvers
	// LogForward is the section that forwards logs; nil outside log-forward sections.
	// Proxy is its proxy there.
	LogForward *core.LogForward
	// Mailers is the section of mailers; nil outside mailers sections.
	Mailers *core.Mailers
	// Ring is the section's ring; nil outside ring sections.
	Ring *core.Ring
	// LogProfile is the section's profile; nil outside log-profile sections.
	LogProfile *core.LogProfile
	// Upgraded says that the configuration has old directives: it was written for a
	// release of HAProxy that took what later ones refuse.
	Upgraded bool
	// Runtime says that the line is one that a client of the runtime API gave.
	Runtime bool
	// Peers is the section of peers; nil outside peers sections. Proxy is its proxy
	// there.
	Peers *core.Peers
	// FCGI is the application; nil outside fcgi-app sections.
	FCGI *core.FCGIApp
	// CrtStore is the section of certificates; nil outside crt-store sections.
	CrtStore *certs.Catalog
	// Program is the section's program; nil outside program sections.
	Program *core.Program
	// Cache is what the lines of a cache section set; nil elsewhere.
	Cache *cache.Config
	// Section is the kind of the current section.
	Section Sections
	// Statement is the line being compiled.
	Statement *ast.Statement
	// Negated and Defaulted say that the line starts with "no" or "default";
	// these words are not part of the statement that records see.
	Negated, Defaulted bool
	// OptionError is what messages about the options of a line start and end
	// with, around HAProxy's text; see [Compiler.Option].
	OptionError [2]string
	// Sections is what the section compiler remembers between sections.
	Sections any
	// Engine is what the compiler of SPOE files remembers of the current one.
	Engine any
	// Memos is what the compiler of conditions remembers of the fetches it met.
	Memos any

	// Env looks an environment variable up, as the configuration sees it.
	Env func(name string) (string, bool)

	steps [stepCount][]func()
	paths paths
}

// Step orders the work that is put off until all sections have been read.
type Step uint8

// The steps, run in this order.
const (
	// Resolve looks names up: default_backend, use_backend, track, ….
	Resolve Step = iota
	// Check looks at whole proxies: missing timeouts, modes that differ, ….
	Check
	// Build makes what traffic needs: balancers, checks, log senders.
	Build
	stepCount
)

// Later puts f off until step; functions of a step run in the order given.
// The compiler's Proxy, Peers, Section and Statement are those of now when f runs.
func (c *Compiler) Later(step Step, f func()) {
	proxy, section, st, dir, peers := c.Proxy, c.Section, c.Statement, c.paths.dir, c.Peers
	c.steps[step] = append(c.steps[step], func() {
		c.Proxy, c.Section, c.Statement, c.Peers = proxy, section, st, peers
		c.enter(dir)
		f()
	})
}

// Finish runs everything put off.
func (c *Compiler) Finish() {
	for s := range c.steps {
		for i := 0; i < len(c.steps[s]); i++ {
			c.steps[s][i]()
		}
		c.steps[s] = nil
	}
	c.EndFile()
}

// Global returns the global section.
func (c *Compiler) Global() *core.Global { return c.Graph.Global }

// Alert reports an error at w, in HAProxy's "parsing [file:line]" form.
func (c *Compiler) Alert(w *ast.Word, format string, args ...any) *diag.Diagnostic {
	return c.report(diag.Alert, w.Pos, format, args...)
}

// AlertTight is Alert in the form that some of HAProxy's messages have, without a
// blank before the colon that follows the place.
func (c *Compiler) AlertTight(w *ast.Word, format string, args ...any) *diag.Diagnostic {
	source := ""
	if c.Statement != nil {
		source = c.Statement.Source
	}
	return c.Diags.Line(diag.Alert, w.Pos, source, format, args...)
}

// AlertAt is Alert for a place within a word.
func (c *Compiler) AlertAt(p diag.Pos, format string, args ...any) *diag.Diagnostic {
	return c.report(diag.Alert, p, format, args...)
}

// Option reports an error about an option of a bind line, between the words that
// the line's kind puts around it.
func (c *Compiler) Option(w *ast.Word, format string, args ...any) *diag.Diagnostic {
	return c.report(diag.Alert, w.Pos, "%s", c.OptionError[0]+fmt.Sprintf(format, args...)+c.OptionError[1])
}

// Warn reports a warning at w.
func (c *Compiler) Warn(w *ast.Word, format string, args ...any) *diag.Diagnostic {
	return c.report(diag.Warning, w.Pos, format, args...)
}

// Note reports something to be shown under -dD only.
func (c *Compiler) Note(w *ast.Word, format string, args ...any) *diag.Diagnostic {
	return c.report(diag.Diag, w.Pos, format, args...)
}

func (c *Compiler) report(s diag.Severity, p diag.Pos, format string, args ...any) *diag.Diagnostic {
	source := ""
	if c.Statement != nil && c.Statement.Pos().Line == p.Line {
		source = c.Statement.Source
	}
	return c.Diags.Parsing(s, p, source, format, args...)
}

// Upgrade warns about an old directive and shows the line that replaces it.
func (c *Compiler) Upgrade(w *ast.Word, replacement, format string, args ...any) {
	c.Upgraded = true
	d := c.Warn(w, format, args...)
	d.Fix = replacement
	d.Message += fmt.Sprintf("\ngohap reads this line as '%s'.", strings.TrimSpace(replacement))
}

// Suggestion returns HAProxy's "; did you mean ..." for word, or "".
func Suggestion(word string, candidates []string) string {
	if best := diag.Suggest(word, candidates); best != "" {
		return fmt.Sprintf("; did you mean '%s' maybe ?", best)
	}
	return ""
}
