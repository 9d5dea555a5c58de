package sample

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"gohap/parser/diag"
	"gohap/parser/expr"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// arguments checks a call's arguments against their description and fills those
// left out. Names of proxies and servers are resolved once all sections are
// read, in the slice that is returned; owner is what messages call the call's
// place then.
func arguments(c *registry.Compiler, call *expr.Call, specs []registry.ArgSpec, least int, owner string) ([]registry.Arg, *fault) {
	given := call.Args
	if len(given) == 1 && given[0].Text == "" && given[0].Len == 0 {
		given = nil // "()" is as good as nothing
	}
	if len(specs) == 0 && call.Parens && len(call.Args) > 0 && len(given) > 0 {
		return nil, &fault{msg: fmt.Sprintf("expected ')' before '%s)'", given[0].Text), off: given[0].Off, n: max(given[0].Len, 1)}
	}
	if len(given) > len(specs) {
		a := given[len(specs)]
		return nil, &fault{msg: fmt.Sprintf("end of arguments expected at position %d, but got ',%s'", len(specs)+1, a.Text), off: a.Off, n: max(a.Len, 1)}
	}
	if flt := tooFew(call, specs, least, len(given)); flt != nil {
		return nil, flt
	}
	args := make([]registry.Arg, len(specs))
	for i := range specs {
		args[i].Kind = specs[i].Kind
		if i >= len(given) {
			if specs[i].Kind == registry.ArgTable && i >= least && (i > 0 || !call.Parens) {
				continue // there are fetches that look at no table in particular
			}
			missing(c, &args[i], fmt.Sprintf("arg %d of %s", i+1, owner))
			args[i].Given = i == 0 && call.Parens && specs[i].Kind == registry.ArgString
			continue
		}
		if given[i].Text == "" && i >= least {
			missing(c, &args[i], fmt.Sprintf("arg %d of %s", i+1, owner))
			continue
		}
		if !read(c, &given[i], &args[i], fmt.Sprintf("arg %d of %s", i+1, owner)) {
			return nil, &fault{msg: fmt.Sprintf("failed to parse '%s' as type '%s' at position %d", given[i].Text, specs[i].Kind, i+1),
				off: given[i].Off, n: max(given[i].Len, 1)}
		}
	}
	return args, nil
}

// tooFew reports that n arguments are not enough. Where a string is the only one
// wanted, none at all is as good as an empty one.
func tooFew(call *expr.Call, specs []registry.ArgSpec, least, n int) *fault {
	if n == 0 && least > 0 {
		if k := specs[0].Kind; k != registry.ArgString && k != registry.ArgVariable && k != registry.ArgMapFile && k != registry.ArgUserlist && k != registry.ArgTable {
			return &fault{msg: fmt.Sprintf("expected type '%s' at position 1, but got nothing", k), off: call.End - 1, n: 1}
		}
		n = 1
	}
	if n < least {
		return &fault{msg: fmt.Sprintf("missing arguments (got %d/%d), type '%s' expected", n, least, specs[n].Kind), off: call.End - 1, n: 1, argument: n + 1}
	}
	return nil
}

// missing gives an argument that was left out its default: the current proxy
// where a proxy is meant. A list of users has none.
func missing(c *registry.Compiler, a *registry.Arg, owner string) {
	switch a.Kind {
	case registry.ArgFrontend, registry.ArgBackend:
		a.Proxy = c.Proxy
	case registry.ArgTable:
		a.Text = proxyName(c)
		resolveLater(c, a, owner)
	case registry.ArgUserlist:
		resolveLater(c, a, owner)
	}
}

