package section

import (
	"gohap/balance"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/proxy"
	"gohap/runtime/section/server"
)

// checkProxy looks at a whole proxy once all sections have been read, and warns
// or refuses in the order in which HAProxy does. What it warns to be ignored is
// taken out of the proxy.
func checkProxy(c *registry.Compiler, p *core.Proxy) {
	if p.Disabled {
		return
	}
	k := check{c, p}
	k.unusedChecks("http-check", "httpchk", len(p.Check.HTTP))
	k.http()
	k.listeners()
	proxy.ResolveDefault(c, p)
	proxy.ResolveDirect(c, p)
	k.precedence()
	k.timeouts()
	proxy.FitCookieCapture(c, p)
	k.unusedChecks("tcp-check", "tcp-check", len(p.Check.TCP))
	proxy.CheckExternal(c, p)
	first, all, any := proxy.CheckPorts(p)
	server.Verify(c, p, server.Ports{First: first, All: all, Any: any})
	k.logTarget()
	k.httpRules()
	k.options()
	k.servers()
	k.muxes()
	proxy.CheckCaches(c, p)
	k.stats()
	lint(c, p)
}

// check is the end-of-parse check of a proxy.
type check struct {
	c *registry.Compiler
	p *core.Proxy
}

func (k *check) warn(format string, args ...any) {
	k.c.Diags.Config(diag.Warning, format, args...).Pos = k.p.Pos
}

func (k *check) alert(format string, args ...any) {
	k.c.Diags.Config(diag.Alert, format, args...).Pos = k.p.Pos
}

// unusedChecks warns of rules that the kind of check has no use for.
func (k *check) unusedChecks(rules, kind string, n int) {
	if n > 0 && !k.p.Check.Inherited && k.p.Check.Kind != kind {
		k.warn("%s '%s' uses %s rules without 'option %s', so the rules are ignored.", k.p, k.p.Name, rules, kind)
	}
}

// http warns of settings that need HTTP.
func (k *check) http() {
	p := k.p
	if p.Mode == core.HTTP {
		return
	}
	if p.Cookie != nil && p.Has(core.Backend) {
		k.warn("cookie will be ignored for %s '%s' (needs 'mode http').", p, p.Name)
		p.Cookie = nil
	}
	if p.MonitorURI != "" && p.Has(core.Frontend) {
		k.warn("monitor-uri will be ignored for %s '%s' (needs 'mode http').", p, p.Name)
		p.MonitorURI = ""
	}
	switch p.Balance.Algorithm {
	case balance.URI, balance.URLParam, balance.Hdr:
		if p.Has(core.Backend) {
			k.warn("Layer 7 hash not possible for %s '%s' (needs 'mode http'). Falling back to round robin.", p, p.Name)
			p.Balance.Algorithm = balance.RoundRobin
		}
	}
	if p.Has(core.Frontend) {
		proxy.FallBackLogFormat(k.c, p)
	}
}

func (k *check) listeners() {
	if k.p.Has(core.Frontend) && len(k.p.Listeners) == 0 {
		k.warn("%s '%s' has no 'bind' directive. Please declare it as a backend if this was intended.", k.p, k.p.Name)
	}
}

func (k *check) precedence() {
	p := k.p
	if p.Has(core.Frontend|core.Backend) && p.Default != nil && p.Default != p && len(p.Servers) > 0 {
		k.warn("In %s '%s', the 'default_backend' rule always has precedence over the servers, which will never be used.", p, p.Name)
	}
}

func (k *check) timeouts() {
	p := k.p
	client := !p.Has(core.Frontend) || p.Timeout.Client > 0
	server := !p.Has(core.Backend) || len(p.Servers) == 0 || p.Timeout.Connect > 0 && p.Timeout.Server > 0
	if client && server {
		return
	}
	k.warn("missing timeouts for %s '%s'.\n"+
		"While not properly invalid, you will certainly encounter various problems\n"+
		"with such a configuration. To fix this, please ensure that all following\n"+
		"timeouts are set to a non-zero value: 'client', 'connect', 'server'.", p, p.Name)
}

func (k *check) logTarget() {
	if k.p.Has(core.Frontend) && k.p.LogFormatName != "" && !proxy.HasLogTarget(k.c, k.p) {
		k.warn("log format ignored for %s '%s' since it has no log address.", k.p, k.p.Name)
	}
}

