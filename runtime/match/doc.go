// Package match names the match methods of ACLs and maps (configuration.txt
// 7.1.1 to 7.1.6), which [gohap/runtime/pattern] implements, and the ACL keywords
// with a method in their name. Importing it registers them.
package match

import (
	"gohap/runtime/core"
	"gohap/runtime/pattern"
	"gohap/runtime/registry"
)

func init() {
	for _, m := range []struct {
		kind   pattern.Kind
		in     core.Type
		manual string
		doc    string
		ok     string
		bad    string
	}{
		{pattern.Bool, core.Bool, "7.1.1", "The value is true.", "src_is_local -m bool", ""},
		{pattern.Found, core.Any, "7.1.1", "There is a value, whatever it is.", "hdr(a) -m found", ""},
		{pattern.Int, core.Sint, "7.1.2", "The number is the pattern, or within its range.", "hdr(a) -m int gt 3 le 9 5:7 :2", "hdr(a) -m int 7:5"},
		{pattern.Len, core.Str, "7.1.3", "The value's length is the pattern, or within its range.", "hdr(a) -m len 1:3", "hdr(a) -m len a"},
		{pattern.Str, core.Str, "7.1.3", "The value is the pattern.", "hdr(a) -m str -i one two", ""},
		{pattern.Beg, core.Str, "7.1.3", "The value begins with the pattern.", "hdr(a) -m beg one", ""},
		{pattern.End, core.Str, "7.1.3", "The value ends with the pattern.", "hdr(a) -m end one", ""},
		{pattern.Sub, core.Str, "7.1.3", "The value contains the pattern.", "hdr(a) -m sub one", ""},
		{pattern.Dir, core.Str, "7.1.3", "A part of the value between slashes is the pattern.", "path -m dir one", ""},
		{pattern.Dom, core.Str, "7.1.3", "A part of the value between dots is the pattern.", "hdr(host) -m dom one", ""},
		{pattern.Reg, core.Str, "7.1.4", "The regular expression finds something in the value.", "hdr(a) -m reg -i ^(?!b).+$", "hdr(a) -m reg ("},
		{pattern.Bin, core.Bin, "7.1.5", "The value is the pattern, which is written in hexadecimal.", "hdr(a) -m bin 0a0b", "hdr(a) -m bin 0a0"},
		{pattern.IP, core.Addr, "7.1.6", "The address is the pattern, or within its network.", "hdr(a) -m ip 10.0.0.0/8 ::1", "hdr(a) -m ip 10.0.0.0/33"},
	} {
		k := registry.Keyword{Name: m.kind.String(), Manual: m.manual, Doc: m.doc, OK: []string{m.ok}}
		if m.bad != "" {
			k.Bad = []string{m.bad}
		}
		registry.Matches.Add(&registry.Match{Keyword: k, In: m.in, Kind: m.kind})
	}
}
