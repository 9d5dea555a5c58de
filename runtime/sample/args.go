package sample

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"gohap/parser/expr"
	"gohap/parser/value"
	"gohap/runtime/registry"
)

// arguments checks a call's arguments against their description and fills those
// left out. Names of proxies and servers are resolved once all sections are
// read, in the slice that is returned; owner is what messages call the call's
// place then. text is what the call stands in.
func arguments(c *registry.Compiler, text string, call *expr.Call, specs []registry.ArgSpec, least int, owner string) ([]registry.Arg, *fault) {
	args := make([]registry.Arg, len(specs))
	for i := range args {
		args[i].Kind = specs[i].Kind
		args[i].Place = fmt.Sprintf("arg %d of %s", i+1, owner)
		present(c, &args[i])
	}
	given := call.Args
	if !call.Parens && least > 0 {
		given = []expr.Arg{{Off: call.End}} // as good as an empty one
	}
	n := 0
	for ; n < len(specs) && n < len(given); n++ {
		in, a := &given[n], &args[n]
		if in.Text == "" && !emptyFits(specs[n].Kind) {
			if n >= least {
				break
			}
			return nil, &fault{msg: fmt.Sprintf("expected type '%s' at position %d, but got nothing", specs[n].Kind, n+1),
				off: max(call.End-1, 0), n: 1, argument: n + 1}
		}
		if !read(in, a) {
			return nil, &fault{msg: fmt.Sprintf("failed to parse '%s' as type '%s' at position %d", in.Text, specs[n].Kind, n+1),
				off: in.Off, n: max(in.Len, 1), argument: n + 1}
		}
		resolveLater(c, a)
	}
	if n < least {
		return nil, &fault{msg: fmt.Sprintf("missing arguments (got %d/%d), type '%s' expected", n, least, specs[n].Kind),
			off: max(call.End-1, 0), n: 1, argument: n + 1}
	}
	return args, unexpected(text, call, n)
}

// emptyFits reports whether nothing at all is an argument of the kind.
func emptyFits(k registry.ArgKind) bool {
	switch k {
	case registry.ArgInt, registry.ArgTime, registry.ArgSize, registry.ArgIPv4, registry.ArgIPv6,
		registry.ArgMask4, registry.ArgMask6, registry.ArgField:
		return false
	}
	return true
}

// unexpected complains about what stands behind the n arguments of a call that
// were taken, where the closing parenthesis should be.
func unexpected(text string, call *expr.Call, n int) *fault {
	f := fault{msg: "expected ')'", off: len(text), n: 1, argument: max(n, min(n+1, 2))}
	switch {
	case len(call.Args) > max(n, 1), n == 0 && len(call.Args) == 1 && call.Args[0].Len > 0:
		f.off, f.n = call.Args[n].Off, max(call.Args[n].Len, 1)
		from := f.off
		if n > 0 {
			from-- // the comma
		}
		f.msg += fmt.Sprintf(" before '%s'", text[from:])
	case !call.Open:
		return nil
	}
	return &f
}

// read reads one argument and reports whether it is of its kind.
func read(in *expr.Arg, a *registry.Arg) (ok bool) {
	a.Given, a.Text = true, in.Text
	switch a.Kind {
	case registry.ArgInt:
		a.Int, ok = wholeInt(in.Text)
	case registry.ArgSize:
		n, err := value.Size(in.Text)
		a.Int, ok = n, err == nil
	case registry.ArgTime:
		d, _, err := value.Time(in.Text, time.Millisecond)
		a.Time, ok = d, err == nil
	case registry.ArgIPv4, registry.ArgIPv6:
		ip, err := netip.ParseAddr(in.Text)
		a.IP, ok = ip, err == nil && ip.Is4() == (a.Kind == registry.ArgIPv4)
	case registry.ArgMask4:
		a.IP, ok = mask(in.Text, 4)
	case registry.ArgMask6:
		a.IP, ok = mask(in.Text, 16)
	case registry.ArgField:
		ok = strings.Trim(in.Text, "0123456789.") == "" && !strings.HasSuffix(in.Text, ".")
	default:
		ok = true
	}
	return ok
}

// wholeInt reads a number that is all of the text; one beyond 64 bits stands for
// the last one within.
func wholeInt(text string) (int64, bool) {
	n, used := leadingInt([]byte(text))
	if used == 0 {
		return 0, text == "-" || text == "+"
	}
	return n, used == len(text)
}

// mask reads a mask of n bytes: an address, or the number of its leading ones.
func mask(text string, n int) (netip.Addr, bool) {
	if ip, err := netip.ParseAddr(text); err == nil {
		return ip, len(ip.AsSlice()) == n
	}
	ones, err := value.Int(text)
	if err != nil || ones < 0 || ones > int64(8*n) {
		return netip.Addr{}, false
	}
	b := make([]byte, n)
	for i := range int(ones) {
		b[i/8] |= 0x80 >> (i % 8)
	}
	return netip.AddrFromSlice(b)
}
