package registry

import (
	"fmt"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/pattern"
)

// Sections is a set of section kinds in which a directive may stand.
type Sections uint32

// The section kinds.
const (
	Global Sections = 1 << iota
	Defaults
	Frontend
	Listen
	Backend
	Userlist
	Peers
	Resolvers
	Mailers
	Cache
	HTTPErrors
	Ring
	Program
	FCGIApp
	LogForward
	CrtStore
	// The sections of an SPOE engine's file.
	SPOEAgent
	SPOEMessage
	SPOEGroup
	LogProfile

	// Proxies is every section that describes a proxy.
	Proxies = Defaults | Frontend | Listen | Backend
	// FrontendSide and BackendSide are where settings of that side stand.
	FrontendSide = Defaults | Frontend | Listen
	BackendSide  = Defaults | Listen | Backend
)

// Modes is a set of proxy modes.
type Modes uint8

// The modes; the zero value stands for all.
const (
	AnyMode  Modes = 0
	TCPMode  Modes = 1 << core.TCP
	HTTPMode Modes = 1 << core.HTTP
)

// Directive is a keyword that starts a line of a section. Its name may be of
// several words ("timeout client", "option httplog"); the longest name that
// fits the line is the one used.
type Directive struct {
	Keyword
	In Sections
	// Mode is where the directive has an effect; in another mode the
	// compiler warns as HAProxy does.
	Mode Modes
	// Side tells on which capability the directive acts when that is not
	// what In says, for HAProxy's "ignored because ... has no frontend
	// capability" warnings; 0: every.
	Side core.Capability
	// No and Default say that the line may start with "no" or "default".
	No, Default bool
	// Old says that HAProxy 2.6 refuses the directive and gohap upgrades it.
	Old bool
	// Dump is how -dKcfg shows the keyword when that is not Name; "-" for
	// keywords that HAProxy does not register.
	Dump string
	// Compile reads the statement, whose words are all still there, and sets
	// what the directive sets. It reports errors through c.
	Compile func(c *Compiler, st *ast.Statement)
}

// Directives are the keywords of all sections. A name may stand for several
// directives as long as no two share a section.
var Directives = newDirectiveTable()

// BindOption is a keyword of a bind line (configuration.txt 5.1).
type BindOption struct {
	Keyword
	// Arity is the number of words after the keyword, as -dK shows it.
	Arity int
	// SSL marks options listed under "ssl" by -dK.
	SSL bool
	// Missing is HAProxy's complaint about an argument that is not there.
	Missing string
	// Compile gets the keyword and its arguments.
	Compile func(c *Compiler, l *core.BindSettings, w []ast.Word)
}

// BindOptions are the keywords of bind lines.
var BindOptions = NewTable[*BindOption]("bind option")

// ServerOption is a keyword of a server line (5.2).
type ServerOption struct {
	Keyword
	// Arity is the number of words after the keyword; -1: it varies, and
	// Take tells.
	Arity int
	// Take returns how many of the words after the keyword belong to it.
	Take func(w []ast.Word) int
	// NoDefault forbids the option in default-server.
	NoDefault bool
	// InAdd allows it in "add server" of the runtime API.
	InAdd bool
	// Compile gets the keyword and its arguments.
	Compile func(c *Compiler, s *core.ServerSettings, w []ast.Word)
}

// ServerOptions are the keywords of server lines.
var ServerOptions = NewTable[*ServerOption]("server option")

// Action is the keyword of a rule's action (4.2 "http-request" …).
type Action struct {
	Keyword
	// In is the set of rulesets that know the action.
	In RulesetSet
	// Prefix says that the name is followed by more within the same word, as
	// in set-var(txn.x); -dK shows such names with a star.
	Prefix bool
	// Final says that an unconditional rule of it ends the ruleset.
	Final bool
	// Least is how many words the action takes whatever they are: "if" there starts
	// no condition.
	Least int
	// Valued are words that take those behind them, and how many, likewise.
	Valued map[string]int
	// Registered says that HAProxy lists the action in -dKcfg.
	Registered bool
	// Compile gets the action's word and all up to the condition. A nil
	// result goes with a reported error.
	Compile func(c *Compiler, a *ActionArgs) core.Action
}

// ActionArgs is what an action compiles from.
type ActionArgs struct {
	Statement *ast.Statement
	Ruleset   core.Ruleset
	// Words starts with the action's own word and ends before if/unless.
	Words []ast.Word
	// Where are the places at which the rule will run.
	Where Places
	// Error is what messages about the arguments start with, "" for nothing.
	Error string
}

