package core

import (
	"sync/atomic"

	"gohap/parser/diag"
	"gohap/runtime/certs"
	"gohap/runtime/httpclient"
	"gohap/runtime/pattern"
	"gohap/runtime/resolver"
	"gohap/runtime/ssl"
	"gohap/runtime/userlist"
)

// Graph is a whole compiled configuration.
type Graph struct {
	Global *Global
	// Proxies stand in the order of the configuration; defaults sections are
	// not among them.
	Proxies []*Proxy
	// Frontends and Backends find proxies by name and capability.
	Frontends, Backends map[string]*Proxy
	// Userlists are the userlist sections by name.
	Userlists map[string]*userlist.List
	// Tables are the stick tables: that of a proxy by the proxy's name, one of a
	// peers section by "section/table". TableList has them in the order of the
	// configuration.
	Tables    map[string]*Table
	TableList []*Table
	// LogForwards are the log-forward sections, in the order of the configuration.
	LogForwards []*LogForward
	// Mailers are the mailers sections, in the order of the configuration.
	Mailers []*Mailers
	// Peers are the peers sections, in the order of the configuration.
	Peers []*Peers
	// Patterns are the lists that ACLs and maps look into.
	Patterns *pattern.Set
	// HTTPErrors are the http-errors sections by name.
	HTTPErrors map[string]*HTTPErrors
	// Resolvers are the resolvers sections, in the order of the configuration.
	Resolvers []*Resolvers
	// LogProfiles are the log-profile sections by name.
	LogProfiles map[string]*LogProfile
	// Rings are the ring sections.
	Rings *Rings
	// Caches are the cache sections, in the order of the configuration.
	Caches []*Cache
	// FCGIApps are the fcgi-app sections.
	FCGIApps []*FCGIApp
	// LogsServerEnds says that a format shows the ends of server connections,
	// which are not asked of the system otherwise.
	LogsServerEnds bool
	// Stopping is set once the process has been told to stop.
	Stopping atomic.Bool
	// Vars are the variables that rules and expressions name.
	Vars VarNames
	// Scripts are the Lua programs, nil without any.
	Scripts any
	// Files are the configuration's files as given.
	Files []string
}

// NewGraph returns an empty graph with HAProxy's defaults.
func NewGraph() *Graph {
	return &Graph{
		Global: &Global{Tune: DefaultTune(), Scripts: DefaultScriptSettings(), SSL: GlobalTLS{Store: certs.NewStore(), MaxForged: 1000, Lists: map[string]*ssl.List{}}, StrictLimits: true,
			HTTPClient: HTTPClient{Retries: httpclient.DefaultRetries, Connect: httpclient.DefaultConnect}},
		Frontends:   map[string]*Proxy{},
		Backends:    map[string]*Proxy{},
		Tables:      map[string]*Table{},
		Patterns:    pattern.NewSet(),
		Userlists:   map[string]*userlist.List{},
		HTTPErrors:  map[string]*HTTPErrors{},
		Rings:       newRings(),
		LogProfiles: map[string]*LogProfile{},
	}
}

// Resolvers is a resolvers section.
type Resolvers struct {
	*resolver.Section
	Pos diag.Pos
	// Named says where the name servers of the section are declared.
	Named map[string]diag.Pos
}

// Resolver finds a resolvers section by its name, nil without one.
func (g *Graph) Resolver(name string) *resolver.Section {
	for _, r := range g.Resolvers {
		if r.Name == name {
			return r.Section
		}
	}
	return nil
}

// FCGIApp finds an fcgi-app section by its name, nil without one.
func (g *Graph) FCGIApp(name string) *FCGIApp {
	for _, a := range g.FCGIApps {
		if a.Name == name {
			return a
		}
	}
	return nil
}
