package registry

import (
	"net/netip"
	"time"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/sticktable"
	"gohap/runtime/userlist"
)

// ArgKind is the kind of an argument of a fetch or converter.
type ArgKind uint8

// The kinds, named as -dK shows them.
const (
	ArgString ArgKind = iota
	ArgInt
	ArgTime
	ArgSize
	ArgIPv4
	ArgIPv6
	ArgMask4
	ArgMask6
	ArgFrontend
	ArgBackend
	ArgServer
	ArgTable
	ArgUserlist
	ArgRegexp
	ArgVariable
	ArgMapFile
	ArgID
	ArgField
)

// ArgSpec describes one argument.
type ArgSpec struct {
	Kind ArgKind
	// Name is what messages call it.
	Name string
}

// Arg is a checked argument. Only the field of its kind is set, and Text
// always is.
type Arg struct {
	Kind   ArgKind
	Text   string
	Word   ast.Word // for its position
	Int    int64    // ArgInt, ArgSize
	Time   time.Duration
	IP     netip.Addr        // ArgIPv4, ArgIPv6, ArgMask4, ArgMask6
	Proxy  *core.Proxy       // ArgFrontend, ArgBackend: set before traffic
	Server *core.Server      // ArgServer: set before traffic
	Table  *sticktable.Table // ArgTable: set before traffic
	Users  *userlist.List    // ArgUserlist: set before traffic
	// Given is false for an argument left out.
	Given bool
	// Place is what messages call the argument, such as "arg 1 of …".
	Place string
}

// Alert reports what is found wrong with the argument once all sections have
// been read.
func (a *Arg) Alert(c *Compiler, format string, args ...any) {
	if c.Statement == nil {
		c.Diags.Config(diag.Alert, format+".", args...)
		return
	}
	c.Diags.Line(diag.Alert, c.Statement.Pos(), c.Statement.Source, format+".", args...)
}

// Places is a set of places where a fetch can be evaluated, in the order of
// -dKsmp's columns.
type Places uint32

// The places.
const (
	FeConnection Places = 1 << iota
	FeSession
	FeTCPContent
	FeRequestHeader
	FeRequestBody
	UseBackend
	BeTCPContent
	BeRequestHeader
	BeRequestBody
	BeSetServer
	ServerSource
	BeTCPResponse
	BeResponseHeader
	BeResponseBody
	StickStore
	FeTCPResponse
	FeResponseHeader
	FeResponseBody
	LogPlace
	CheckPlace
	ParserPlace
	CLIPlace

	// Internal is everywhere: values that need no traffic.
	Internal Places = 1<<22 - 1
	// Running is everywhere but while the configuration is read: values of the
	// process's state.
	Running = Internal &^ ParserPlace
	// L4Client is where the client's connection is known.
	L4Client = ClientSide | CheckPlace
	// ClientSide is where there is a session, even without a client.
	ClientSide = FeConnection | L5Client
	// L5Client is where the session is established.
	L5Client = FeSession | Transaction
	// Transaction is from the first data to the log.
	Transaction = RequestData | (ResponseData &^ CheckPlace) | LogPlace
	// AnyData is where there are bytes or headers of either side.
	AnyData = RequestData | ResponseData
	// RequestData is where request bytes or headers are at hand.
	RequestData = FeTCPContent | FeRequestHeader | FeRequestBody | UseBackend |
		BeTCPContent | BeRequestHeader | BeRequestBody | BeSetServer | ServerSource
	// ResponseData is where response bytes or headers are at hand.
	ResponseData = BeTCPResponse | BeResponseHeader | BeResponseBody | StickStore |
		FeTCPResponse | FeResponseHeader | FeResponseBody | CheckPlace
	// Responded is where a server's response has been seen.
	Responded = ResponseData | LogPlace
	// WithServer is where a server was picked.
	WithServer = Responded | ServerSource
	// InBackend is where a backend was picked.
	InBackend = WithServer | BeTCPContent | BeRequestHeader | BeRequestBody | BeSetServer
)