// End reports words of the action from the n-th on, which nothing takes, and
// reports whether there are none.
func (a *ActionArgs) End(c *Compiler, n int) bool {
	if len(a.Words) <= n {
		return true
	}
	w, action := &a.Words[n], a.Words[0].Text
	switch a.Ruleset {
	case core.HTTPRequest, core.HTTPResponse, core.HTTPAfterResponse:
		c.Diags.Line(diag.Alert, w.Pos, c.Statement.Source,
			"'%s %s' expects either 'if' or 'unless' followed by a condition but found '%s'.", a.Ruleset, action, w.Text)
	default:
		c.Alert(w, "'%s %s' only accepts 'if' or 'unless', in %s '%s' (got '%s')", a.Ruleset, action, c.Proxy, c.Proxy.Name, w.Text)
	}
	return false
}

// Fail reports an error about one of the action's words, or the last one, and
// returns the nil that Compile is to return.
func (a *ActionArgs) Fail(c *Compiler, i int, format string, args ...any) core.Action {
	w := &a.Words[min(i, len(a.Words)-1)]
	msg := fmt.Sprintf(format, args...)
	if a.Ruleset.TCP() {
		msg = strings.TrimSuffix(msg, ".")
	}
	if a.Error != "" {
		msg = a.Error + " : " + msg
	}
	c.Alert(w, "%s", msg)
	return nil
}

// Actions are the actions of all rulesets.
var Actions = NewTable[*Action]("action")

// RulesetSet is a set of rulesets.
type RulesetSet uint8

// InRulesets makes a set.
func InRulesets(rs ...core.Ruleset) RulesetSet {
	var s RulesetSet
	for _, r := range rs {
		s |= 1 << r
	}
	return s
}

// Has reports whether r is in the set.
func (s RulesetSet) Has(r core.Ruleset) bool { return s&(1<<r) != 0 }

// Fetch is a sample fetch (7.3).
type Fetch struct {
	Keyword
	// Out is the type of the value.
	Out core.Type
	// Args are the arguments it takes; those behind Min may be left out.
	Args []ArgSpec
	Min  int
	// At is the set of places where the fetch can be evaluated.
	At Places
	// Needs is what messages call the data that it looks at, "" where At tells.
	Needs string
	// Method is the match that an ACL uses when none is named, "" for that
	// of the type.
	Method string
	// Head says that the value depends on the heads of messages only, so that it is
	// the same until an action changes one.
	Head bool
	// Compile returns the fetch function for checked arguments.
	Compile func(c *Compiler, args []Arg) (core.Fetch, error)
	// Match, where there is one, is the only match that an ACL on the fetch may
	// use. name is the ACL's, p nil when the line asks for another match.
	Match func(c *Compiler, name string, args []Arg, p *Patterns) Matcher
}

// Fetches are the sample fetches.
var Fetches = NewTable[*Fetch]("fetch")

// Alias is an ACL keyword that is a fetch with a match method, such as
// path_beg (7.3 "ACL derivatives").
type Alias struct {
	Keyword
	Fetch, Method string
	// Dotted says that patterns may be numbers such as 3.1.
	Dotted bool
}

// Aliases are the ACL keywords that are not fetches themselves.
var Aliases = NewTable[*Alias]("acl keyword")

// Converter is a sample converter (7.3.1).
type Converter struct {
	Keyword
	In, Out core.Type
	Args    []ArgSpec
	Min     int
	// Compile returns the converter for checked arguments.
	Compile func(c *Compiler, args []Arg) (core.Convert, error)
}

// Converters are the sample converters.
var Converters = NewTable[*Converter]("converter")

// Match is a match method of ACLs ("-m", 7.1).
type Match struct {
	Keyword
	// In is the type that the sample is cast to.
	In core.Type
	// Kind is what does it.
	Kind pattern.Kind
}

// Matcher tells whether a sample, cast to the match's type, fits.
type Matcher func(s *core.Stream, p *core.Sample) bool

// Patterns are the words an ACL with a match of its own compares with.
type Patterns struct {
	Words []ast.Word
}

// Matches are the match methods.
var Matches = NewTable[*Match]("match")

// LogTag is a %tag of log formats (8.2.4).
type LogTag struct {
	Keyword
	// Compile returns the function that appends the tag's value, for the
	// format's flags.
	Compile func(c *Compiler, f FormatFlags) AppendFunc
	// Mode is where the tag has a meaning.
	Mode Modes
	// Vanishes says that the blank before the tag goes too when it appends
	// nothing.
	Vanishes bool
}

// AppendFunc appends a value to dst.
type AppendFunc func(dst []byte, s *core.Stream) []byte

// FormatFlags are the flags of a log-format tag: %{+Q,+X,+E}tag.
type FormatFlags uint8

// The flags.
const (
	Quote FormatFlags = 1 << iota
	Hex
	Escape
	// Dash is not a flag of the language: it tells that the format is a log's,
	// where a dash stands for what is missing.
	Dash
)

// LogTags are the tags of log formats.
var LogTags = NewTable[*LogTag]("log tag")