// read reads one argument and reports whether it is of its kind.
func read(c *registry.Compiler, in *expr.Arg, a *registry.Arg, owner string) bool {
	a.Given, a.Text = true, in.Text
	switch a.Kind {
	case registry.ArgInt:
		n, err := strconv.ParseInt(in.Text, 10, 64)
		a.Int = n
		return err == nil
	case registry.ArgSize:
		n, err := value.Size(in.Text)
		a.Int = n
		return err == nil
	case registry.ArgTime:
		d, _, err := value.Time(in.Text, time.Millisecond)
		a.Time = d
		return err == nil
	case registry.ArgIPv4, registry.ArgIPv6:
		ip, err := netip.ParseAddr(in.Text)
		a.IP = ip
		return err == nil && ip.Is4() == (a.Kind == registry.ArgIPv4)
	case registry.ArgMask4:
		bits, ok := maskBits(in.Text, 32)
		a.Bits = bits
		return ok
	case registry.ArgMask6:
		bits, ok := maskBits(in.Text, 128)
		a.Bits = bits
		return ok
	case registry.ArgFrontend, registry.ArgBackend, registry.ArgServer, registry.ArgUserlist, registry.ArgTable:
		resolveLater(c, a, owner)
	}
	return true
}

func maskBits(text string, most int) (int, bool) {
	if ip, err := netip.ParseAddr(text); err == nil {
		bits, open := 0, true
		for _, b := range ip.AsSlice() {
			for m := byte(0x80); m != 0; m >>= 1 {
				set := b&m != 0
				if set && !open {
					return 0, false
				}
				if open = set; set {
					bits++
				}
			}
		}
		return bits, true
	}
	n, err := value.Int(text)
	return int(n), err == nil && n >= 0 && n <= int64(most)
}

// resolveLater looks the named proxy or server up when all are known.
func resolveLater(c *registry.Compiler, a *registry.Arg, owner string) {
	source := ""
	var at diag.Pos
	if c.Statement != nil {
		at, source = c.Statement.Pos(), c.Statement.Source
	}
	fail := func(format string, args ...any) {
		c.Diags.Line(diag.Alert, at, source, "%s %s in proxy '%s'.", fmt.Sprintf(format, args...), owner, proxyName(c))
	}
	c.Later(registry.Resolve, func() {
		switch a.Kind {
		case registry.ArgFrontend:
			if a.Proxy = c.Graph.Frontends[a.Text]; a.Proxy == nil {
				fail("unable to find frontend '%s' referenced in", a.Text)
			}
		case registry.ArgBackend:
			if a.Proxy = c.Graph.Backends[a.Text]; a.Proxy == nil {
				fail("unable to find backend '%s' referenced in", a.Text)
			}
		case registry.ArgUserlist:
			switch a.Users = c.Graph.Userlists[a.Text]; {
			case a.Text == "":
				fail("missing userlist name in")
			case a.Users == nil:
				fail("unable to find userlist '%s' referenced in", a.Text)
			}
		case registry.ArgTable:
			p := c.Graph.Tables[a.Text]
			if p == nil {
				fail("unable to find table '%s' referenced in", a.Text)
				return
			}
			a.Table = p.Table
		case registry.ArgServer:
			if be, _, ok := strings.Cut(a.Text, "/"); ok && c.Graph.Backends[be] == nil {
				fail("unable to find proxy '%s' referenced in", be)
				return
			}
			if a.Server = findServer(c, a.Text); a.Server == nil {
				p, name := proxyName(c), a.Text
				if be, s, ok := strings.Cut(name, "/"); ok {
					p, name = be, s
				}
				fail("unable to find server '%s' in proxy '%s', referenced in", name, p)
			}
		}
	})
}

func proxyName(c *registry.Compiler) string {
	if c.Proxy == nil {
		return ""
	}
	return c.Proxy.Name
}

// findServer finds "backend/server", or "server" in the current proxy.
func findServer(c *registry.Compiler, name string) *core.Server {
	p := c.Proxy
	for i := 0; i < len(name); i++ {
		if name[i] == '/' {
			p, name = c.Graph.Backends[name[:i]], name[i+1:]
			break
		}
	}
	if p == nil {
		return nil
	}
	for _, s := range p.Servers {
		if s.Name == name {
			return s
		}
	}
	return nil
}
