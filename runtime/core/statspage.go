package core

import (
	"bytes"
	"slices"
	"time"

	"gohap/runtime/http"
)

// StatsPage is a proxy's statistics page (4.2 "stats …").
type StatsPage struct {
	// Inherited says that all settings are those of the defaults section. The
	// first "stats" line of a proxy starts a page of its own.
	Inherited   bool
	URI         string
	Realm       string
	Users       []StatsUser
	Refresh     time.Duration
	HideVersion bool
	ShowLegends bool
	ShowModules bool
	// Node and Desc are shown when set; ShowNode and ShowDesc tell that the
	// lines stood there.
	ShowNode, ShowDesc bool
	Node, Desc         string
	// Scope limits the page to these proxies; "." is the page's own.
	Scope []string
	// Admin are the conditions under which actions are allowed; a nil one
	// always holds.
	Admin []Condition
	// Rules are the "stats http-request" rules.
	Rules []Rule
}

// StatsUser is a "stats auth" line.
type StatsUser struct{ Name, Password string }

// DefaultStatsURI and DefaultStatsRealm are what "stats enable" sets.
const (
	DefaultStatsURI   = "/haproxy?stats"
	DefaultStatsRealm = "HAProxy Statistics"
)

// Clone returns a copy for a section that inherits the page; nil for nil.
func (p *StatsPage) Clone() *StatsPage {
	if p == nil {
		return nil
	}
	n := *p
	n.Inherited = true
	n.Users = slices.Clip(p.Users)
	n.Scope = slices.Clip(p.Scope)
	n.Admin = slices.Clip(p.Admin)
	n.Rules = slices.Clip(p.Rules)
	return &n
}

// Match reports whether the request is for the page: its target starts with the
// page's URI.
func (p *StatsPage) Match(r *http.Request) bool {
	return bytes.HasPrefix(r.PathQuery(), []byte(p.URI))
}