// httpRules warns of a page and of rules in a proxy that does not speak HTTP. The
// rules stay: a session becomes HTTP when its backend is.
func (k *check) httpRules() {
	p := k.p
	if p.Mode == core.HTTP || p.SwitchesMode {
		return
	}
	statement := func(what string) {
		k.warn("'%s' statement ignored for %s '%s' as it requires HTTP mode.", what, p, p.Name)
	}
	if p.Stats != nil {
		statement("stats")
		p.Stats = nil
	}
	if p.CookieCapture != nil && p.Has(core.Frontend) {
		statement("capture")
		p.CookieCapture = nil
	}
	for _, set := range []core.Ruleset{core.HTTPRequest, core.HTTPResponse, core.HTTPAfterResponse} {
		if len(p.Rules[set]) > 0 {
			k.warn("'%s' rules ignored for %s '%s' as they require HTTP mode.", set, p, p.Name)
		}
	}
	if len(p.Redirects) > 0 {
		k.warn("'redirect' rules ignored for %s '%s' as they require HTTP mode.", p, p.Name)
	}
}

// httpOptions are the options that need HTTP, in the order of HAProxy's
// warnings.
var httpOptions = []struct {
	name string
	flag core.Option
	side core.Capability
}{
	{"checkcache", core.OptCheckCache, core.Backend},
	{"http-buffer-request", core.OptBufferRequest, core.Frontend | core.Backend},
	{"http-ignore-probes", core.OptIgnoreProbes, core.Frontend},
	{"idle-close-on-response", core.OptIdleCloseOnResponse, core.Frontend},
	{"prefer-last-server", core.OptPreferLastServer, core.Backend},
	{"accept-invalid-http-request", core.OptAcceptInvalidRequest, core.Frontend},
	{"accept-invalid-http-response", core.OptAcceptInvalidResponse, core.Backend},
	{"http-use-proxy-header", core.OptUseProxyHeader, core.Frontend},
	{"http-pretend-keepalive", core.OptPretendKeepAlive, core.Backend},
	{"http-no-delay", core.OptNoDelay, core.Frontend | core.Backend},
	{"disable-h2-upgrade", core.OptDisableH2Upgrade, core.Frontend},
}

func (k *check) options() {
	p := k.p
	if p.Mode == core.HTTP || p.SwitchesMode {
		return
	}
	option := func(name string) {
		k.warn("'option %s' ignored for %s '%s' as it requires HTTP mode.", name, p, p.Name)
	}
	if p.ForwardFor != nil {
		option("forwardfor")
		p.ForwardFor = nil
	}
	if p.OriginalTo != nil {
		option("originalto")
		p.OriginalTo = nil
	}
	for _, o := range httpOptions {
		if p.Is(o.flag) && p.Caps&o.side != 0 {
			option(o.name)
			p.Opt &^= o.flag
		}
	}
}

// servers looks at what servers may have in HTTP only.
func (k *check) servers() {
	p := k.p
	if p.Mode == core.HTTP {
		return
	}
	for _, s := range p.Servers {
		if s.CookieSet {
			k.c.Diags.Config(diag.Warning, "%s '%s' : ignoring cookie for server '%s' as HTTP mode is disabled.", p, p.Name, s.Name).Pos = s.Pos
			s.CookieSet = false
		}
		if s.Redirect != "" {
			k.c.Diags.Config(diag.Alert, "%s '%s' : server cannot have cookie or redirect prefix in non-HTTP mode.", p, p.Name).Pos = s.Pos
		}
	}
}

func (k *check) stats() {
	s := k.p.Stats
	if s != nil && len(s.Rules) > 0 && (len(s.Users) > 0 || s.Realm != core.DefaultStatsRealm) {
		k.alert("proxy '%s': stats 'auth'/'realm' and 'http-request' can't be used at the same time.", k.p.Name)
	}
}

// number gives proxies and listeners without an id the first free ones, of which
// those with an id, and the proxy of the stats sockets, use one up too.
func number(g *core.Graph) {
	ids := map[int]bool{}
	for _, p := range g.Proxies {
		if p.IDSet {
			ids[p.ID] = true
		}
	}
	next := 1
	for n, p := range g.Proxies {
		if g.Global.StatsProxy != nil && g.Global.StatsProxyIndex == n {
			next++
		}
		if !p.IDSet {
			for ids[next] {
				next++
			}
			p.ID = next
		}
		next++
		numberListeners(p.Listeners)
	}
}

func numberListeners(ls []*core.Listener) {
	ids := map[int]bool{}
	for _, l := range ls {
		ids[l.ID] = true
	}
	next := 1
	for _, l := range ls {
		if l.ID == 0 {
			for ids[next] {
				next++
			}
			l.ID = next
		}
		next++
	}
}
